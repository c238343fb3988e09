// N-grams as sorted lists, in which each n-gram is repeated as often as it occurs, so that clipped counts are plain set
// operations.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

namespace weft::metrics {

// Views of the tokens, which must outlive them. A Token is any type with operator<.
template <class Token>
using Ngrams = std::vector<std::span<const Token>>;

namespace detail {
inline constexpr auto kNgramOrder = [](const auto& a, const auto& b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
};
}  // namespace detail

// Returns the n-grams of length `n`.
template <class Token>
Ngrams<Token> ngrams(std::span<const Token> tokens, std::size_t n) {
  Ngrams<Token> all;
  for (std::size_t begin = 0; begin + n <= tokens.size(); ++begin) all.push_back(tokens.subspan(begin, n));
  std::sort(all.begin(), all.end(), detail::kNgramOrder);
  return all;
}

// Returns how many n-grams two lists share. Each counts as often as it occurs in the list with fewer of it.
template <class Token>
std::size_t count_common(const Ngrams<Token>& a, const Ngrams<Token>& b) {
  Ngrams<Token> common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common), detail::kNgramOrder);
  return common.size();
}

// Returns each n-gram as often as it occurs in the list with more of it.
template <class Token>
Ngrams<Token> most_of(const Ngrams<Token>& a, const Ngrams<Token>& b) {
  Ngrams<Token> most;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(most), detail::kNgramOrder);
  return most;
}

// Does the same for many lists. They are merged pairwise, because a source may have thousands of references.
template <class Token>
Ngrams<Token> most_of_all(std::vector<Ngrams<Token>> lists) {
  if (lists.empty()) return {};
  for (std::size_t step = 1; step < lists.size(); step *= 2)
    for (std::size_t i = 0; i + step < lists.size(); i += 2 * step) {
      lists[i] = most_of(lists[i], lists[i + step]);
      lists[i + step] = {};
    }
  return std::move(lists.front());
}

}  // namespace weft::metrics
