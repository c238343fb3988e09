// fit(): from the first update, or from a checkpoint, to the last.
#include <weft/autograd/graph/grad_mode.h>
#include <weft/models/training/detail/batch_reader.h>
#include <weft/models/training/detail/epoch_progress.h>
#include <weft/models/training/detail/saved_state.h>
#include <weft/models/training/detail/shared_evaluation.h>
#include <weft/models/training/detail/tally.h>
#include <weft/models/training/detail/training.h>
#include <weft/models/training/detail/training_saver.h>
#include <weft/models/training/detail/update.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/runtime/float_mode.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <span>

namespace weft {

namespace {

class Fit {
 public:
  explicit Fit(detail::Training& training)
      : training_(training),
        learner_(training.learner),
        options_(training.options),
        state_(training.state),
        ranks_(options_.communicator),
        update_(learner_, options_, training.caller, training.ranks_exchange()),
        saver_(training) {}
  History run();

 private:
  void run_epoch();
  std::optional<UpdateRecord> make_update(std::span<const std::vector<std::size_t>> batches, detail::BatchReader& reader,
                                          detail::Tally& tally);
  bool agree_on_update(const std::optional<UpdateRecord>& record);
  void end_epoch(const detail::Tally& tally, detail::EpochProgress& progress);
  Scores validation_scores();
  void check_finite() const;
  void show_average(bool show);
  bool is_last_epoch();
  void join_optimizer();
  void finish(bool complete);

  detail::Training& training_;
  Learner& learner_;
  const FitOptions& options_;
  detail::TrainingState& state_;
  Communicator* ranks_;
  detail::Update update_;
  detail::TrainingSaver saver_;
  bool ended_ = false;          // this was the last epoch
  bool stopped_ = false;        // by a callback, in an epoch
  bool shows_average_ = false;  // the model holds the averaged weights
};

History Fit::run() {
  FloatMode flush(KeepDenormals::active());
  detail::check_same_training(training_);
  saver_.start();
  training_.tell_all(&Callback::on_start, state_.history);
  if (training_.exchange) learner_.optimizer->restrict_to_part(training_.exchange->part(), training_.exchange->parts());
  if (options_.log && options_.epochs == 0)
    *options_.log << "epochs 0: nothing is trained, the weights keep their initial values" << std::endl;
  try {
    while (state_.epoch <= options_.epochs && !ended_ && !stopped_) run_epoch();
    join_optimizer();
  } catch (...) {
    if (training_.exchange) learner_.optimizer->restrict_to_part(0, 1);
    finish(false);
    throw;
  }
  finish(!stopped_);
  training_.tell_all(&Callback::on_end, state_.history, stopped_);
  return std::move(state_.history);
}

void Fit::run_epoch() {
  const auto batches = training_.batches(state_.epoch);
  detail::Tally tally(learner_.loss, learner_.metrics, std::exchange(state_.tally, {}));
  detail::EpochProgress progress(training_, std::ssize(batches), tally);
  const auto left = std::span(batches).subspan(static_cast<std::size_t>(state_.batch));
  learner_.model.train();
  on_every_rank(ranks_, [&] { update_.check_shards(training_.train, left); });
  const auto to_read = update_.to_read(left);
  detail::BatchReader reader(training_.train, to_read);
  const bool whole = state_.batch == 0;
  state_.record.epoch = state_.epoch;
  while (state_.batch < std::ssize(batches)) {
    const auto first = static_cast<std::size_t>(state_.batch);
    const std::size_t count = std::min(batches.size() - first, static_cast<std::size_t>(options_.accumulate));
    const std::optional<UpdateRecord> record = make_update(std::span(batches).subspan(first, count), reader, tally);
    state_.batch += static_cast<std::int64_t>(count);
    progress.update();
    const bool due = agree_on_update(record);
    if (stopped_ || due) saver_.save(tally, progress.seconds());
    if (stopped_) return;
  }
  update_.end_epoch(whole);
  learner_.model.eval();
  end_epoch(tally, progress);
}

// Returns nothing if the update was skipped.
std::optional<UpdateRecord> Fit::make_update(std::span<const std::vector<std::size_t>> batches, detail::BatchReader& reader,
                                             detail::Tally& tally) {
  const auto gradient = update_.backward(training_.train, batches, reader, tally, state_.skipped_in_row, state_.update_number());
  for (Generator* generator : state_.generators) ++generator->counter;
  EpochRecord& record = state_.record;
  record.tokens += gradient.tokens;
  if (!gradient.finite) {
    ++record.skipped;
    ++state_.skipped_in_row;
    return std::nullopt;
  }
  const double rate = training_.rate(state_.updates);
  check<ValueError>(rate >= 0 && std::isfinite(rate), training_.caller, "fit: the schedule sets the learning rate to ", rate,
                    " at update ", state_.updates, "; it must be finite and at least 0");
  update_.step(rate);
  if (state_.average) state_.average->update();
  ++state_.updates;
  state_.skipped_in_row = 0;
  record.gradient_norm = std::max(record.gradient_norm, gradient.norm);
  record.learning_rate = rate;
  return UpdateRecord{state_.updates, state_.epoch, gradient.loss, gradient.norm, rate, gradient.tokens};
}

// Calls the callbacks after an update, and sets stopped_ if one of any rank says so. Returns whether it is time for a checkpoint.
bool Fit::agree_on_update(const std::optional<UpdateRecord>& record) {
  const auto ask = [&] {
    if (record) training_.tell(&Callback::on_update, *record);
    bool stop = false;
    for (const Callback& callback : options_.callbacks)
      if (callback.stop && training_.is_called_here(callback)) stop = callback.stop() || stop;
    return std::string{stop ? '1' : '0', saver_.is_due() ? '1' : '0'};
  };
  const std::vector<std::string> answers = gather(ranks_, ask);
  for (const std::string& answer : answers) stopped_ = stopped_ || answer[0] == '1';
  return answers.front()[1] == '1';
}

void Fit::end_epoch(const detail::Tally& tally, detail::EpochProgress& progress) {
  detail::check_same_weights(training_);
  EpochRecord& record = state_.record;
  record.train = tally.scores();
  record.seconds = progress.seconds();
  record.updates = state_.updates;
  show_average(true);  // the averaged weights are scored and kept
  if (training_.validation) record.validation = validation_scores();
  check_finite();
  state_.history.push_back(record);
  progress.clear();
  if (options_.log) *options_.log << to_string(record, options_.epochs) << std::endl;
  const bool better = !state_.best || state_.best->observe(record.validation->rank(options_.monitor));
  training_.count_epoch(better);
  if (better) training_.tell_all(&Callback::on_best, record);
  ended_ = is_last_epoch();
  show_average(false);
  ++state_.epoch;
  state_.batch = 0;
  state_.record = {};
}

bool Fit::is_last_epoch() {
  bool last = options_.patience && state_.waited >= options_.patience && state_.updates >= options_.min_updates;
  const auto ask = [&] {
    for (const Callback& callback : options_.callbacks)
      if (callback.on_epoch && training_.is_called_here(callback)) last = !callback.on_epoch(state_.history) || last;
    return std::string(last ? "1" : "0");
  };
  for (const std::string& answer : gather(ranks_, ask)) last = last || answer == "1";
  return last;
}

// Returns the metrics and the scores of the model as a whole. Computing them does not change the random numbers of training.
Scores Fit::validation_scores() {
  Scores scores = options_.shards == 1 ? evaluate(learner_, *training_.validation, training_.caller)
                                       : detail::evaluate_on_ranks(learner_, *training_.validation, ranks_, training_.caller);
  const NoGrad no_grad;
  std::vector<Generator> before;
  for (const Generator* generator : state_.generators) before.push_back(*generator);
  const Generator default_before = default_generator();
  for (const ModelScore& score : options_.scores) {
    const double value = detail::on_first_rank_number(ranks_, score.value);
    learner_.model.eval();
    check<ValueError>(std::isfinite(value), training_.caller, "fit: the score ", score.name, " is ", value, " after epoch ",
                      state_.epoch);
    scores.metrics.emplace_back(score.name, value);
  }
  for (std::size_t i = 0; i < state_.generators.size(); ++i) *state_.generators[i] = before[i];
  default_generator() = default_before;
  return scores;
}

// Training losses are computed before each step, so the weights after the last step are checked here.
void Fit::check_finite() const {
  const EpochRecord& record = state_.record;
  if (record.validation) {
    check<GradError>(std::isfinite(record.validation->loss), training_.caller, "fit: the validation loss is ",
                     record.validation->loss, " after epoch ", record.epoch, "; lower the learning rate");
    const double extra = record.validation->extra_loss.value_or(0);
    check<GradError>(std::isfinite(extra), training_.caller, "fit: the validation's extra_loss is ", extra, " after epoch ",
                     record.epoch);
    return;
  }
  const auto parameters = learner_.model.parameters();
  const bool finite =
      std::all_of(parameters.begin(), parameters.end(), [](nn::Parameter* parameter) { return is_finite(parameter->tensor()); });
  check<GradError>(finite, training_.caller, "fit: weights are NaN or infinite after epoch ", record.epoch,
                   "; lower the learning rate");
}

void Fit::show_average(bool show) {
  if (!state_.average || state_.average->updates() == 0 || show == shows_average_) return;
  state_.average->swap();
  shows_average_ = show;
}

// Gives every rank the optimizer's state for all rows.
void Fit::join_optimizer() {
  if (!training_.exchange) return;
  const auto state = detail::optimizer_state(training_);
  learner_.optimizer->restrict_to_part(0, 1);
  learner_.optimizer->load_state(state, learner_.optimizer->steps());
}

// Restores the optimizer's rate and the weights that the model is to keep.
void Fit::finish(bool complete) {
  learner_.optimizer->set_learning_rate(training_.base_rate);
  learner_.model.eval();
  if (state_.best && state_.best->rank() && options_.restore_best) {
    state_.best->restore();
    const int kept = best_epoch(state_.history, options_.monitor);
    if (complete && options_.log && kept > 0)
      *options_.log << "kept epoch " << std::to_string(kept)
                    << (kept > 1 && kept == options_.epochs ? ", the last one: more epochs may do better" : "") << std::endl;
  } else {
    show_average(true);
  }
  if (complete) saver_.end();
}

}  // namespace

History fit(Learner& learner, const Task& train, const Task* validation, const FitOptions& options, Where caller) {
  learner.loss.check_reduction("fit", caller);
  FitOptions own = options;
  own.checkpoint.identity.insert(learner.groups.begin(), learner.groups.end());
  if (!is_first_rank(own.communicator)) {
    own.log = nullptr;
    own.progress = false;
  }
  detail::Training training(learner, train, validation, own, caller);
  Fit fit(training);
  struct Fitting {
    bool& flag;
    explicit Fitting(bool& flag) : flag(flag) { flag = true; }
    ~Fitting() { flag = false; }
  } fitting(learner.fitting);
  return fit.run();
}

}  // namespace weft
