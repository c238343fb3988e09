#include "startup.h"

#include "classifier_setup.h"
#include "training.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace bench {

namespace {

// Returns the milliseconds until the program writes, or a negative number if it does not.
double start(const char* program) {
  int ends[2];
  if (pipe(ends) != 0) return -1;
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    execl(program, program, "--first-step", nullptr);
    _exit(127);
  }
  close(ends[1]);
  char first;
  const bool wrote = child > 0 && read(ends[0], &first, 1) == 1;
  const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - begin;
  close(ends[0]);
  if (child > 0) waitpid(child, nullptr, 0);
  return wrote ? elapsed.count() : -1;
}

}  // namespace

int report_startup(const char* program) {
  std::vector<double> times;
  for (int i = 0; i < 21; ++i) times.push_back(start(program));
  std::sort(times.begin(), times.end());
  if (times.front() < 0) {
    std::fprintf(stderr, "bench: cannot run %s\n", program);
    return 1;
  }
  std::printf("process start to the end of W1's first step: %.1f ms (fastest %.1f)\n", times[times.size() / 2], times.front());
  return 0;
}

void first_step() {
  ClassifierSetup setup(weft::ClassifierAttention::self, 32);
  Training<ClassifierSetup> training(setup);
  std::printf("%g\n", training.step());
  std::fflush(stdout);
}

}  // namespace bench
