// Runs the benchmarks: Google Benchmark's options, and --threads=N for weft's.
#include <weft/tensor/parallel.h>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace {

// Takes --threads=N or --threads N out of the arguments. 0: N is not a positive number.
int take_threads(std::vector<char*>& arguments) {
  int threads = 1;
  for (std::size_t i = 1; i < arguments.size();) {
    std::string_view argument = arguments[i];
    bool joined = argument.starts_with("--threads=");
    if (!joined && argument != "--threads") {
      ++i;
      continue;
    }
    std::size_t last = joined ? i : i + 1;
    const char* value = joined ? arguments[i] + argument.find('=') + 1 : last < arguments.size() ? arguments[last] : "";
    threads = std::max(0, std::atoi(value));
    auto first = arguments.begin() + static_cast<std::ptrdiff_t>(i);
    arguments.erase(first, first + (last < arguments.size() && !joined ? 2 : 1));
  }
  return threads;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  int threads = take_threads(arguments);
  if (threads == 0) {
    std::cerr << "bench: --threads takes a positive number\n";
    return 2;
  }
  weft::set_threads(threads);
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  benchmark::AddCustomContext("weft threads", std::to_string(threads));
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
