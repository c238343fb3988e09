// The order in which long sums are added, so that rounding errors do not grow with the number of summands.
//
// Numbers are added one by one in chains, each from 0. The sums of the chains are the leaves of a binary tree: neighbours are
// added in pairs, the sums of pairs in pairs again, and so on; what has no neighbour at the end is added to what stands before
// it. Chains are finished in their order, and at most log2 of their number plus one sums wait at a time, as the digits of a
// binary counter do. Chains of zeros behind the last one change no bit.
#pragma once

#include <cstdint>

namespace weft::kernels {

// Numbers in a chain, unless a place says that it ends elsewhere.
inline constexpr std::int64_t kChain = 512;

// Sums that wait, the sum of most chains first, while chain `index` is added up.
[[gnu::always_inline]] constexpr int waiting_sums(std::int64_t index) {
  return __builtin_popcountll(static_cast<unsigned long long>(index));
}
// How many of them, from the last one on, the sum of chain `index` is added to before it waits in their place.
[[gnu::always_inline]] constexpr int joined_sums(std::int64_t index) {
  return __builtin_ctzll(~static_cast<unsigned long long>(index));
}

// The tree for sums that fit registers, or few of them.
template <class Value>
struct SumTree {
  Value waiting[48];
  std::int64_t chains = 0;

  // Takes the sum of the next chain, when more chains follow.
  template <class Add>
  [[gnu::always_inline]] void push(Value sum, Add add) {
    int depth = waiting_sums(chains);
    for (int left = joined_sums(chains); left > 0; --left) sum = add(waiting[--depth], sum);
    waiting[depth] = sum;
    ++chains;
  }

  // The sum of all, with that of the last chain.
  template <class Add>
  [[gnu::always_inline]] Value total(Value last, Add add) const {
    for (int depth = waiting_sums(chains); depth > 0;) last = add(waiting[--depth], last);
    return last;
  }
};

}  // namespace weft::kernels
