// Sums into many targets, of which some may get many summands. Each adds in the order of kernels/sum_tree.h.
#pragma once

#include <weft/tensor/kernels/sum_tree.h>

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace weft {

// Behind which summands a chain of their target ends while others follow. Summands that are not present, zeros, do not count.
class ChainBreaks {
 public:
  // Summand i of `count` goes to target_of(i), below `targets`.
  template <class TargetOf, class Present>
  ChainBreaks(std::int64_t count, std::int64_t targets, TargetOf target_of, Present present) {
    if (count <= kernels::kChain) return;
    std::vector<std::int64_t> left(static_cast<std::size_t>(targets));
    std::vector<char> counts(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i)
      if ((counts[static_cast<std::size_t>(i)] = present(i))) ++left[static_cast<std::size_t>(target_of(i))];
    if (std::none_of(left.begin(), left.end(), [](std::int64_t n) { return n > kernels::kChain; })) return;
    breaks_.resize(static_cast<std::size_t>(count));
    std::vector<std::int64_t> taken(left.size());
    for (std::int64_t i = 0; i < count; ++i) {
      if (!counts[static_cast<std::size_t>(i)]) continue;
      const auto target = static_cast<std::size_t>(target_of(i));
      breaks_[static_cast<std::size_t>(i)] = ++taken[target] % kernels::kChain == 0 && taken[target] < left[target];
    }
  }

  bool any() const { return !breaks_.empty(); }
  bool operator[](std::int64_t i) const { return breaks_[static_cast<std::size_t>(i)]; }

 private:
  std::vector<char> breaks_;  // none: every sum is one chain
};

// The sums of finished chains, rows of `width` numbers, by target.
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
