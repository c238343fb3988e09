// Whether the ranks have the cores that their threads need.
#pragma once

#include <weft/models/distributed/communicator.h>

#include <string>
#include <tuple>
#include <vector>

namespace weft {

// What a rank may run on.
struct RankPlace {
  std::string host;
  std::vector<int> cores;  // that the process may use
  int threads = 1;
  int machine_cores = 0;  // 0: not known

  auto fields() { return std::tie(host, cores, threads, machine_cores); }
  auto fields() const { return std::tie(host, cores, threads, machine_cores); }
};
// Returns the place of this process, with the number of threads of the calling thread's ops.
RankPlace this_place();

// Returns a warning for each rank that has more threads than cores although its machine has more, as under mpirun, which binds a
// rank to one core unless it is told otherwise, and for each host whose ranks have more threads together than cores. All ranks
// get the same warnings.
std::vector<std::string> placement_warnings(Communicator* ranks, const RankPlace& own);

}  // namespace weft
