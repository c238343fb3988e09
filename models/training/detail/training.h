// Training: the arguments and the state of one call of fit().
#pragma once

#include <weft/models/distributed/detail/parameter_exchange.h>
#include <weft/models/io/model_file.h>
#include <weft/models/progress/detail/best_weights.h>
#include <weft/models/training/learner.h>
#include <weft/optim/weight_average.h>

#include <optional>
#include <vector>

namespace weft::detail {

// What changes while a model trains, besides its weights and the optimizer. A checkpoint holds all of it.
struct TrainingState {
  int epoch = 1;
  std::int64_t batch = 0;       // number of batches done in this epoch
  std::int64_t updates = 0;     // since this training began
  std::int64_t first_step = 0;  // the optimizer's steps before
  int waited = 0;               // epochs since the best one
  int plateau_waited = 0;       // epochs since the best one or since the rate was lowered
  int skipped_in_row = 0;       // updates
  double plateau_rate = 1;      // factor of the rate
  EpochRecord record = {};      // of this epoch so far
  History history = {};
  std::vector<double> tally = {};        // the scores of a resumed epoch so far, see Tally
  std::optional<BestWeights> best = {};  // with validation data
  std::optional<optim::WeightAverage> average = {};
  std::vector<Generator*> generators = {};  // of the model's layers

  // Returns the number of updates that were skipped since this training began.
  std::int64_t skipped() const;
  // Returns the number of the next update for its random numbers: no two updates that the optimizer makes, or skips in this
  // training, have the same.
  std::uint64_t update_number() const { return static_cast<std::uint64_t>(first_step + updates + skipped()); }
};

// Formats the numbers of Training::identity().
std::string number_in_identity(double number);

struct Training {
  // All arguments must outlive the training; `caller` is the line that called fit(). Throws ValueError for options out of range
  // and for data without examples.
  Training(Learner& learner, const Task& train, const Task* validation, const FitOptions& options, Where caller);
  Training(const Training&) = delete;
  Training& operator=(const Training&) = delete;

  // Returns the batches of an epoch, which depend on the seed.
  std::vector<std::vector<std::size_t>> batches(int epoch) const;
  // Returns the options and everything else by which a checkpoint recognizes its training, apart from the data.
  Metadata identity() const;
  // Returns the learning rate of an update, counted from 0.
  double rate(std::int64_t update) const { return base_rate * schedule(update) * state.plateau_rate; }
  // Counts an epoch that has been evaluated, and lowers the rate on a plateau.
  void count_epoch(bool better);
  // Calls this function of every callback that has it and is to be called on this rank.
  template <class Function, class... Arguments>
  void tell(Function Callback::*which, const Arguments&... arguments) const {
    for (const Callback& callback : options.callbacks)
      if (const Function& function = callback.*which; function && is_called_here(callback)) function(arguments...);
  }
  // The same for all ranks: an error on one is an error on all.
  template <class Function, class... Arguments>
  void tell_all(Function Callback::*which, const Arguments&... arguments) const {
    on_every_rank(options.communicator, [&] { tell(which, arguments...); });
  }
  bool is_called_here(const Callback& callback) const { return callback.on_every_rank || is_first_rank(options.communicator); }
  ParameterExchange* ranks_exchange() { return exchange ? &*exchange : nullptr; }

  Learner& learner;
  const Task& train;
  const Task* validation;  // null: none
  const FitOptions& options;
  Where caller;
  double base_rate;  // the optimizer's, before and after
  TrainingPlan plan;
  optim::Schedule schedule;
  TrainingState state;
  std::optional<ParameterExchange> exchange;  // between the ranks, if there are several
};

}  // namespace weft::detail
