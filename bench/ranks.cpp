#include "ranks.h"

#include "classifier_setup.h"
#include "translator_setup.h"

#include <weft/models/distributed/mpi.h>
#include <weft/models/training/trainer.h>
#include <weft/nn/layers/loss.h>
#include <weft/optim/adam.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/indexing/join.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <sstream>
#include <thread>

namespace bench {

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// Counts what passes through a communicator, and can act as if the ranks were farther apart.
class Counting : public weft::Communicator {
 public:
  Counting(weft::Communicator& ranks, std::chrono::microseconds delay, bool overlap)
      : ranks_(ranks), delay_(delay), overlap_(overlap) {}
  int rank() const override { return ranks_.rank(); }
  int size() const override { return ranks_.size(); }
  void exchange(int partner, std::span<const std::byte> out, std::span<std::byte> in) override {
    const auto start = Clock::now();
    ranks_.exchange(partner, out, in);
    while (delay_.count() > 0 && Clock::now() - start < delay_) std::this_thread::yield();
    waited += milliseconds_since(start);
    sent += static_cast<double>(out.size());
    ++messages;
  }

  std::optional<std::int64_t> overlaps_from() const override { return overlap_ ? ranks_.overlaps_from() : std::nullopt; }
  std::unique_ptr<weft::PendingExchange> begin_exchange(int partner, int tag, const weft::Tensor& out,
                                                        const weft::Tensor& in) override {
    sent += static_cast<double>(out.numel() * weft::size_of(out.dtype()));
    ++messages;
    return std::make_unique<Pending>(ranks_.begin_exchange(partner, tag, out, in), Clock::now() + delay_);
  }

  double sent = 0, messages = 0, waited = 0;  // bytes, exchanges, milliseconds

 private:
  // Is done after the delay at the earliest.
  class Pending : public weft::PendingExchange {
   public:
    Pending(std::unique_ptr<weft::PendingExchange> exchange, Clock::time_point earliest)
        : exchange_(std::move(exchange)), earliest_(earliest) {}
    bool done() override { return exchange_->done() && Clock::now() >= earliest_; }

   private:
    std::unique_ptr<weft::PendingExchange> exchange_;
    Clock::time_point earliest_;
  };

  weft::Communicator& ranks_;
  std::chrono::microseconds delay_;
  bool overlap_;
};

weft::Batch rows(const weft::Batch& all, const weft::Tensor& indices) {
  return {weft::index_select(all.tokens, 0, indices), weft::index_select(all.lengths, 0, indices)};
}
weft::PairBatch rows(const weft::PairBatch& all, const weft::Tensor& indices) {
  return {rows(all.source, indices), rows(all.target, indices)};
}
weft::Batch joined(const std::vector<weft::Batch>& batches) {
  std::vector<weft::Tensor> tokens, lengths;
  for (const weft::Batch& batch : batches) {
    tokens.push_back(batch.tokens);
    lengths.push_back(batch.lengths);
  }
  return {weft::concat(tokens), weft::concat(lengths)};
}
weft::PairBatch joined(const std::vector<weft::PairBatch>& batches) {
  std::vector<weft::Batch> sources, targets;
  for (const weft::PairBatch& batch : batches) {
    sources.push_back(batch.source);
    targets.push_back(batch.target);
  }
  return {joined(sources), joined(targets)};
}

// The examples of a workload's batches, which all have the same length.
template <class Input>
class Examples : public weft::Data<Input> {
 public:
  Examples(const std::vector<Input>& batches, const std::vector<weft::Tensor>& targets, std::int64_t tokens)
      : all_(joined(batches)), targets_(weft::concat(targets)), tokens_(tokens) {}
  std::int64_t size() const override { return targets_.size(0); }
  std::int64_t length(std::size_t) const override { return tokens_; }
  typename weft::Data<Input>::Example batch(std::span<const std::size_t> indices) const override {
    const weft::Tensor at = weft::tensor(std::vector<std::int64_t>(indices.begin(), indices.end()), {std::ssize(indices)});
    return {rows(all_, at), weft::index_select(targets_, 0, at)};
  }

 private:
  Input all_;
  weft::Tensor targets_;
  std::int64_t tokens_;
};

template <class Model, class Input>
void train(Model& model, const Examples<Input>& data, std::int64_t batch, int steps, int shards, Counting& ranks) {
  weft::Trainer trainer(model, weft::optim::Adam(), weft::nn::CrossEntropy());
  constexpr int kWarmUp = 2;
  std::vector<double> times;
  double sent = 0, messages = 0, waited = 0;  // up to the last update
  std::ostringstream log;
  auto start = Clock::now();
  auto measure = [&](const weft::UpdateRecord& update) {
    times.push_back(milliseconds_since(start));
    if (update.update == kWarmUp) ranks.sent = ranks.messages = ranks.waited = 0;
    sent = ranks.sent, messages = ranks.messages, waited = ranks.waited;
    start = Clock::now();
  };
  const int epochs = (steps + kWarmUp + kBatches - 1) / kBatches;
  trainer.fit(data, {.epochs = epochs,
                     .batch_size = batch,
                     .shards = shards,
                     .communicator = &ranks,
                     .log = &log,
                     .progress = false,
                     .callbacks = {{.on_update = measure, .on_every_rank = true}}});
  times.erase(times.begin(), times.begin() + kWarmUp);
  std::sort(times.begin(), times.end());
  const auto count = static_cast<double>(times.size());
  if (log.str().find("one by one") != std::string::npos) std::printf("shards ran one by one\n");
  if (ranks.rank() == 0)
    std::printf(
        "%d ranks, %d threads, %d shards: %.2f ms a step (fastest %.2f); sent %.0f bytes in %.1f messages, waited %.2f ms\n",
        ranks.size(), weft::threads(), shards, times[times.size() / 2], times.front(), sent / count, messages / count,
        waited / count);
}

void train_classifier(weft::ClassifierAttention attention, int steps, int shards, Counting& ranks) {
  constexpr std::int64_t kBatch = 32;
  ClassifierSetup setup(attention, kBatch);
  train(setup.model, Examples<weft::Batch>(setup.batches, setup.labels, ClassifierSetup::kTime), kBatch, steps, shards, ranks);
}

void train_translator(const TranslatorSizes& sizes, int steps, int shards, Counting& ranks) {
  TranslatorSetup setup(sizes);
  train(setup.model, Examples<weft::PairBatch>(setup.batches, setup.next_words, sizes.time), sizes.batch, steps, shards, ranks);
}

bool run(const std::string& workload, int steps, int shards, Counting& ranks) {
  if (workload == "W1") return train_classifier(weft::ClassifierAttention::self, steps, shards, ranks), true;
  if (workload == "W1p") return train_classifier(weft::ClassifierAttention::pooling, steps, shards, ranks), true;
  if (workload == "W2") return train_translator(kW2, steps, shards, ranks), true;
  if (workload == "W2b") return train_translator(kW2b, steps, shards, ranks), true;
  if (workload == "W2s") return train_translator(kW2s, steps, shards, ranks), true;
  return false;
}

}  // namespace

int report_ranks(const std::string& workload, int steps, int shards, int delay, bool overlap) {
  try {
    weft::Mpi mpi;
    Counting ranks(mpi, std::chrono::microseconds(delay), overlap);
    if (run(workload, steps, shards, ranks)) return 0;
    std::cerr << "bench: --ranks takes W1, W1p, W2, W2b or W2s, not " << workload << '\n';
  } catch (const weft::Error& error) {
    std::cerr << "bench: " << error.what() << '\n';
  }
  return 2;
}

}  // namespace bench
