// Recursive halving: with whom a rank adds gradients in which round.
#pragma once

#include <weft/models/distributed/communicator.h>
#include <weft/tensor/array/detail/row_parts.h>

#include <vector>

namespace weft {

// One round of recursive halving or doubling: with whom, and which parts of all parameters both have.
struct Round {
  int partner;
  bool first;  // this rank is the lower of the two
  IndexRange own, other;
};

// Returns the rounds of halving, first between neighbours; those of doubling are the same in reverse order.
std::vector<Round> rounds_of(const Communicator& ranks);

// Returns the rows that these parts have, of as many parts as there are ranks.
inline IndexRange rows_of_parts(std::int64_t rows, IndexRange parts, int ranks) {
  return {part_of(rows, parts.first, ranks).first, part_of(rows, parts.last, ranks).first};
}

}  // namespace weft
