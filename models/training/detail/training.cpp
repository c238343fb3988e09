#include <weft/models/data/batches.h>
#include <weft/models/options/stored_options.h>
#include <weft/models/training/detail/training.h>
#include <weft/tensor/base/suggestion.h>

#include <nlohmann/json.hpp>
#include <set>

namespace weft::detail {

namespace {

// Checks that the monitor is one of the validation scores, and that their names differ.
void check_scores(const Metrics& metrics, const Task* validation, const FitOptions& options) {
  std::set<std::string> names{"loss"};
  for (const auto& metric : metrics) names.insert(metric->name());
  for (const ModelScore& score : options.scores) {
    require<ValueError>(validation, "fit: the score ", score.name, " requires validation data");
    require<ValueError>(names.insert(score.name).second, "fit: two scores have the name ", score.name);
  }
  require<ValueError>(names.contains(options.monitor), "fit: the trainer has no metric ", options.monitor, " to monitor",
                      did_you_mean(options.monitor, {names.begin(), names.end()}));
}

}  // namespace

std::string number_in_identity(double number) { return nlohmann::json(number).dump(); }

Training::Training(Learner& learner_, const Task& train_, const Task* validation_, const FitOptions& options_, Where caller_)
    : learner(learner_),
      train(train_),
      validation(validation_),
      options(options_),
      caller(caller_),
      base_rate(learner.optimizer->learning_rate()) {
  const CallScope scope(caller);
  options.validate();
  require<ValueError>(!train.lengths.empty(), "fit: there are no examples");
  require<ValueError>(!validation || !validation->lengths.empty(), "fit: there are no validation examples");
  require<ValueError>(options.shards == 1 || options.other_leaves.empty(),
                      "fit: the gradients of other_leaves are not added over shards and ranks; with shards, all leaves that are "
                      "trained must be the model's parameters");
  check_scores(learner.metrics, validation, options);
  const auto per_epoch = static_cast<std::int64_t>(batches(1).size());
  plan = {.epochs = options.epochs, .updates_per_epoch = (per_epoch + options.accumulate - 1) / options.accumulate};
  schedule = options.schedule.over(plan);
  state.first_step = learner.optimizer->steps();
  state.generators = nn::generators(learner.model);
  if (validation) state.best.emplace(learner.model);
  if (options.communicator && options.communicator->size() > 1) exchange.emplace(*options.communicator, learner.parameters);
  if (options.average > 0) state.average.emplace(learner.parameters, options.average);
}

std::int64_t TrainingState::skipped() const {
  std::int64_t all = record.skipped;
  for (const EpochRecord& each : history) all += each.skipped;
  return all;
}

std::vector<std::vector<std::size_t>> Training::batches(int epoch) const {
  return text::batches_by_length(train.lengths, {.batch_size = static_cast<std::size_t>(options.batch_size),
                                                 .batch_tokens = options.batch_tokens,
                                                 .seed = options.seed,
                                                 .epoch = static_cast<std::uint64_t>(epoch)});
}

Metadata Training::identity() const {
  Metadata all = options.checkpoint.identity;
  if (options.schedule.needs_total()) all["epochs"] = std::to_string(options.epochs);  // otherwise a training can be extended
  add_options(all, fields_of(options), number_in_identity);
  all["learning rate"] = number_in_identity(base_rate);
  all["monitor"] = options.monitor;
  for (const ModelScore& score : options.scores) all["scores"] += (all["scores"].empty() ? "" : ", ") + score.name;
  all["restore_best"] = options.restore_best ? "yes" : "no";
  all["optimizer"] = learner.optimizer->name();
  return all;
}

void Training::count_epoch(bool better) {
  state.waited = better ? 0 : state.waited + 1;
  state.plateau_waited = better ? 0 : state.plateau_waited + 1;
  if (options.plateau_factor == 0 || state.plateau_waited <= options.plateau_patience) return;
  state.plateau_rate *= options.plateau_factor;
  state.plateau_waited = 0;
}

}  // namespace weft::detail
