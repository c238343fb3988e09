// ShardedGradient: the gradient of an update in shards, whose bits do not depend on the number of ranks.
#pragma once

#include <weft/autograd/engine/sharded_gradients.h>
#include <weft/models/distributed/detail/parameter_exchange.h>
#include <weft/models/training/detail/batch_reader.h>
#include <weft/models/training/detail/gradient_watch.h>
#include <weft/models/training/detail/tally.h>
#include <weft/models/training/learner.h>

#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace weft::detail {

// See distributed/detail/shards.h for the shards, and distributed/detail/parameter_exchange.h for what ranks exchange. The
// gradient of a shard is that of a graph of its own. One graph gives the same bits for several shards at once, see
// autograd/engine/sharded_gradients.h; where the engine refuses, the model runs on one shard
// after the other. All functions must be called on all ranks.
class ShardedGradient {
 public:
  // `exchange` is null if there is one rank.
  ShardedGradient(Learner& learner, const FitOptions& options, GradientWatch& watch, ParameterExchange* exchange, Where caller);

  // Runs some examples of these batches in one graph and shard by shard, and decides once whether one graph will do: an op says
  // how it adds, but not whether a model depends on padding. Unless the options say it, also decides which is faster. Call this
  // before a reader reads ahead.
  void check_one_graph(const Task& task, std::span<const std::vector<std::size_t>> batches);
  // Call this before an epoch, or the rest of one.
  void start_reading() { read_ahead_ = true; }
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
  // Returns the examples that backward() ran on this rank.
  std::vector<ReadyBatch> ran() const;

 private:
  // Slots of the tree whose examples run in one graph.
  struct Graph {
    ReadyBatch batch;
    std::vector<std::int64_t> ends;  // the end of each slot's examples in the batch
  };
  static std::size_t filled_slots(const Task& task, const Graph& graph, bool& uneven);
  std::vector<Graph> slots_of(const Task& task, const Graph& graph) const;
  std::vector<ParameterGradient> run_slots(const Task& task, const std::vector<Graph>& slots, std::vector<ShardRecord>& records);
  std::string compare_with_slots(const Task& task, Graph& graph, std::vector<Graph>& slots);
  bool slots_are_faster(const Task& task, const Graph& graph, const std::vector<Graph>& slots);
  std::int64_t slots_in_graph(std::size_t batches) const;
  std::vector<Graph> own_graphs(std::span<const std::vector<std::size_t>> batches) const;
  std::vector<double> read(const Task& task, std::span<const std::vector<std::size_t>> batches, BatchReader& reader);
  double weight_of(const Tensor& targets, const Graph& graph, std::size_t slot) const;
  std::vector<std::string> answers_of(const std::function<std::vector<ShardRecord>()>& pass, bool early);
  std::vector<ShardRecord> run_all(const Task& task, std::span<const std::vector<std::size_t>> batches, BatchReader& reader,
                                   double divisor);
  std::string run(const Task& task, const Graph& graph, double divisor, std::vector<ShardRecord>& records);
  std::string what_mixes(const Task::Output& output, const Variable& terms, const Graph& graph) const;
  std::vector<ShardRecord> records_of(const Task& task, const Graph& graph, const Task::Output& output,
                                      const Variable& terms) const;
  bool start_exchange(const Variable& leaf, const Tensor& sum);
  void take_gradients(ShardedGradients& scope);

  Learner& learner_;
  const FitOptions& options_;
  GradientWatch& watch_;
  ParameterExchange* exchange_;
  Communicator* ranks_;
  Where caller_;
  Shards cut_;
  bool one_graph_;            // for several slots, until an op turns out to be impossible to sum in shards
  bool checked_ = false;      // by check_one_graph()
  bool read_ahead_ = true;    // the reader reads what the graphs need
  bool early_ = true;         // gradients may be exchanged during the backward pass
  bool spoilt_ = false;       // some were, but examples were mixed in them
  std::uint64_t number_ = 0;  // of this update
  std::vector<Graph> graphs_;
  std::vector<ParameterGradient> gradients_;  // of this update; for each parameter, or none
};

}  // namespace weft::detail
