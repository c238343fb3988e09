// Runs the benchmarks, with the options of Google Benchmark and --threads=N for weft. Instead of this, --record=FOLDER writes the
// weights and inputs of the workloads and the losses of --steps=N training steps, --memory prints the memory that training takes
// from the system, --startup prints the time from the start of a process to the end of its first training step, and
// --ranks=WORKLOAD --shards=S --delay=MICROSECONDS --overlap=0, under mpirun, the time of --steps=N training steps on several
// ranks.
#include "memory.h"
#include "ranks.h"
#include "record.h"
#include "startup.h"

#include <weft/tensor/base/error.h>
#include <weft/tensor/runtime/parallel.h>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace {

// Removes --name=value or --name value from the arguments and returns the value, or nothing if the option is missing.
std::string take_option(std::vector<char*>& arguments, std::string_view name) {
  std::string value;
  for (std::size_t i = 1; i < arguments.size();) {
    std::string_view argument = arguments[i];
    bool joined = argument.starts_with(std::string(name) + "=");
    if (!joined && argument != name) {
      ++i;
      continue;
    }
    bool separate = !joined && i + 1 < arguments.size();
    value = joined ? argument.substr(name.size() + 1) : separate ? arguments[i + 1] : "";
    auto first = arguments.begin() + static_cast<std::ptrdiff_t>(i);
    arguments.erase(first, first + (separate ? 2 : 1));
  }
  return value;
}

// Returns the option as a number, or `fallback` if it was not given, or 0 if it is not a positive number.
int take_number(std::vector<char*>& arguments, std::string_view name, int fallback) {
  std::string value = take_option(arguments, name);
  return value.empty() ? fallback : std::max(0, std::atoi(value.c_str()));
}

// Removes --name from the arguments and returns whether it was there.
bool take_flag(std::vector<char*>& arguments, std::string_view name) {
  auto found = std::find(arguments.begin() + 1, arguments.end(), name);
  if (found == arguments.end()) return false;
  arguments.erase(found);
  return true;
}

int record(const std::string& folder, int steps) {
  try {
    bench::record(folder, steps);
    return 0;
  } catch (const weft::Error& error) {
    std::cerr << "bench: " << error.what() << '\n';
    return 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  int threads = take_number(arguments, "--threads", 1), steps = take_number(arguments, "--steps", 3);
  int shards = take_number(arguments, "--shards", 1);
  const int delay = take_number(arguments, "--delay", 0);
  const bool overlap = take_number(arguments, "--overlap", 1) != 0;
  std::string folder = take_option(arguments, "--record"), ranks = take_option(arguments, "--ranks");
  if (threads == 0 || steps == 0 || shards == 0) {
    std::cerr << "bench: --threads, --steps and --shards take positive numbers\n";
    return 2;
  }
  if (take_flag(arguments, "--memory")) return bench::report_memory(threads);
  if (take_flag(arguments, "--startup")) return bench::report_startup("/proc/self/exe");
  weft::set_threads(threads);
  if (take_flag(arguments, "--first-step")) return bench::first_step(), 0;
  if (!ranks.empty()) return bench::report_ranks(ranks, steps, shards, delay, overlap);
  if (!folder.empty()) return record(folder, steps);
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  benchmark::AddCustomContext("weft threads", std::to_string(threads));
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
