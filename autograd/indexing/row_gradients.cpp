#include <weft/autograd/basics/detail/row_product.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/graph/detail/deferred_gradients.h>
#include <weft/autograd/graph/node.h>
#include <weft/autograd/indexing/index.h>

// The rules of node.h that may leave their sum to the engine. They are here because they call functions above autograd/graph.
namespace weft {

bool Backward::sharded() const { return deferred_ && deferred_->sharded; }

Variable Backward::row_product(int i, const Variable& left, const Variable& right, std::span<const std::int64_t> examples) const {
  if (!wants(i)) return {};
  const Edge& edge = node_.edges()[static_cast<std::size_t>(i)];
  if (sharded() ? deferred_->sharded->take_product(edge, left.tensor(), right.tensor(), examples)
                : deferred_ && deferred_->take(edge, left.tensor(), right.tensor()))
    return {};
  return weft::row_product(left, right);
}

Variable Backward::sum_rows(int i, const Variable& gradient, std::span<const std::int64_t> examples) const {
  if (!wants(i)) return {};
  const Edge& edge = node_.edges()[static_cast<std::size_t>(i)];
  if (sharded() && deferred_->sharded->take_sum(edge, gradient.tensor(), examples)) return {};
  return weft::sum_rows(gradient);
}

// A leaf that has fewer axes than the result is always broadcast, however many examples there are, and its gradient is a sum of
// rows if it is the end of the result's shape.
Variable Backward::sum_to(int i, const Variable& gradient, const Shape& shape) const {
  if (!wants(i)) return {};
  const Shape& whole = gradient.shape();
  const bool rows = shape.dims() < whole.dims() && std::equal(shape.begin(), shape.end(), whole.end() - shape.dims());
  if (sharded() && rows && deferred_->sharded->take_sum(node_.edges()[static_cast<std::size_t>(i)], gradient.tensor(), {}))
    return {};
  return weft::sum_to(gradient, shape);
}

Variable Backward::row_sums(int i, const Variable& gradient, const Tensor& ids, std::int64_t rows,
                            std::optional<std::int64_t> padding) const {
  if (!wants(i)) return {};
  const Edge& edge = node_.edges()[static_cast<std::size_t>(i)];
  if (sharded() ? deferred_->sharded->take_lookups(edge, gradient.tensor(), ids, padding)
                : deferred_ && deferred_->take(edge, gradient.tensor(), ids, rows, padding))
    return {};
  return embedding_gradient(gradient, ids, rows, padding);
}

}  // namespace weft
