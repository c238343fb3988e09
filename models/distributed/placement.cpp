#include <weft/models/distributed/packed.h>
#include <weft/models/distributed/placement.h>
#include <weft/tensor/runtime/parallel.h>

#include <sched.h>
#include <unistd.h>

#include <map>
#include <set>

namespace weft {

namespace {

std::string counted(std::size_t count, const char* what) {
  std::string text = std::to_string(count);
  text += ' ';
  text += what;
  return count == 1 ? text : text += 's';
}

}  // namespace

RankPlace this_place() {
  RankPlace place;
  place.threads = threads();
  char host[256] = {};
  gethostname(host, sizeof host - 1);
  place.host = host[0] ? host : "localhost";
  place.machine_cores = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
#ifdef __linux__
  cpu_set_t mask;
  if (sched_getaffinity(0, sizeof mask, &mask) == 0)
    for (int core = 0; core < CPU_SETSIZE; ++core)
      if (CPU_ISSET(core, &mask)) place.cores.push_back(core);
#endif
  return place;
}

std::vector<std::string> placement_warnings(Communicator* ranks, const RankPlace& own) {
  struct Host {
    std::set<int> cores;
    std::size_t ranks = 0, threads = 0;
  };
  std::vector<std::string> warnings;
  std::map<std::string, Host> hosts;
  std::string bound;  // the ranks that have too few cores
  std::size_t rank = 0, cores = 0, most = 0;
  for (const std::string& bytes : gather(ranks, [&] { return detail::to_bytes(own); })) {
    const auto place = detail::from_bytes<RankPlace>(bytes);
    const auto count = static_cast<std::size_t>(place.threads);
    const bool whole = std::ssize(place.cores) == place.machine_cores;  // the machine has no more
    if (!place.cores.empty() && place.cores.size() < count && !whole) {
      (bound += bound.empty() ? "" : ", ") += std::to_string(rank);
      cores = place.cores.size();
      most = count;
    }
    Host& host = hosts[place.host];
    host.cores.insert(place.cores.begin(), place.cores.end());
    ++host.ranks;
    host.threads += count;
    ++rank;
  }
  if (!bound.empty())
    warnings.push_back("rank " + bound + ": " + counted(most, "thread") + " on " + counted(cores, "core") +
                       "; give mpirun --bind-to none, or --map-by slot:PE=" + std::to_string(most));
  for (const auto& [name, host] : hosts)
    if (bound.empty() && !host.cores.empty() && host.threads > host.cores.size())
      warnings.push_back("host " + name + ": " + counted(host.ranks, "rank") + " with " + counted(host.threads, "thread") +
                         " together on " + counted(host.cores.size(), "core"));
  return warnings;
}

}  // namespace weft
