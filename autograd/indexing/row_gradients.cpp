#include <weft/autograd/basics/detail/row_product.h>
#include <weft/autograd/graph/detail/deferred_gradients.h>
#include <weft/autograd/graph/node.h>
#include <weft/autograd/indexing/index.h>

// The two rules of node.h that may leave their sum to the engine. They are here because they call functions above autograd/graph.
namespace weft {

Variable Backward::row_product(int i, const Variable& left, const Variable& right) const {
  if (!wants(i)) return {};
  if (deferred_ && deferred_->take(node_.edges()[static_cast<std::size_t>(i)], left.tensor(), right.tensor())) return {};
  return weft::row_product(left, right);
}

Variable Backward::row_sums(int i, const Variable& gradient, const Tensor& ids, std::int64_t rows,
                            std::optional<std::int64_t> padding) const {
  if (!wants(i)) return {};
  if (deferred_ && deferred_->take(node_.edges()[static_cast<std::size_t>(i)], gradient.tensor(), ids, rows, padding)) return {};
  return embedding_gradient(gradient, ids, rows, padding);
}

}  // namespace weft
