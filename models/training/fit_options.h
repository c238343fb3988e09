// FitOptions: how a model is trained.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/models/distributed/communicator.h>
#include <weft/models/options/option_field.h>
#include <weft/models/progress/callback.h>
#include <weft/models/progress/rate_schedule.h>
#include <weft/models/training/training_checkpoint.h>
#include <weft/tensor/base/enum_names.h>

#include <functional>
#include <iosfwd>
#include <string>

namespace weft {

// The divisor of the sum of the losses in an update. The batches of one update count together, so that `accumulate` batches of 32
// give the gradient of one batch of 32 * accumulate, except for rounding.
enum class LossNormalization : std::uint8_t {
  target,   // the number of targets that count (with class weights: the sum of their weights): words of a translation, labels of
            // texts
  example,  // the number of examples
  none,     // 1
};
inline constexpr EnumName<LossNormalization> kLossNormalizationNames[] = {
    {LossNormalization::target, "target"}, {LossNormalization::example, "example"}, {LossNormalization::none, "none"}};
std::string to_string(LossNormalization normalization);

// What happens when a loss or the gradients' norm is NaN or infinite.
enum class NotFinite : std::uint8_t {
  stop,  // GradError that names the op, found by a second run of the same step
  skip,  // the update is skipped; ten in a row are an error
};
inline constexpr EnumName<NotFinite> kNotFiniteNames[] = {{NotFinite::stop, "stop"}, {NotFinite::skip, "skip"}};
std::string to_string(NotFinite policy);

// How a rank runs the shards that it has. The bits are the same.
enum class ShardGraphs : std::uint8_t {
  fastest,  // as `one`, unless graphs of their own turn out to be clearly faster before the first update
  one,      // all that have the examples of a batch in one graph, if the model allows it
  each      // one after the other, each in a graph of its own, which takes less memory
};

// A score of the model as a whole that cannot be computed batch by batch from logits, such as the BLEU of its translations. A
// fraction; larger is better. `value` may run the model, which is then in eval mode, and draw random numbers, which does not
// affect the training. It must not change the weights.
struct ModelScore {
  std::string name;
  std::function<double()> value;
};

// An epoch is better than all before if its monitored score is, by however little, or if that equals the best and the loss is
// lower. `restore_best` keeps the weights of the best epoch, and `patience` and `plateau_patience` wait for a better one.
struct FitOptions {
  int epochs = 10;
  std::int64_t batch_size = 32;  // examples
  std::int64_t batch_tokens =
      0;               // if above 0, used instead: as many examples as fit, counted as their number times the longest length
  int accumulate = 1;  // batches per update
  // An update's examples are cut into this number of shards, whose gradients are added in a binary tree. On any number of ranks
  // of the communicator, a power of two of at most `shards`, the weights have the same bits. See docs/distributed.md.
  int shards = 1;
  ShardGraphs shard_graphs = ShardGraphs::fastest;
  Communicator* communicator = nullptr;  // the ranks that share the work; null: there is one
  LossNormalization normalization = LossNormalization::target;
  std::uint64_t seed = 0;      // of the order of examples; parameters and dropout depend on manual_seed
  double clip_norm = 0;        // 0: gradients are not clipped
  RateSchedule schedule = {};  // of the optimizer's rate; empty: constant
  double plateau_factor =
      0;  // if above 0, the rate is multiplied by it when more than `plateau_patience` epochs have not been better
  int plateau_patience = 2;
  double average = 0;  // if above 0, the decay of a moving average of the weights, which is evaluated and kept instead of them
  NotFinite not_finite = NotFinite::stop;
  int patience = 0;              // stop after this many epochs that are not better; 0: never
  std::int64_t min_updates = 0;  // but not before this many updates: early scores mean little
  std::string monitor = "loss";  // the validation score that counts: "loss" (smaller is better), or the name of a metric or score
  std::vector<ModelScore> scores = {};  // computed after each epoch; listed after the metrics of the validation data
  bool restore_best = true;  // finish with the weights of the best epoch, however training ended; needs validation data
  TrainingCheckpointOptions checkpoint = {};
  std::ostream* log = nullptr;           // a line per epoch
  bool progress = true;                  // a progress bar on standard error if that is a terminal, otherwise a line per minute
  std::vector<Callback> callbacks = {};  // called while it trains; they can end or stop it
  // In its first epoch, fit throws GradError for leaves that get gradients but are not parameters, unless they are listed here.
  // After its first whole epoch it throws GradError for parameters without a gradient, unless they are frozen or listed here. It
  // throws ValueError for an entry with which no parameter's path begins.
  std::vector<Variable> other_leaves = {};
  std::vector<std::string> without_gradient = {};  // beginnings of parameters' paths

  // Describes the options that a checkpoint compares or command lines have.
  OptionFields fields();
  // Throws ValueError for options out of range.
  void validate() const;
};

}  // namespace weft
