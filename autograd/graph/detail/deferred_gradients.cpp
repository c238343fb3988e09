#include <weft/autograd/graph/detail/deferred_gradients.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/detail/accumulate.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/join.h>
#include <weft/tensor/kernels/sum_tree.h>
#include <weft/tensor/product/detail/row_product.h>

#include <utility>

namespace weft {

namespace {
constexpr std::int64_t kGoodProduct = 512, kMostWaiting = 1024;  // rows

Tensor whole(const std::vector<Tensor>& parts) { return parts.size() == 1 ? parts[0] : concat(parts); }

void join_last(std::vector<Tensor>& sums) {
  const Tensor last = std::move(sums.back());
  sums.pop_back();
  add_to(sums.back(), last);
}
}  // namespace

bool DeferredGradients::take(const Edge& edge, const Tensor& left, const Tensor& right) {
  const std::int64_t m = left.shape().back(), n = right.shape().back(), rows = m ? left.numel() / m : 0;
  if (!edge.leaf || rows == 0 || rows >= kGoodProduct) return false;
  const Tensor& weight = edge.leaf->tensor;
  if (!(weight.shape() == Shape{m, n}) || weight.dtype() != left.dtype()) return false;
  auto [place, fresh] = at_.try_emplace(edge.leaf.get(), waiting_.size());
  if (fresh) waiting_.emplace_back().edge = edge;
  Waiting& waiting = waiting_[place->second];
  if (rows_are_absent(left, right)) return true;
  waiting.left.push_back(reshape(left, {rows, m}));
  waiting.right.push_back(reshape(right, {rows, n}));
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

Tensor DeferredGradients::multiply(Waiting& waiting) {
  ProfileScope profile([] { return ProfileEvent{.kind = ProfileKind::gradient, .name = "row_products backward"}; });
  const Tensor product = row_product(whole(waiting.left), whole(waiting.right), {});
  waiting.left.clear();
  waiting.right.clear();
  waiting.rows = 0;
  return product;
}

void DeferredGradients::multiply_ready() {
  if (!std::exchange(some_ready_, false)) return;
  for (Waiting& waiting : waiting_) {
    if (waiting.rows < kMostWaiting) continue;
    waiting.sums.push_back(multiply(waiting));
    for (int left = kernels::joined_sums(waiting.products++); left > 0; --left) join_last(waiting.sums);
  }
}

std::vector<DeferredGradients::Gradient> DeferredGradients::finish() {
  std::vector<Gradient> gradients;
  for (Waiting& waiting : waiting_) {
    if (waiting.rows > 0) waiting.sums.push_back(multiply(waiting));
    if (waiting.sums.empty()) waiting.sums.push_back(zeros(waiting.edge.leaf->tensor.shape(), waiting.edge.leaf->tensor.dtype()));
    while (waiting.sums.size() > 1) join_last(waiting.sums);
    gradients.push_back({waiting.edge, Variable(std::exchange(waiting.sums[0], Tensor()))});
  }
  waiting_.clear();
  at_.clear();
  return gradients;
}

}  // namespace weft
