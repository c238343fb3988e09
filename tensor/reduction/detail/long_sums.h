// Sums into many targets, of which some may get many summands. Each adds in the order of kernels/sum_tree.h; zeros do not count.
#pragma once

#include <weft/tensor/kernels/sum_tree.h>

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace weft {

// The sums of finished chains, rows of `width` numbers, by target. A chain may be taken away as soon as it is full: an empty one
// behind it changes no bit.
template <class T>
class WaitingSums {
 public:
  explicit WaitingSums(std::int64_t width) : width_(width) {}

  // Takes a chain's sum away, and leaves zeros for the next one.
  void end_chain(std::int64_t target, T* sum) {
    Rows& rows = by_target_[target];
    for (int left = kernels::joined_sums(rows.chains++); left > 0; --left) join(rows, sum);
    rows.waiting.insert(rows.waiting.end(), sum, sum + width_);
    std::fill(sum, sum + width_, T{0});
  }

  // Adds to the last chains' sums what waits for them; sum_of(target) is where they are.
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
