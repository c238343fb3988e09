// The order in which long sums are added, so that rounding errors do not grow with the number of summands.
//
// Numbers are added one by one in chains, each starting from 0. The sums of the chains are the leaves of a binary tree:
// neighbours are added in pairs, the sums of pairs in pairs again, and so on; a sum without a neighbour at the end is added to
// the one before it. Chains are finished in order, and at most log2 of their number plus one sums are pending at a time, like the
// digits of a binary counter. Chains of zeros after the last one change no bit.
#pragma once

#include <cstdint>

namespace weft::kernels {

// Numbers in a chain, unless its user specifies another end.
inline constexpr std::int64_t kChain = 512;

// The number of pending sums, that of most chains first, while chain `index` is being added.
[[gnu::always_inline]] constexpr int waiting_sums(std::int64_t index) {
  return __builtin_popcountll(static_cast<unsigned long long>(index));
}
// The number of these, from the last one on, to which the sum of chain `index` is added before it takes their place.
[[gnu::always_inline]] constexpr int joined_sums(std::int64_t index) {
  return __builtin_ctzll(~static_cast<unsigned long long>(index));
}

// The tree for sums that fit into one register or a few.
template <class Value>
struct SumTree {
  Value waiting[48];
  std::int64_t chains = 0;

  // Adds the sum of the next chain, if more chains follow.
  template <class Add>
  [[gnu::always_inline]] void push(Value sum, Add add) {
    int depth = waiting_sums(chains);
    for (int left = joined_sums(chains); left > 0; --left) sum = add(waiting[--depth], sum);
    waiting[depth] = sum;
    ++chains;
  }

  // Returns the total, including the sum of the last chain.
  template <class Add>
  [[gnu::always_inline]] Value total(Value last, Add add) const {
    for (int depth = waiting_sums(chains); depth > 0;) last = add(waiting[--depth], last);
    return last;
  }
};

}  // namespace weft::kernels
