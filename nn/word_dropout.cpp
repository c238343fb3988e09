#include <weft/autograd/math.h>
#include <weft/nn/word_dropout.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/views.h>

#include <algorithm>

namespace weft::nn {

WordDropout::WordDropout(Module* parent, const std::string& name, double p)
    : Module(parent, name), p_(p), generator_{default_generator().next(), 0, 0} {
  require<ValueError>(p >= 0 && p < 1, "word dropout: p is ", p, ", outside 0 <= p < 1");
}

Variable WordDropout::operator()(const Variable& x, const Tensor& tokens, Where where) const {
  LayerScope scope(*this, where);
  check<ShapeError>(tokens.dims() == 2 && x.dims() == 3 && x.size(0) == tokens.size(0) && x.size(1) == tokens.size(1), where,
                    "word dropout: vectors ", x.shape(), " do not fit tokens ", tokens.shape());
  if (!active()) return x;
  Tensor mask = bernoulli(tokens.shape(), 1 - p_, x.dtype(), generator_) * (1 / (1 - p_));  // [batch, time]
  const Tensor ids = contiguous(tokens);
  for (std::int64_t row = 0; row < ids.size(0); ++row) {
    std::span<const std::int64_t> words =
        ids.span<std::int64_t>().subspan(static_cast<std::size_t>(row * ids.size(1)), static_cast<std::size_t>(ids.size(1)));
    for (auto word = words.begin(); word != words.end(); ++word) {
      auto first = std::find(words.begin(), word, *word);
      if (first != word) mask.set({row, word - words.begin()}, mask.at({row, first - words.begin()}));
    }
  }
  return x * unsqueeze(mask, -1);
}

}  // namespace weft::nn
