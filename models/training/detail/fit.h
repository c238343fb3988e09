// One call of fit(): from the first update, or from a checkpoint, to the last.
#pragma once

#include <weft/models/progress/detail/best_weights.h>
#include <weft/models/progress/progress.h>
#include <weft/models/training/detail/batch_reader.h>
#include <weft/models/training/detail/gradient_watch.h>
#include <weft/models/training/detail/tally.h>
#include <weft/models/training/learner.h>
#include <weft/optim/weight_average.h>

#include <chrono>
#include <string>

namespace weft::detail {

class Fit {
 public:
  // All of these must outlive the Fit. `caller` is the line of the call.
  Fit(Learner& learner, const Task& train, const Task* validation, const FitOptions& options, Where caller);
  History run();

 private:
  static constexpr int kMostSkippedInRow = 10;  // more in a row are an error
  using Batches = std::vector<std::vector<std::size_t>>;

  // The progress of the training; a checkpoint stores tensors in addition.
  struct State {
    int epoch = 1;
    std::int64_t batch = 0;    // done in this epoch
    std::int64_t updates = 0;  // since this training began
    std::int64_t first_step = 0;
    int waited = 0, plateau_waited = 0, skipped_in_row = 0;
    EpochRecord record = {};  // of this epoch so far
    History history = {};
  };

  void run_epoch();
  void end_epoch(const Tally& tally, Progress& progress, double seconds);
  Scores validation_scores();
  void note_epoch(bool better);
  void check_finite() const;
  Batches batches_of(int epoch) const;

  // A batch of an update: its examples, and what runs the model on them.
  struct Ready {
    std::span<const std::size_t> indices;
    Task::Forward forward;
  };
  // Makes one update from these batches; returns false if it was skipped.
  bool update(std::span<const std::vector<std::size_t>> batches, BatchReader& reader, Tally& tally);
  struct Taken {
    double loss = 0, divisor = 0;
    std::int64_t tokens = 0;
  };
  double backward(const Ready& batch, bool alone, Tally& tally, Taken& taken);
  double divisor(const Task::Output& output, std::size_t examples) const;
  bool not_finite(const char* what, double value, const std::vector<Ready>& batches);
  std::string first_bad_op(const std::vector<Ready>& batches);

  // Calls that function of every callback that has it.
  template <class Function, class... Arguments>
  void tell(Function Callback::*which, const Arguments&... arguments) const {
    for (const Callback& callback : options_.callbacks)
      if (const Function& function = callback.*which) function(arguments...);
  }

  bool checkpoint_is_due() const;
  void save(const Tally& tally, double seconds);
  void resume();
  void load(const std::string& path, const TensorFile& file);
  struct Place {
    std::int64_t epoch, batch;
    std::string history, record;  // JSON
  };
  void load_place(const std::string& path, const Place& place);
  void load_history(const std::string& path);
  void check_record(const std::string& path, std::int64_t done) const;
  void load_tensors(const std::string& path, const TensorFile& file, std::int64_t optimizer_steps);
  std::string state_text(const EpochRecord& record, const std::vector<double>& tally) const;
  Metadata identity() const;
  std::map<std::string, Tensor> tensors() const;
  void show_average(bool show);
  void finish(bool ended);

  Learner& learner_;
  Where caller_;
  const Task& train_;
  const Task* validation_;
  const FitOptions& options_;
  CheckpointFiles files_;
  State state_;
  TrainingPlan plan_;
  optim::Schedule schedule_;
  double plateau_rate_ = 1;
  double base_rate_;  // the optimizer's, before and after
  std::optional<GradientWatch> watch_;
  std::optional<BestWeights> best_;
  std::optional<optim::WeightAverage> average_;
  Metadata data_identity_;           // hashed once, and only where there are checkpoints
  std::vector<double> tally_state_;  // of the epoch that a checkpoint was taken in
  std::vector<Generator*> generators_;
  std::vector<Generator> before_;  // the generators' states before this update
  double saved_at_updates_ = 0;
  std::chrono::steady_clock::time_point saved_at_;
  bool ended_ = false, stopped_ = false, shows_average_ = false;  // shows_average_: the model holds the averaged weights
};

}  // namespace weft::detail
