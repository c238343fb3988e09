#include <weft/models/distributed/detail/shards.h>
#include <weft/tensor/array/detail/accumulate.h>

#include <bit>
#include <utility>

namespace weft {

Shards::Shards(std::int64_t count)
    : count_(count), slots_(static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(count)))) {}

IndexRange Shards::examples_of(std::int64_t slot, std::int64_t examples) const {
  const IndexRange shards = part_of(count_, slot, slots_);  // one, or none
  return {examples * shards.first / count_, examples * shards.last / count_};
}

ParameterGradient add(ParameterGradient left, const ParameterGradient& right) {
  if (!right.defined()) return left;
  if (!left.defined()) return right;
  if (left.rows.defined() && right.rows.defined()) return {.rows = add(left.rows, right.rows)};
  Tensor sum = left.dense.defined() ? left.dense : to_dense(left.rows);
  add_to(sum, right.dense.defined() ? right.dense : to_dense(right.rows));
  return {.dense = sum};
}

void GradientTree::push(std::vector<ParameterGradient> gradients) {
  if (gradients.empty()) gradients.resize(parameters_);
  for (std::int64_t joined = slots_++; joined & 1; joined /= 2) {
    std::vector<ParameterGradient> left = std::move(pending_.back());
    pending_.pop_back();
    for (std::size_t i = 0; i < parameters_; ++i) gradients[i] = add(std::move(left[i]), gradients[i]);
  }
  pending_.push_back(std::move(gradients));
}

std::vector<ParameterGradient> GradientTree::total() {
  std::vector<ParameterGradient> sums = std::move(pending_.back());
  pending_.clear();
  slots_ = 0;
  return sums;
}

}  // namespace weft
