#include "memory.h"

#include "classifier_setup.h"
#include "training.h"
#include "translator_setup.h"

#include <weft/models/training/trainer.h>
#include <weft/tensor/memory/allocator.h>
#include <weft/tensor/runtime/parallel.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

namespace bench {

namespace {

using namespace weft;

constexpr int kWarmUp = 10, kCounted = 50;

rusage usage() {
  rusage value{};
  getrusage(RUSAGE_SELF, &value);
  return value;
}

// The memory taken from the system since an earlier measurement.
class Taken {
 public:
  Taken() : blocks_(memory::stats().system_blocks), faults_(usage().ru_minflt) { memory::reset_peak(); }

  void print(const char* name, const char* when) const {
    const memory::Stats now = memory::stats();
    const rusage used = usage();
    auto mib = [](std::int64_t bytes) { return static_cast<double>(bytes) / (1 << 20); };
    std::printf("%-10s %-12s %9lld %8ld %10.1f %10.1f %12.1f %14.1f\n", name, when,
                static_cast<long long>(now.system_blocks - blocks_), used.ru_minflt - faults_, mib(now.live_bytes),
                mib(now.peak_bytes), mib(now.system_bytes), mib(std::int64_t{used.ru_maxrss} << 10));
  }

 private:
  std::int64_t blocks_;
  long faults_;
};

template <class Setup>
void train(const char* name, Setup setup) {
  Training<Setup> training(setup);
  for (int i = 0; i < kWarmUp; ++i) training.step();
  Taken taken;
  for (int i = 0; i < kCounted; ++i) training.step();
  taken.print(name, "steps 11-60");
}

Sequence random_sentence(std::int64_t length, std::int64_t vocabulary, Generator& generator) {
  Sequence words;
  while (std::ssize(words) < length)
    words.push_back(2 + static_cast<std::int64_t>(generator.uniform() * static_cast<double>(vocabulary - 2)));
  return words;
}

// Sentences of 1 to 30 words, in batches of similar lengths.
void train_by_length() {
  constexpr std::int64_t vocabulary = 4000;
  Generator generator{1};
  std::vector<Sequence> sources, targets;
  for (int i = 0; i < 3000; ++i) {
    const auto length = 1 + static_cast<std::int64_t>(generator.uniform() * 30);
    sources.push_back(random_sentence(length, vocabulary, generator));
    targets.push_back(random_sentence(length + 2, vocabulary, generator));
  }
  Seq2Seq model({.source_vocabulary = vocabulary, .target_vocabulary = vocabulary, .embedding_dim = 128, .hidden = 256});
  Trainer trainer(model, optim::Adam({.lr = 1e-3}), nn::CrossEntropy());
  Taken taken;
  auto print = [&](const History& history) {
    taken.print("by length", ("epoch " + std::to_string(history.back().epoch)).c_str());
    taken = {};
    return true;
  };
  trainer.fit(SequencePairs(sources, targets), {.epochs = 4, .batch_size = 64, .callbacks = {{.on_epoch = print}}});
}

// The peak memory of a process cannot be reset, so that each measurement has its own process.
template <class Function>
bool in_own_process(int threads, Function function) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    set_threads(threads);
    function();
    std::fflush(stdout);
    _exit(0);
  }
  int status = 1;
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

}  // namespace

int report_memory(int threads) {
  std::printf("%-10s %-12s %9s %8s %10s %10s %12s %14s\n", "", "", "requests", "faults", "live MiB", "peak MiB", "system MiB",
              "peak RSS MiB");
  bool ok = true;
  auto add = [&](auto function) { ok = in_own_process(threads, function) && ok; };
  add([] { train("W1", ClassifierSetup(ClassifierAttention::self, 32)); });
  add([] { train("W1p", ClassifierSetup(ClassifierAttention::pooling, 32)); });
  add([] { train("W2", TranslatorSetup(kW2)); });
  add([] { train("W2b", TranslatorSetup(kW2b)); });
  add([] { train("W2s", TranslatorSetup(kW2s)); });
  add(train_by_length);
  return ok ? 0 : 1;
}

}  // namespace bench
