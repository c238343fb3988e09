// Update: the gradient of one update of the weights, from its batches, and the step.
#pragma once

#include <weft/models/training/detail/batch_reader.h>
#include <weft/models/training/detail/gradient_watch.h>
#include <weft/models/training/detail/sharded_gradient.h>
#include <weft/models/training/detail/tally.h>
#include <weft/models/training/learner.h>

#include <span>
#include <string>
#include <vector>

namespace weft::detail {

class Update {
 public:
  static constexpr int kMostSkippedInRow = 10;  // more in a row are an error

  // The options say how losses are divided, how gradients are clipped and what happens to non-finite numbers. Throws ValueError
  // for an entry of without_gradient that begins no parameter's path.
  // `exchange` is between the ranks of options.communicator; it is null if there is only one rank.
  Update(Learner& learner, const FitOptions& options, Where caller, ParameterExchange* exchange = nullptr);

  // Call this before an epoch is read: see ShardedGradient::check_one_graph.
  void check_shards(const Task& task, std::span<const std::vector<std::size_t>> batches) {
    if (in_shards_) in_shards_->check_one_graph(task, batches);
  }
  // Returns the examples that the reader of this rank is to read for these batches, the rest of an epoch, in the order of
  // reading.
  std::vector<std::vector<std::size_t>> to_read(std::span<const std::vector<std::size_t>> batches);

  // The result of running the batches of an update.
  struct Gradient {
    double loss = 0;  // mean over the targets
    double norm = 0;  // before clipping
    std::int64_t tokens = 0;
    bool finite = true;
  };
  // Runs the model on the next batches of `reader`, which are `batches` of `task`, and leaves the gradient of their losses,
  // divided and clipped, in the parameters; adds losses and metrics to `tally`. If a loss or the norm is not finite, there is no
  // gradient: throws GradError, unless such updates are skipped and fewer than kMostSkippedInRow follow each other.
  // `skipped_in_row` is the number of those just before. `number` counts the updates of a training, including those that are
  // skipped: the random numbers of an example depend on it and on the example's place among those of all batches, see
  // ExampleDraws.
  Gradient backward(const Task& task, std::span<const std::vector<std::size_t>> batches, BatchReader& reader, Tally& tally,
                    int skipped_in_row, std::uint64_t number);
  // Changes the weights by the gradient.
  void step(double rate);
  // Call this after an epoch: see GradientWatch.
  void end_epoch(bool whole) { watch_.end_epoch(whole); }

 private:
  Gradient run_batches(const Task& task, std::span<const std::vector<std::size_t>> batches, BatchReader& reader, Tally& tally);
  Gradient run_shards(const Task& task, std::span<const std::vector<std::size_t>> batches, BatchReader& reader, Tally& tally);
  double add(const Task& task, const ReadyBatch& batch, bool alone, Tally& tally, Gradient& gradient);
  double divisor(const Task::Output& output, std::size_t examples) const;
  void not_finite(const char* what, double value, int skipped_in_row);
  std::string first_bad_op();
  std::string first_bad_op_here();

  Learner& learner_;
  const FitOptions& options_;
  Where caller_;
  GradientWatch watch_;
  std::optional<ShardedGradient> in_shards_;
  std::vector<ReadyBatch> ready_;  // what this update ran, on this rank
  std::uint64_t number_ = 0;       // of this update
  double divided_by_ = 0;          // the divisors of this update's batches so far
};

}  // namespace weft::detail
