// Longest common subsequences of words.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace weft::metrics {

// Returns the length of the longest common subsequence. Takes one step for each 64 pairs of words, and linear memory.
//
// Hyyrö: Bit-parallel LCS-length computation revisited (2004).
std::size_t common_length(std::span<const std::string> a, std::span<const std::string> b);

// Sets marked[i] for the words reference[i] of one longest common subsequence. If there are several, it is the one that
// rouge-score finds when it walks back through the table of lengths. Takes b sqrt(a) bits of memory for texts of a and b words.
void mark_common(std::span<const std::string> reference, std::span<const std::string> hypothesis, std::vector<bool>& marked);

}  // namespace weft::metrics
