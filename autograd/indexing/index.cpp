#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/graph/node.h>
#include <weft/autograd/indexing/index.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/create.h>

namespace weft {

namespace {
// Indices are saved as an input, so that a change before the gradient is noticed.
constexpr Save kSaveIndex{.inputs = 0b10};
}  // namespace

Variable index_select(const Variable& x, int axis, const Tensor& index, Where caller) {
  check_defined("index_select", x.tensor(), caller);
  if (x.dims() == 0) return index_select(reshape(x, {1}), axis, index, caller);
  Tensor result = index_select(x.tensor(), axis, index, caller);
  int a = normalize_axis("index_select", axis, x.dims(), caller);
  const auto rule = [a, count = x.size(a)](const Backward& b) -> Variables {
    return {segment_sum(b.grad(), b.input(1).tensor(), count, a), Variable()};
  };
  return record("index_select", caller, {x, index}, result, kSaveIndex, per_example(examples::ButAxis{a}, rule));
}

Variable segment_sum(const Variable& x, const Tensor& index, std::int64_t count, int axis, Where caller) {
  check_defined("segment_sum", x.tensor(), caller);
  Tensor result = segment_sum(x.tensor(), index, count, axis, caller);
  int a = normalize_axis("segment_sum", axis, result.dims(), caller);
  return record("segment_sum", caller, {x, index}, result, kSaveIndex, [a](const Backward& b) -> Variables {
    return {index_select(b.grad(), a, b.input(1).tensor()), Variable()};
  });
}

Variable embedding(const Variable& weight, const Tensor& ids, std::optional<std::int64_t> padding, Where caller) {
  Tensor result = embedding(weight.tensor(), ids, caller);
  return record("embedding", caller, {weight, ids}, result, kSaveIndex,
                [rows = weight.size(0), padding](const Backward& b) -> Variables {
                  return {b.row_sums(0, b.grad(), b.input(1).tensor(), rows, padding), Variable()};
                });
}

Variable embedding_gradient(const Variable& gradient, const Tensor& ids, std::int64_t rows, std::optional<std::int64_t> padding,
                            Where caller) {
  Tensor result = embedding_gradient(gradient.tensor(), ids, rows, padding, caller);
  return record("embedding_gradient", caller, {gradient, ids}, result, kSaveIndex, [padding](const Backward& b) -> Variables {
    Tensor ids = b.input(1).tensor();
    Variable picked = embedding(b.grad(), ids);
    if (padding) picked = masked_fill(picked, unsqueeze(ids == *padding, -1), 0);
    return {picked, Variable()};
  });
}

Variable gather(const Variable& x, int axis, const Tensor& index, Where caller) {
  check_defined("gather", x.tensor(), caller);
  const auto rule = [axis, shape = x.shape()](const Backward& b) -> Variables {
    Variable zero(zeros(shape, b.grad().dtype()));
    return {scatter_add(zero, axis, b.input(1).tensor(), b.grad()), Variable()};
  };
  return record("gather", caller, {x, index}, gather(x.tensor(), axis, index, caller), kSaveIndex,
                per_example(examples::ButAxis{axis}, rule));
}

Variable scatter_add(const Variable& x, int axis, const Tensor& index, const Variable& source, Where caller) {
  check_defined("scatter_add", x.tensor(), caller);
  const auto rule = [axis](const Backward& b) -> Variables {
    Variable by_source = b.wants(2) ? gather(b.grad(), axis, b.input(1).tensor()) : Variable();
    return {b.grad(), Variable(), by_source};
  };
  return record("scatter_add", caller, {x, index, source}, scatter_add(x.tensor(), axis, index, source.tensor(), caller),
                kSaveIndex, per_example(examples::ButAxis{axis}, rule));
}

Variable masked_fill(const Variable& x, const Tensor& mask, AtNumber value, Where caller) {
  check_defined("masked_fill", x.tensor(), caller);
  const Tensor result = masked_fill(x.tensor(), mask, value, caller);
  if (x.requires_grad() && !(x.shape() == result.shape()))
    return masked_fill(expand(x, result.shape(), caller), mask, value, caller);
  const auto rule = [](const Backward& b) -> Variables { return {masked_fill(b.grad(), b.input(1).tensor(), 0), Variable()}; };
  return record("masked_fill", caller, {x, mask}, result, kSaveIndex, per_example(examples::SameOrder{.linear = true}, rule));
}

Variable tril(const Variable& x, std::int64_t diagonal, Where caller) {
  check_defined("tril", x.tensor(), caller);
  return record("tril", caller, {x}, tril(x.tensor(), diagonal, caller), {},
                [diagonal](const Backward& b) -> Variables { return {tril(b.grad(), diagonal)}; });
}
Variable triu(const Variable& x, std::int64_t diagonal, Where caller) {
  check_defined("triu", x.tensor(), caller);
  return record("triu", caller, {x}, triu(x.tensor(), diagonal, caller), {},
                [diagonal](const Backward& b) -> Variables { return {triu(b.grad(), diagonal)}; });
}

}  // namespace weft
