// FitOptions: how a model is trained.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/models/progress/callback.h>
#include <weft/models/progress/rate_schedule.h>
#include <weft/models/training/checkpoint.h>
#include <weft/tensor/base/enum_names.h>

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>

namespace weft {

// What an update divides the sum of its targets' losses by. With the batches of an update taken together, so that `accumulate`
// batches of 32 give the gradient of one batch of 32 * accumulate, but for rounding.
enum class Normalization : std::uint8_t {
  target,   // the number of targets that count (with class weights: their weights): words of a translation, labels of texts
  example,  // the number of examples
  none,     // 1
};
inline constexpr EnumName<Normalization> kNormalizationNames[] = {
    {Normalization::target, "target"}, {Normalization::example, "example"}, {Normalization::none, "none"}};
std::string to_string(Normalization normalization);
Normalization normalization_from_string(std::string_view name);  // throws ValueError

// What happens when a loss or the gradients' norm is NaN or infinite.
enum class NotFinite : std::uint8_t {
  stop,  // GradError that names the op, found by a second run of the same step
  skip,  // the update is left out; ten in a row are an error
};
inline constexpr EnumName<NotFinite> kNotFiniteNames[] = {{NotFinite::stop, "stop"}, {NotFinite::skip, "skip"}};
std::string to_string(NotFinite policy);
NotFinite not_finite_from_string(std::string_view name);  // throws ValueError

// A score of the model as a whole, which no batch of logits gives: BLEU of what it translates. A fraction, larger is better.
// `value` may run the model, which evaluates then, and draw random numbers: training does not see them. It must leave the weights
// alone.
struct ModelScore {
  std::string name;
  std::function<double()> value;
};

// An epoch is better than all before when its monitored score is, by however little, or when that is the same as the best and the
// loss is lower. That is what `restore_best` keeps, and what `patience` and `plateau_patience` wait for.
struct FitOptions {
  int epochs = 10;
  std::int64_t batch_size = 32;   // examples
  std::int64_t batch_tokens = 0;  // above 0: instead, as many examples as fit: their number times the longest's length
  int accumulate = 1;             // batches per update
  Normalization normalization = Normalization::target;
  std::uint64_t seed = 0;      // of the order of examples; parameters and dropout follow manual_seed
  double clip_norm = 0;        // 0: gradients are not clipped
  RateSchedule schedule = {};  // of the optimizer's rate; unset: constant
  double plateau_factor = 0;   // above 0: the rate is multiplied by it when more than `plateau_patience` epochs are no better
  int plateau_patience = 2;
  double average = 0;  // above 0: decay of a moving average of the weights, which is evaluated and kept instead
  NotFinite not_finite = NotFinite::stop;
  int patience = 0;              // stop after so many epochs that are no better; 0: never
  std::int64_t min_updates = 0;  // but not before so many updates: the score of a model that has just begun says little
  std::string monitor = "loss";  // the validation score that counts: "loss" (smaller is better), or the name of a metric or score
  std::vector<ModelScore> scores = {};  // taken after each epoch; they stand behind the metrics of the validation data
  bool restore_best = true;             // end with the weights of the best epoch, however training ended; needs validation data
  CheckpointOptions checkpoint = {};
  std::ostream* log = nullptr;  // a line per epoch
  bool progress = true;         // a progress bar on standard error, when that is a terminal; else a line a minute
  std::function<bool(const EpochRecord&)> on_epoch = {};  // called after each; false stops training
  std::function<bool()> stop = {};                        // asked after each update; true saves a checkpoint and ends training
  std::vector<std::shared_ptr<Callback>> callbacks = {};
  // Fit throws GradError for leaves that get gradients in its first epoch but are no parameters, and for parameters that get none
  // in its first whole epoch, unless they are frozen or named here; ValueError for an entry that begins no parameter's path.
  std::vector<Variable> other_leaves = {};
  std::vector<std::string> without_gradient = {};  // parameters whose paths begin so

  // Throws ValueError for numbers out of range.
  void validate() const;
};

}  // namespace weft
