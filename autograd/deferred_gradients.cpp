#include <weft/autograd/deferred_gradients.h>
#include <weft/tensor/join.h>
#include <weft/tensor/matmul.h>
#include <weft/tensor/profile_scope.h>
#include <weft/tensor/views.h>

#include <utility>

namespace weft {

namespace {
constexpr std::int64_t kGoodProduct = 512, kMostWaiting = 1024;  // rows

Tensor whole(const std::vector<Tensor>& parts) { return parts.size() == 1 ? parts[0] : concat(parts); }
}  // namespace

bool DeferredGradients::take(const Edge& edge, const Tensor& left, const Tensor& right) {
  const std::int64_t rows = left.shape()[0];
  if (!edge.leaf || rows == 0 || rows >= kGoodProduct) return false;
  const Tensor& weight = edge.leaf->tensor;
  if (!(weight.shape() == Shape{left.shape()[1], right.shape()[1]}) || weight.dtype() != left.dtype()) return false;
  auto [place, fresh] = at_.try_emplace(edge.leaf.get(), waiting_.size());
  if (fresh) waiting_.push_back({edge, {}, {}});
  Waiting& waiting = waiting_[place->second];
  waiting.left.push_back(left);
  waiting.right.push_back(right);
  waiting.rows += rows;
  some_ready_ = some_ready_ || waiting.rows >= kMostWaiting;
  return true;
}

bool DeferredGradients::take(const Edge& edge, const Tensor& gradient, const Tensor& ids, std::int64_t rows,
                             std::optional<std::int64_t> padding) {
  if (!edge.leaf) return false;
  const Tensor& weight = edge.leaf->tensor;
  if (!(weight.shape() == Shape{rows, gradient.shape().back()}) || weight.dtype() != gradient.dtype()) return false;
  rows_.push_back({edge, embedding_gradient_rows(gradient, ids, rows, padding)});
  return true;
}

Variable DeferredGradients::multiply(Waiting& waiting) {
  ProfileScope profile([] { return ProfileEvent{.kind = ProfileKind::gradient, .name = "row_products backward"}; });
  const Tensor product = matmul(transpose(whole(waiting.left)), whole(waiting.right), {});
  waiting.left.clear();
  waiting.right.clear();
  waiting.rows = 0;
  return Variable(product);
}

std::vector<DeferredGradients::Gradient> DeferredGradients::ready(bool all) {
  std::vector<Gradient> gradients;
  if (!all && !std::exchange(some_ready_, false)) return gradients;
  for (Waiting& waiting : waiting_)
    if (waiting.rows >= (all ? 1 : kMostWaiting)) gradients.push_back({waiting.edge, multiply(waiting)});
  return gradients;
}

}  // namespace weft
