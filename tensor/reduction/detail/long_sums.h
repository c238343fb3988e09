// Sums into many targets, some of which may get many summands. Each is added in the order of kernels/sum_tree.h; zeros do not
// count.
#pragma once

#include <weft/tensor/kernels/sum_tree.h>

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace weft {

// The sums of finished chains, in rows of `width` numbers, by target. A chain may be ended as soon as it is full: an empty chain
// after it changes no bit.
template <class T>
class WaitingSums {
 public:
  explicit WaitingSums(std::int64_t width) : width_(width) {}

  // Stores the sum of a finished chain, and resets it to zeros for the next one.
  void end_chain(std::int64_t target, T* sum) {
    Rows& rows = by_target_[target];
    for (int left = kernels::joined_sums(rows.chains++); left > 0; --left) join(rows, sum);
    rows.waiting.insert(rows.waiting.end(), sum, sum + width_);
    std::fill(sum, sum + width_, T{0});
  }

  // Adds the stored sums of a target to the sum of its last chain, which is at sum_of(target).
  template <class SumOf>
  void finish(SumOf sum_of) {
    for (auto& [target, rows] : by_target_)
      while (!rows.waiting.empty()) join(rows, sum_of(target));
    by_target_.clear();
  }

 private:
  struct Rows {
    std::int64_t chains = 0;
    std::vector<T> waiting;
  };
  void join(Rows& rows, T* sum) const {
    const T* last = rows.waiting.data() + rows.waiting.size() - width_;
    for (std::int64_t j = 0; j < width_; ++j) sum[j] = last[j] + sum[j];
    rows.waiting.resize(rows.waiting.size() - static_cast<std::size_t>(width_));
  }

  std::int64_t width_;
  std::unordered_map<std::int64_t, Rows> by_target_;
};

}  // namespace weft
