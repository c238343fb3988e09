// A peer that waits for commands, like bench/peers/worker.py: libtorch-peer THREADS FOLDER.
#include "rows.h"

#include <torch/torch.h>
#include <torch/version.h>

#include <chrono>
#include <ctime>
#include <iostream>
#include <map>
#include <sstream>

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Runs steps until memory no longer grows: glibc needs a few steps until it reuses large aligned blocks.
void warm_up(const Row& row) {
  Clock::time_point start = Clock::now();
  for (int steps = 0; steps < 3 || seconds_since(start) < 0.5; ++steps) row.step();
}

// Returns the mean milliseconds of a step over `seconds`, but at least two steps, and how many cores were busy meanwhile.
std::string timed(const Row& row, double seconds) {
  std::clock_t cpu = std::clock();
  Clock::time_point start = Clock::now();
  double elapsed = 0;
  int steps = 0;
  while (steps < 2 || elapsed < seconds) {
    row.step();
    ++steps;
    elapsed = seconds_since(start);
  }
  std::ostringstream answer;
  answer.precision(9);
  answer << "ms " << 1e3 * elapsed / steps << ' ' << static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC / elapsed;
  return answer.str();
}

std::string prepare(const std::string& name, const std::string& folder, std::map<std::string, Row>& prepared) {
  try {
    Row row = make_row(name, folder);
    if (!row.step) return "skip no row " + name;
    double difference = row.check ? row.check() : 0;
    warm_up(row);
    prepared[name] = row;
    std::ostringstream answer;
    answer << "ready " << difference;
    return answer.str();
  } catch (const std::exception& error) {
    std::string text = error.what();
    return "error " + text.substr(0, text.find('\n'));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "libtorch-peer THREADS FOLDER\n";
    return 2;
  }
  torch::set_num_threads(std::stoi(argv[1]));
  at::globalContext().setFlushDenormal(true);
  std::cout << "peer LibTorch " << TORCH_VERSION << std::endl;
  std::map<std::string, Row> prepared;
  std::string line, order, name;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    double seconds = 0;
    words >> order >> name >> seconds;
    std::cout << (order == "prepare" ? prepare(name, argv[2], prepared) : timed(prepared.at(name), seconds)) << std::endl;
  }
}
