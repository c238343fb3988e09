// Rows of zeros, such as padding, do not count in sums over rows.
#pragma once

#include <weft/tensor/kernels/sum_tree.h>

#include <cstdint>
#include <vector>

namespace weft {

template <class T>
bool is_absent(const T* row, std::int64_t width) {
  for (std::int64_t j = 0; j < width; ++j)
    if (row[j] != 0) return false;  // NaN counts
  return true;
}

// Returns where chains over rows end; `present(row)` says which rows count. Each chain takes as many whole examples of `size`
// rows as have at most kChain counting rows together; a longer example is cut.
template <class Present>
std::vector<std::int64_t> chain_ends(std::int64_t examples, std::int64_t size, Present present) {
  std::vector<std::int64_t> ends;
  std::vector<std::int64_t> cuts;  // within an example, after each kChain counting rows
  std::int64_t in_chain = 0;
  for (std::int64_t begin = 0; begin < examples * size; begin += size) {
    std::int64_t count = 0;
    cuts.clear();
    for (std::int64_t row = begin; row < begin + size; ++row) {
      if (!present(row)) continue;
      if (count > 0 && count % kernels::kChain == 0) cuts.push_back(row);
      ++count;
    }
    if (in_chain > 0 && count > 0 && in_chain + count > kernels::kChain) {
      ends.push_back(begin);
      in_chain = 0;
    }
    ends.insert(ends.end(), cuts.begin(), cuts.end());
    in_chain += count - static_cast<std::int64_t>(cuts.size()) * kernels::kChain;
  }
  ends.push_back(examples * size);
  return ends;
}

}  // namespace weft
