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

void ParameterGradient::join() {
  if (!dense.defined() || !rows.defined()) return;
  const auto numbers = rows.rows.span<std::int64_t>();
  for (std::int64_t i = 0; i < std::ssize(numbers); ++i) {
    const std::int64_t row = numbers[static_cast<std::size_t>(i)];
    Tensor sum = slice(dense, 0, row, row + 1);
    add_to(sum, slice(rows.values, 0, i, i + 1));
  }
  rows = {};
}

ParameterGradient add(ParameterGradient left, const ParameterGradient& right) {
  if (left.dense.defined() && right.dense.defined())
    add_to(left.dense, right.dense);
  else if (right.dense.defined())
    left.dense = right.dense;
  if (left.rows.defined() && right.rows.defined())
    left.rows = add(left.rows, right.rows);
  else if (right.rows.defined())
    left.rows = right.rows;
  return left;
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
