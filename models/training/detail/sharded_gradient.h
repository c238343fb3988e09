// ShardedGradient: the gradient of an update in shards, whose bits do not depend on the number of ranks.
#pragma once

#include <weft/models/distributed/detail/parameter_exchange.h>
#include <weft/models/training/detail/batch_reader.h>
#include <weft/models/training/detail/gradient_watch.h>
#include <weft/models/training/detail/tally.h>
#include <weft/models/training/learner.h>

#include <span>
#include <vector>

namespace weft::detail {

// See distributed/detail/shards.h for the shards, and distributed/detail/parameter_exchange.h for what ranks exchange. All
// functions must be called on all ranks.
class ShardedGradient {
 public:
  // `exchange` is null if there is one rank.
  ShardedGradient(Learner& learner, const FitOptions& options, GradientWatch& watch, ParameterExchange* exchange, Where caller);

  // Returns the examples that this rank reads for an update of these batches, in the order of reading.
  std::vector<std::vector<std::size_t>> to_read(std::span<const std::vector<std::size_t>> batches) const;

  struct Result {
    double loss = 0;  // mean over the targets, or a loss that is not finite
    std::int64_t tokens = 0;
    bool finite = true;  // if not, there is no gradient
  };
  // Runs the model on this rank's shards of an update of these batches, which `reader` reads next, and leaves in the parameters
  // the sums over all ranks, divided, as far as this rank owns them. Adds losses and metrics to `tally`. Random numbers depend on
  // `number`, that of the update.
  Result backward(const Task& task, std::span<const std::vector<std::size_t>> batches, BatchReader& reader, Tally& tally,
                  std::uint64_t number);
  // Returns the norm of the gradient on all ranks.
  double norm() const;
  // Lets every rank have the parameters that others have changed.
  void collect_parameters();
  // Returns the shards that backward() ran on this rank; some may have no examples.
  const std::vector<ReadyBatch>& shards() const { return ready_; }

 private:
  std::vector<ReadyBatch> own_shards(std::span<const std::vector<std::size_t>> batches) const;
  std::vector<double> read(std::span<const std::vector<std::size_t>> batches, BatchReader& reader);
  std::vector<ShardRecord> run_all(const Task& task, double divisor, std::uint64_t number);
  ShardRecord run(const Task& task, const ReadyBatch& shard, double divisor, std::uint64_t number);
  std::vector<ParameterGradient> take_gradients() const;
  void set_gradients() const;

  Learner& learner_;
  const FitOptions& options_;
  GradientWatch& watch_;
  ParameterExchange* exchange_;
  Communicator* ranks_;
  Where caller_;
  Shards cut_;
  std::vector<ReadyBatch> ready_;             // this rank's shards of this update
  std::vector<ParameterGradient> gradients_;  // of this update
};

}  // namespace weft::detail
