#include <weft/autograd/graph/grad_mode.h>
#include <weft/models/data/batches.h>
#include <weft/models/training/detail/fit.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/base/plain_text.h>
#include <weft/tensor/base/suggestion.h>
#include <weft/tensor/runtime/float_mode.h>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <set>

namespace weft::detail {

namespace {
// A stream that writes nothing.
std::ostream& nowhere() {
  static std::ostream stream(nullptr);
  return stream;
}

// The monitor must be one of the validation scores, whose names all differ.
void check_scores(const Metrics& metrics, const Task* validation, const FitOptions& options) {
  std::set<std::string> names{"loss"};
  for (const auto& metric : metrics) names.insert(metric->name());
  for (const ModelScore& score : options.scores) {
    require<ValueError>(validation, "fit: the score ", score.name, " needs validation data to stand beside");
    require<ValueError>(names.insert(score.name).second, "fit: there are two scores called ", score.name);
  }
  require<ValueError>(names.contains(options.monitor), "fit: the trainer has no metric ", options.monitor, " to monitor",
                      did_you_mean(options.monitor, {names.begin(), names.end()}));
}
}  // namespace

Fit::Fit(Learner& learner, const Task& train, const Task* validation, const FitOptions& options, Where caller)
    : learner_(learner),
      caller_(caller),
      train_(train),
      validation_(validation),
      options_(options),
      files_(options.checkpoint),
      base_rate_(learner.optimizer->learning_rate()),
      generators_(nn::generators(learner.model)) {
  const CallScope scope(caller);
  options.validate();
  require<ValueError>(!train.lengths.empty(), "fit: there are no examples");
  require<ValueError>(!validation || !validation->lengths.empty(), "fit: there are no validation examples");
  check_scores(learner.metrics, validation, options);
  state_.first_step = learner.optimizer->steps();
  const auto batches = static_cast<std::int64_t>(batches_of(1).size());
  plan_ = {.epochs = options.epochs, .updates_per_epoch = (batches + options.accumulate - 1) / options.accumulate};
  schedule_ = options.schedule.over(plan_);
  watch_.emplace(learner.model, learner.parameters, options, caller);
  if (validation) best_.emplace(learner.model);
  if (options.average > 0) average_.emplace(learner.parameters, options.average);
}

Fit::Batches Fit::batches_of(int epoch) const {
  return text::batches_by_length(train_.lengths, {.batch_size = static_cast<std::size_t>(options_.batch_size),
                                                  .batch_tokens = options_.batch_tokens,
                                                  .seed = options_.seed,
                                                  .epoch = static_cast<std::uint64_t>(epoch)});
}

History Fit::run() {
  FloatMode flush(KeepDenormals::active());
  if (!options_.checkpoint.path.empty()) resume();
  saved_at_ = std::chrono::steady_clock::now();
  saved_at_updates_ = static_cast<double>(state_.updates);
  tell(&Callback::on_start, state_.history);
  if (options_.log && options_.epochs == 0)
    *options_.log << "epochs 0: nothing is trained, weights stay as they begin" << std::endl;
  try {
    while (state_.epoch <= options_.epochs && !ended_ && !stopped_) run_epoch();
  } catch (...) {
    finish(false);
    throw;
  }
  finish(!stopped_);
  tell(&Callback::on_end, state_.history, stopped_);
  return std::move(state_.history);
}

void Fit::show_average(bool show) {
  if (!average_ || average_->updates() == 0 || show == shows_average_) return;
  average_->swap();
  shows_average_ = show;
}

// Restores the optimizer's rate, and leaves the model with the weights that are worth keeping.
void Fit::finish(bool ended) {
  learner_.optimizer->set_learning_rate(base_rate_);
  learner_.model.eval();
  if (best_ && best_->rank() && options_.restore_best) {
    best_->restore();
    const int kept = best_epoch(state_.history, options_.monitor);
    if (ended && options_.log && kept > 0)
      *options_.log << "kept epoch " << std::to_string(kept)
                    << (kept > 1 && kept == options_.epochs ? ", the last one: more epochs may do better" : "") << std::endl;
  } else {
    show_average(true);
  }
  if (ended && !options_.checkpoint.path.empty()) files_.tidy(true);
}

void Fit::run_epoch() {
  const Batches batches = batches_of(state_.epoch);
  Progress progress(options_.progress ? std::cerr : nowhere(), options_.progress ? stderr_columns : no_columns,
                    "epoch " + std::to_string(state_.epoch) + "/" + std::to_string(options_.epochs), std::ssize(batches),
                    state_.batch);
  const bool whole = state_.batch == 0;
  const double seconds_before = state_.record.seconds;
  const std::int64_t tokens_before = state_.record.tokens;
  auto seconds = [&] { return seconds_before + progress.seconds(); };
  Tally tally(learner_.loss, learner_.metrics, std::exchange(tally_state_, {}));
  state_.record.epoch = state_.epoch;
  learner_.model.train();
  BatchReader reader(train_, batches, static_cast<std::size_t>(state_.batch));
  while (state_.batch < std::ssize(batches)) {
    const auto first = static_cast<std::size_t>(state_.batch);
    const std::size_t count = std::min(batches.size() - first, static_cast<std::size_t>(options_.accumulate));
    update(std::span(batches).subspan(first, count), reader, tally);
    state_.batch += static_cast<std::int64_t>(count);
    progress.update(state_.batch, state_.record.tokens - tokens_before, "tokens", [&] {
      PlainText note;
      note << "loss " << std::fixed << std::setprecision(4) << printable(tally.mean_loss());
      if (!learner_.metrics.empty()) {
        const Metric& metric = *learner_.metrics.front();
        note << "  " << metric.name() << ' ' << std::setprecision(2) << printable(100 * metric.value());
      }
      return note.str();
    });
    for (const Callback& callback : options_.callbacks) stopped_ = (callback.stop && callback.stop()) || stopped_;
    if (stopped_ || checkpoint_is_due()) save(tally, seconds());
    if (stopped_) return;
  }
  watch_->end_epoch(whole);
  learner_.model.eval();
  end_epoch(tally, progress, seconds());
}

void Fit::end_epoch(const Tally& tally, Progress& progress, double seconds) {
  EpochRecord& record = state_.record;
  record.train = tally.scores();
  record.seconds = seconds;
  record.updates = state_.updates;
  show_average(true);  // the averaged weights are scored and kept
  if (validation_) record.validation = validation_scores();
  check_finite();
  state_.history.push_back(record);
  progress.clear();
  if (options_.log) *options_.log << to_string(record, options_.epochs) << std::endl;
  const bool better = !best_ || best_->observe(record.validation->rank(options_.monitor));
  note_epoch(better);
  if (better) tell(&Callback::on_best, record);
  ended_ = options_.patience && state_.waited >= options_.patience && state_.updates >= options_.min_updates;
  for (const Callback& callback : options_.callbacks)
    ended_ = (callback.on_epoch && !callback.on_epoch(state_.history)) || ended_;
  show_average(false);
  ++state_.epoch;
  state_.batch = 0;
  state_.record = {};
}

// Returns the metrics and the scores of the model as a whole. Training continues with the random numbers it would have had
// without them.
Scores Fit::validation_scores() {
  Scores scores = evaluate(learner_, *validation_, caller_);
  const NoGrad no_grad;
  std::vector<Generator> before;
  for (const Generator* generator : generators_) before.push_back(*generator);
  const Generator default_before = default_generator();
  for (const ModelScore& score : options_.scores) {
    const double value = score.value();
    learner_.model.eval();
    check<ValueError>(std::isfinite(value), caller_, "fit: the score ", score.name, " is ", value, " after epoch ", state_.epoch);
    scores.metrics.emplace_back(score.name, value);
  }
  for (std::size_t i = 0; i < generators_.size(); ++i) *generators_[i] = before[i];
  default_generator() = default_before;
  return scores;
}

// Updates how long ago the best epoch was, and with it the rate.
void Fit::note_epoch(bool better) {
  state_.waited = better ? 0 : state_.waited + 1;
  state_.plateau_waited = better ? 0 : state_.plateau_waited + 1;
  if (options_.plateau_factor == 0 || state_.plateau_waited <= options_.plateau_patience) return;
  plateau_rate_ *= options_.plateau_factor;
  state_.plateau_waited = 0;
}

// Training losses are those before each step, so this checks the weights after the last one.
void Fit::check_finite() const {
  const EpochRecord& record = state_.record;
  if (record.validation) {
    check<GradError>(std::isfinite(record.validation->loss), caller_, "fit: the validation loss is ", record.validation->loss,
                     " after epoch ", record.epoch, "; lower the learning rate");
    const double extra = record.validation->extra_loss.value_or(0);
    check<GradError>(std::isfinite(extra), caller_, "fit: the validation's extra_loss is ", extra, " after epoch ", record.epoch);
    return;
  }
  const auto parameters = learner_.model.parameters();
  const bool finite =
      std::all_of(parameters.begin(), parameters.end(), [](nn::Parameter* parameter) { return is_finite(parameter->tensor()); });
  check<GradError>(finite, caller_, "fit: weights are NaN or infinite after epoch ", record.epoch, "; lower the learning rate");
}

}  // namespace weft::detail
