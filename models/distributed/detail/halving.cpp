#include <weft/models/distributed/detail/halving.h>

namespace weft {

std::vector<Round> rounds_of(const Communicator& ranks) {
  std::vector<Round> rounds;
  IndexRange range{0, ranks.size()};
  for (int distance = 1; distance < ranks.size(); distance *= 2) {
    const std::int64_t middle = (range.first + range.last) / 2;
    const IndexRange lower{range.first, middle}, upper{middle, range.last};
    const bool first = (ranks.rank() & distance) == 0;
    rounds.push_back({ranks.rank() ^ distance, first, first ? lower : upper, first ? upper : lower});
    range = rounds.back().own;
  }
  return rounds;
}

}  // namespace weft
