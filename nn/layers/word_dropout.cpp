#include <weft/autograd/basics/math.h>
#include <weft/nn/layers/word_dropout.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/base/detail/promote.h>

#include <algorithm>

namespace weft::nn {

namespace {

// Returns the first position of the word at `place` in its row of ids, which are contiguous.
std::int64_t first_place(const Tensor& ids, std::int64_t row, std::int64_t place) {
  const auto words = ids.span<std::int64_t>().subspan(static_cast<std::size_t>(row * ids.size(1)));
  return std::find(words.begin(), words.begin() + place, words[static_cast<std::size_t>(place)]) - words.begin();
}

// Returns the tokens' ids as i64.
Tensor ids_of(const Tensor& tokens, Where caller) {
  check<DtypeError>(is_integer(tokens.dtype()), caller, "word dropout: tokens must be i64, i32 or u8, not ", tokens.dtype());
  return contiguous(cast(tokens, DType::i64));
}

}  // namespace

WordDropout::WordDropout(const Owner& parent, const std::string& name, double p) : Module(parent, name), p_(p) {
  require<ValueError>(p >= 0 && p <= 1, "word dropout: p is ", p, ", outside 0..1");
}

Tensor WordDropout::draw(const Shape& places, DType dtype) const {
  if (!active()) return ones(places, dtype);
  const Tensor kept = bernoulli(places, 1 - p_, dtype, stream_.generator());
  return p_ < 1 ? kept * (1 / (1 - p_)) : kept;
}

Variable WordDropout::operator()(const Variable& x, const Tensor& tokens, Where caller) const {
  LayerScope scope(*this, caller);
  check_defined("word dropout", x.tensor(), caller);
  check_defined("word dropout", "tensor of tokens", tokens, caller);
  check<ShapeError>(tokens.dims() == 2 && x.dims() == 3 && x.size(0) == tokens.size(0) && x.size(1) == tokens.size(1), caller,
                    "word dropout: vectors ", x.shape(), " do not fit tokens ", tokens.shape());
  if (!active()) return x;
  Tensor mask = draw(tokens.shape(), x.dtype());  // [batch, time]
  const Tensor ids = ids_of(tokens, caller);
  for (std::int64_t row = 0; row < ids.size(0); ++row)
    for (std::int64_t place = 0; place < ids.size(1); ++place)
      mask.set({row, place}, mask.at({row, first_place(ids, row, place)}));
  return x * unsqueeze(mask, -1);
}

Variable WordDropout::step(const Variable& x, const Tensor& tokens, const Tensor& drawn, Where caller) const {
  LayerScope scope(*this, caller);
  check_defined("word dropout", x.tensor(), caller);
  check_defined("word dropout", "tensor of tokens", tokens, caller);
  check_defined("word dropout", "tensor of draws", drawn, caller);
  const std::int64_t place = tokens.dims() == 2 ? tokens.size(1) - 1 : -1;
  check<ShapeError>(place >= 0 && drawn.dims() == 2 && drawn.size(1) > place && drawn.size(0) == tokens.size(0) &&
                        x.dims() == 2 && x.size(0) == tokens.size(0),
                    caller, "word dropout: vectors ", x.shape(), " and draws ", drawn.shape(), " do not fit tokens ",
                    tokens.shape());
  if (!active()) return x;
  const Tensor ids = ids_of(tokens, caller);
  Tensor mask({ids.size(0), 1}, x.dtype());
  for (std::int64_t row = 0; row < ids.size(0); ++row) mask.set({row, 0}, drawn.at({row, first_place(ids, row, place)}));
  return x * mask;
}

}  // namespace weft::nn
