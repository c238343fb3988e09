#include <weft/models/io/detail/json_reader.h>
#include <weft/models/training/detail/saved_state.h>
#include <weft/models/training/detail/tally.h>
#include <weft/models/training/detail/update.h>
#include <weft/tensor/array/copy.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

namespace weft::detail {

namespace {

using nlohmann::json;

json to_json(const Generator& generator) { return {generator.seed, generator.stream, generator.counter}; }
Generator generator_from(const json& from, const std::string& path) {
  constexpr std::uint64_t kEnd = std::uint64_t{1} << 60;
  const bool valid = from.is_array() && from.size() == 3 &&
                     std::all_of(from.begin(), from.end(), [](const json& number) { return number.is_number_unsigned(); }) &&
                     from[2].get<std::uint64_t>() < kEnd;
  require<FormatError>(valid, path, ": a random state is ", from.dump(), ", not a seed, a stream and a counter below 2^60");
  return {from[0].get<std::uint64_t>(), from[1].get<std::uint64_t>(), from[2].get<std::uint64_t>()};
}

// Returns what read() returns; errors about the content become errors that name the file.
template <class Read>
auto naming(const std::string& path, Read read) {
  try {
    return from_metadata(path, read);
  } catch (const FormatError& error) {
    if (std::string_view(error.what()).starts_with(path)) throw;
    throw FormatError(path + ": " + error.what());
  }
}

// Fills existing tensors from a file.
void fill(const std::string& path, const TensorFile& file, const std::string& name, Tensor& to) {
  auto found = file.tensors.find(name);
  require<FormatError>(found != file.tensors.end(), path, ": the checkpoint lacks ", name);
  require<FormatError>(found->second.shape() == to.shape() && found->second.dtype() == to.dtype(), path, ": ", name, " is ",
                       describe(found->second), ", but the model's is ", describe(to));
  copy_to(to, found->second);
}

// Returns the tensors other than the optimizer's.
std::map<std::string, Tensor> shared_tensors(const Training& training) {
  const TrainingState& state = training.state;
  std::map<std::string, Tensor> all;
  const auto parameters = training.learner.model.parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string& path = parameters[i]->path();
    all["model." + path] = parameters[i]->tensor();
    if (state.best) all["best." + path] = state.best->weights()[i];
    if (state.average) all["average." + path] = state.average->averages()[i];
  }
  return all;
}

}  // namespace

std::map<std::string, Tensor> optimizer_state(Training& training) {
  const optim::Optimizer& optimizer = *training.learner.optimizer;
  std::map<std::string, Tensor> state = optimizer.state();
  if (!training.exchange) return state;
  const std::vector<Variable> parameters = optimizer.parameters();
  for (auto& [name, part] : state)
    if (!name.ends_with(".steps")) part = training.exchange->collected(part, parameters[std::stoul(name)].shape());
  return state;
}

std::map<std::string, Tensor> saved_tensors(Training& training) {
  std::map<std::string, Tensor> all = shared_tensors(training);
  for (const auto& [name, tensor] : optimizer_state(training)) all["optimizer." + name] = tensor;
  return all;
}

std::string saved_state(const Training& training, const EpochRecord& record, const std::vector<double>& tally) {
  const TrainingState& state = training.state;
  json generators = json::array(), tally_numbers = json::array();
  for (const Generator* generator : state.generators) generators.push_back(to_json(*generator));
  for (double number : tally) tally_numbers.push_back(number_to_json<json>(number));
  json saved{{"epoch", state.epoch},
             {"batch", state.batch},
             {"updates", state.updates},
             {"first_step", state.first_step},
             {"waited", state.waited},
             {"plateau_waited", state.plateau_waited},
             {"skipped_in_row", state.skipped_in_row},
             {"history", to_json(state.history)},
             {"record", to_json(History{record})},
             {"tally", tally_numbers},
             {"generators", generators},
             {"default_generator", to_json(default_generator())},
             {"optimizer_steps", training.learner.optimizer->steps()},
             {"plateau_rate", state.plateau_rate}};
  if (state.best && state.best->rank())
    saved["best_rank"] = {number_to_json<json>((*state.best->rank())[0]), number_to_json<json>((*state.best->rank())[1])};
  if (state.average) saved["average_updates"] = state.average->updates();
  return saved.dump();
}

namespace {

// Reads what cannot be derived, derives the rest, and checks that the file agrees with it.
class Restoring {
 public:
  Restoring(Training& to, const std::string& from, const TensorFile& read)
      : training_(to), state_(to.state), path_(from), file_(read) {}
  void run();

 private:
  struct Place {
    std::int64_t epoch, batch;
    std::string history, record;  // JSON
  };
  void restore_place(const Place& place);
  void restore_history();
  void check_record(std::int64_t done) const;
  void restore_tensors(std::int64_t optimizer_steps);

  Training& training_;
  TrainingState& state_;
  const std::string& path_;
  const TensorFile& file_;
};

void Restoring::run() {
  const json saved = json::parse(entry(path_, file_.metadata, "state"));
  const JsonReader<json> read(saved, path_ + ": the state of training");
  restore_place({read.whole("epoch", 1, std::numeric_limits<int>::max()), read.whole("batch", 0), read.text("history"),
                 read.text("record")});
  restore_history();
  state_.skipped_in_row = static_cast<int>(read.whole("skipped_in_row", 0, Update::kMostSkippedInRow - 1));
  const std::int64_t skipped = state_.skipped();
  require<FormatError>(state_.skipped_in_row <= skipped, path_, ": the state of training: of ", skipped,
                       " skipped updates, skipped_in_row is ", state_.skipped_in_row);
  state_.tally = read.numbers("tally");
  require<FormatError>(!state_.tally.empty(), path_, ": the state of training: tally is empty");
  naming(path_, [&] { return Tally(training_.learner.loss, training_.learner.metrics, state_.tally).mean_loss(); });
  const json& generators = read.at("generators");
  require<FormatError>(generators.is_array() && generators.size() == state_.generators.size(), path_, ": has ", generators.size(),
                       " random states, but the model has ", state_.generators.size());
  for (std::size_t i = 0; i < state_.generators.size(); ++i) *state_.generators[i] = generator_from(generators[i], path_);
  default_generator() = generator_from(read.at("default_generator"), path_);
  restore_tensors(read.whole("optimizer_steps", state_.updates));
  state_.first_step = training_.learner.optimizer->steps() - state_.updates;

  const json restored = json::parse(saved_state(training_, state_.record, state_.tally));
  for (const auto& [key, value] : restored.items())
    require<FormatError>(read.at(key.c_str()) == value, path_, ": the state of training contradicts itself: ", key, " is ",
                         saved.at(key).dump(), ", but the rest of the state implies ", value.dump());
  for (const auto& [key, value] : saved.items())
    require<FormatError>(restored.contains(key), path_, ": the state of training has an unknown ", key);
}

// Reads epoch, batch, and the earlier epochs.
void Restoring::restore_place(const Place& place) {
  state_.epoch = static_cast<int>(place.epoch);
  require<ValueError>(state_.epoch <= training_.options.epochs, "resume: ", path_, " is in epoch ", state_.epoch,
                      ", but this training has ", training_.options.epochs);
  const std::int64_t batches = std::ssize(training_.batches(state_.epoch));
  state_.batch = place.batch;
  require<FormatError>(state_.batch <= batches, path_, ": the state of training: batch is ", state_.batch, " of ", batches);
  require<FormatError>(state_.batch % training_.options.accumulate == 0 || state_.batch == batches, path_,
                       ": the state of training: batch ", state_.batch, " is in the middle of an update from ",
                       training_.options.accumulate, " batches");
  state_.history = history_from_json(place.history, path_);
  require<FormatError>(std::ssize(state_.history) == state_.epoch - 1, path_, ": the state of training: epoch ", state_.epoch,
                       " follows a history of length ", state_.history.size());
  const History record = history_from_json(place.record, path_);
  require<FormatError>(record.size() == 1, path_, ": the state of training: record has ", record.size(), " epochs, not 1");
  state_.record = record.front();
}

// Derives the updates, the epochs waited and the rate from the earlier epochs and the position in this one.
void Restoring::restore_history() {
  const auto examples = static_cast<std::int64_t>(training_.train.lengths.size());
  auto check_epoch = [&](const EpochRecord& record, int epoch, std::int64_t before) {
    const std::int64_t done = record.updates - before + record.skipped;
    const bool by_tokens = training_.options.batch_tokens > 0;  // not counted again: at most one batch per example
    const bool right = by_tokens ? done >= 1 && done <= examples : done == training_.plan.updates_per_epoch;
    require<FormatError>(record.epoch == epoch && right && record.updates >= before, path_, ": the history of training: epoch ",
                         epoch, " has the number ", record.epoch, " and has ", record.updates - before, " updates and ",
                         record.skipped, " skipped ones");
    require<FormatError>(record.validation.has_value() == state_.best.has_value(), path_, ": the history of training: epoch ",
                         epoch, state_.best ? " lacks validation scores" : " has validation scores");
  };
  std::int64_t updates = 0;
  for (int epoch = 1; epoch < state_.epoch; ++epoch) {
    const EpochRecord& record = state_.history[static_cast<std::size_t>(epoch - 1)];
    check_epoch(record, epoch, updates);
    updates = record.updates;
    const Scores::Rank rank =
        state_.best ? naming(path_, [&] { return record.validation->rank(training_.options.monitor); }) : Scores::Rank();
    const bool better = !state_.best || state_.best->is_better(rank);
    if (state_.best && better) state_.best->set_rank(rank);
    training_.count_epoch(better);
  }
  const std::int64_t passed = (state_.batch + training_.options.accumulate - 1) / training_.options.accumulate;
  require<FormatError>(state_.record.epoch == state_.epoch && state_.record.skipped <= passed, path_,
                       ": the state of training: epoch ", state_.epoch, " has the number ", state_.record.epoch, " and skipped ",
                       state_.record.skipped, " of ", passed, " updates");
  const std::int64_t done = passed - state_.record.skipped;
  state_.updates = updates + done;
  check_record(done);
  if (state_.average) state_.average->set_updates(state_.updates);
}

// Checks the record of the epoch in progress. Its losses are in the tally; the other numbers are filled in at its end.
void Restoring::check_record(std::int64_t done) const {
  const EpochRecord& record = state_.record;
  EpochRecord expected{.epoch = record.epoch, .train = {}, .validation = {}};
  expected.seconds = record.seconds;
  expected.gradient_norm = done > 0 ? record.gradient_norm : 0;
  expected.tokens = record.tokens;
  expected.skipped = record.skipped;
  expected.learning_rate = record.learning_rate;
  const bool known = !training_.options.schedule.function;  // a user's function need not return the same value twice
  if (known) expected.learning_rate = done > 0 ? training_.rate(state_.updates - 1) : 0;
  require<FormatError>(to_json(History{expected}) == to_json(History{record}), path_, ": the state of training: of epoch ",
                       record.epoch, " it has ", to_json(History{record}), ", but the rest of the state implies ",
                       to_json(History{expected}));
}

void Restoring::restore_tensors(std::int64_t optimizer_steps) {
  constexpr std::string_view kOptimizer = "optimizer.";
  std::map<std::string, Tensor> mine = shared_tensors(training_), optimizer;
  for (const auto& [name, tensor] : file_.tensors) {
    const bool is_optimizers = name.starts_with(kOptimizer);
    if (is_optimizers) optimizer[name.substr(kOptimizer.size())] = tensor;
    require<FormatError>(is_optimizers || mine.contains(name), path_, ": has an unknown tensor ", name);
  }
  naming(path_, [&] {
    training_.learner.optimizer->load_state(optimizer, optimizer_steps);
    return true;
  });
  for (auto& [name, tensor] : mine) fill(path_, file_, name, tensor);
}

}  // namespace

void restore(Training& training, const std::string& path, const TensorFile& file) {
  try {
    Restoring(training, path, file).run();
  } catch (const json::exception& error) {
    throw FormatError(path + ": the state of training is broken: " + json_reason(error.what()));
  }
}

}  // namespace weft::detail
