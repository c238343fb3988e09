// Longest common subsequences of words.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace weft::metrics {

// The length of the longest common subsequence. A step for each 64 pairs of words, in memory that grows as the texts do.
//
// Hyyrö: Bit-parallel LCS-length computation revisited (2004).
std::size_t common_length(std::span<const std::string> a, std::span<const std::string> b);

// Sets marked[i] for the words reference[i] on one longest common subsequence: of several, the one that rouge-score's walk back
// through the table of lengths finds. In memory of b sqrt(a) bits for texts of a and b words.
void mark_common(std::span<const std::string> reference, std::span<const std::string> hypothesis, std::vector<bool>& marked);

}  // namespace weft::metrics
