// The content of a checkpoint.
#include <weft/models/io/detail/json_reader.h>
#include <weft/models/io/detail/order.h>
#include <weft/models/training/detail/fit.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/files/safetensors.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <ostream>

namespace weft::detail {

namespace {

using nlohmann::json;

constexpr const char* kKind = "checkpoint";
constexpr std::string_view kIdentity = "identity.";

json to_json(const Generator& generator) { return {generator.seed, generator.stream, generator.counter}; }
Generator generator_from(const json& from, const std::string& path) {
  constexpr std::uint64_t kEnd = std::uint64_t{1} << 60;
  const bool valid = from.is_array() && from.size() == 3 &&
                     std::all_of(from.begin(), from.end(), [](const json& number) { return number.is_number_unsigned(); }) &&
                     from[2].get<std::uint64_t>() < kEnd;
  require<FormatError>(valid, path, ": a random state is ", from.dump(), ", not a seed, a stream and a counter below 2^60");
  return {from[0].get<std::uint64_t>(), from[1].get<std::uint64_t>(), from[2].get<std::uint64_t>()};
}

// Returns a hash that identifies the examples.
std::string fingerprint(const Task& data) {
  std::uint64_t mixed = data.fingerprint ? data.fingerprint() : 0;
  for (std::int64_t length : data.lengths) mixed = text::hash(mixed, static_cast<std::uint64_t>(length));
  return std::to_string(data.lengths.size()) + " examples with the hash " + std::to_string(mixed);
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
                       describe(found->second), ", the model's is ", describe(to));
  copy_to(to, found->second);
}

}  // namespace

bool Fit::checkpoint_is_due() const {
  const CheckpointOptions& options = options_.checkpoint;
  if (options.path.empty() || options.every.is_zero()) return false;
  if (options.every.unit == TrainingTime::Unit::seconds)
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - saved_at_).count() >= options.every.count;
  return static_cast<double>(state_.updates) >= saved_at_updates_ + options.every.updates(plan_);
}

Metadata Fit::identity() const {
  Metadata all = options_.checkpoint.identity;
  for (const auto& [key, value] : data_identity_) all[key] = value;  // replaces an entry of the same name in the user's identity
  if (options_.schedule.needs_total()) all["epochs"] = std::to_string(options_.epochs);  // otherwise a training can be extended
  all["batch_size"] = std::to_string(options_.batch_size);
  all["batch_tokens"] = std::to_string(options_.batch_tokens);
  all["accumulate"] = std::to_string(options_.accumulate);
  all["normalization"] = to_string(options_.normalization);
  all["seed"] = std::to_string(options_.seed);
  all["learning rate"] = json(base_rate_).dump();
  all["schedule"] = options_.schedule.words;
  all["warm-up"] = to_string(options_.schedule.warmup);
  all["clip_norm"] = json(options_.clip_norm).dump();
  all["plateau_factor"] = json(options_.plateau_factor).dump();
  all["plateau_patience"] = std::to_string(options_.plateau_patience);
  all["average"] = json(options_.average).dump();
  all["patience"] = std::to_string(options_.patience);
  if (options_.min_updates > 0) all["min_updates"] = std::to_string(options_.min_updates);
  all["monitor"] = options_.monitor;
  for (const ModelScore& score : options_.scores) all["scores"] += (all["scores"].empty() ? "" : ", ") + score.name;
  all["not_finite"] = to_string(options_.not_finite);
  all["restore_best"] = options_.restore_best ? "yes" : "no";
  all["optimizer"] = learner_.optimizer->name();
  return all;
}

// The tensors in the file besides the optimizer's.
std::map<std::string, Tensor> Fit::tensors() const {
  std::map<std::string, Tensor> all;
  const auto parameters = learner_.model.parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string& path = parameters[i]->path();
    all["model." + path] = parameters[i]->tensor();
    if (best_) all["best." + path] = best_->weights()[i];
    if (average_) all["average." + path] = average_->averages()[i];
  }
  return all;
}

// Everything but the tensors. load() compares what it has restored with the file's text.
std::string Fit::state_text(const EpochRecord& record, const std::vector<double>& tally) const {
  json generators = json::array(), tally_numbers = json::array();
  for (const Generator* generator : generators_) generators.push_back(to_json(*generator));
  for (double number : tally) tally_numbers.push_back(number_to_json<json>(number));
  json state{{"epoch", state_.epoch},
             {"batch", state_.batch},
             {"updates", state_.updates},
             {"first_step", state_.first_step},
             {"waited", state_.waited},
             {"plateau_waited", state_.plateau_waited},
             {"skipped_in_row", state_.skipped_in_row},
             {"history", to_json(state_.history)},
             {"record", to_json(History{record})},
             {"tally", tally_numbers},
             {"generators", generators},
             {"default_generator", to_json(default_generator())},
             {"optimizer_steps", learner_.optimizer->steps()},
             {"plateau_rate", plateau_rate_}};
  if (best_ && best_->rank())
    state["best_rank"] = {number_to_json<json>((*best_->rank())[0]), number_to_json<json>((*best_->rank())[1])};
  if (average_) state["average_updates"] = average_->updates();
  return state.dump();
}

void Fit::save(const Tally& tally, double seconds) {
  if (options_.checkpoint.path.empty()) return;
  std::map<std::string, Tensor> all = tensors();
  for (const auto& [name, tensor] : learner_.optimizer->state()) all["optimizer." + name] = tensor;
  EpochRecord record = state_.record;
  record.seconds = seconds;
  Metadata metadata{{"kind", kKind}, {"state", state_text(record, tally.state())}};
  for (const auto& [key, value] : identity()) metadata[std::string(kIdentity) + key] = value;
  const std::string path = files_.path(state_.updates);
  save_checked(path, all, std::move(metadata));
  files_.tidy(false);
  saved_at_ = std::chrono::steady_clock::now();
  saved_at_updates_ = static_cast<double>(state_.updates);
  tell(&Callback::on_checkpoint, path);
}

void Fit::resume() {
  files_.check_start();
  data_identity_["training data"] = fingerprint(train_);
  data_identity_["validation data"] = validation_ ? fingerprint(*validation_) : "none";
  const std::optional<std::string> newest = files_.newest();
  if (!newest) return;
  const std::string& path = *newest;
  const TensorFile file = read_model(path, kKind);
  Metadata saved;
  for (const auto& [key, value] : file.metadata)
    if (key.starts_with(kIdentity)) saved[key.substr(kIdentity.size())] = value;
  check_same_identity(path, saved, identity());
  try {
    load(path, file);
  } catch (const json::exception& error) {
    throw FormatError(path + ": the state of training is broken: " + json_reason(error.what()));
  }
  if (options_.log)
    *options_.log << "resumed at epoch " << std::to_string(state_.epoch) << ", update " << std::to_string(state_.updates)
                  << ", from " << path << std::endl;
}

// Reads what cannot be derived, derives the rest from it, and requires the file to say the same.
void Fit::load(const std::string& path, const TensorFile& file) {
  const json state = json::parse(entry(path, file.metadata, "state"));
  const JsonReader<json> read(state, path + ": the state of training");
  load_place(path, {read.whole("epoch", 1, std::numeric_limits<int>::max()), read.whole("batch", 0), read.text("history"),
                    read.text("record")});
  load_history(path);
  state_.skipped_in_row = static_cast<int>(read.whole("skipped_in_row", 0, kMostSkippedInRow - 1));
  std::int64_t skipped = state_.record.skipped;
  for (const EpochRecord& record : state_.history) skipped += record.skipped;
  require<FormatError>(state_.skipped_in_row <= skipped, path, ": the state of training: of ", skipped,
                       " skipped updates, skipped_in_row were ", state_.skipped_in_row);
  tally_state_ = read.numbers("tally");
  require<FormatError>(!tally_state_.empty(), path, ": the state of training: tally is empty");
  naming(path, [&] { return Tally(learner_.loss, learner_.metrics, tally_state_).mean_loss(); });
  const json& generators = read.at("generators");
  require<FormatError>(generators.is_array() && generators.size() == generators_.size(), path, ": has ", generators.size(),
                       " random states, the model has ", generators_.size());
  for (std::size_t i = 0; i < generators_.size(); ++i) *generators_[i] = generator_from(generators[i], path);
  default_generator() = generator_from(read.at("default_generator"), path);
  load_tensors(path, file, read.whole("optimizer_steps", state_.updates));
  state_.first_step = learner_.optimizer->steps() - state_.updates;

  const json restored = json::parse(state_text(state_.record, tally_state_));
  for (const auto& [key, value] : restored.items())
    require<FormatError>(read.at(key.c_str()) == value, path, ": the state of training contradicts itself: ", key, " is ",
                         state.at(key).dump(), ", and all else says ", value.dump());
  for (const auto& [key, value] : state.items())
    require<FormatError>(restored.contains(key), path, ": the state of training has an unknown ", key);
}

// Epoch, batch, and the epochs before.
void Fit::load_place(const std::string& path, const Place& place) {
  state_.epoch = static_cast<int>(place.epoch);
  require<ValueError>(state_.epoch <= options_.epochs, "resume: ", path, " is in epoch ", state_.epoch, ", this training has ",
                      options_.epochs);
  const std::int64_t batches = std::ssize(batches_of(state_.epoch));
  state_.batch = place.batch;
  require<FormatError>(state_.batch <= batches, path, ": the state of training: batch is ", state_.batch, " of ", batches);
  require<FormatError>(state_.batch % options_.accumulate == 0 || state_.batch == batches, path,
                       ": the state of training: batch ", state_.batch, " is in the middle of an update from ",
                       options_.accumulate, " batches");
  state_.history = history_from_json(place.history, path);
  require<FormatError>(std::ssize(state_.history) == state_.epoch - 1, path, ": the state of training: epoch ", state_.epoch,
                       " comes behind a history of ", state_.history.size());
  const History record = history_from_json(place.record, path);
  require<FormatError>(record.size() == 1, path, ": the state of training: record has ", record.size(), " epochs, not 1");
  state_.record = record.front();
}

// Derives updates, waiting and the rate from the epochs before and the position in this one.
void Fit::load_history(const std::string& path) {
  const auto examples = static_cast<std::int64_t>(train_.lengths.size());
  auto check_epoch = [&](const EpochRecord& record, int epoch, std::int64_t before) {
    const std::int64_t done = record.updates - before + record.skipped;
    const bool by_tokens = options_.batch_tokens > 0;  // not counted again: at most one batch per example
    const bool right = by_tokens ? done >= 1 && done <= examples : done == plan_.updates_per_epoch;
    require<FormatError>(record.epoch == epoch && right && record.updates >= before, path, ": the history of training: epoch ",
                         epoch, " is called ", record.epoch, " and has ", record.updates - before, " updates and ",
                         record.skipped, " skipped ones");
    require<FormatError>(record.validation.has_value() == best_.has_value(), path, ": the history of training: epoch ", epoch,
                         best_ ? " lacks validation scores" : " has validation scores");
  };
  std::int64_t updates = 0;
  for (int epoch = 1; epoch < state_.epoch; ++epoch) {
    const EpochRecord& record = state_.history[static_cast<std::size_t>(epoch - 1)];
    check_epoch(record, epoch, updates);
    updates = record.updates;
    const Scores::Rank rank = best_ ? naming(path, [&] { return record.validation->rank(options_.monitor); }) : Scores::Rank();
    const bool better = !best_ || best_->is_better(rank);
    if (best_ && better) best_->set_rank(rank);
    note_epoch(better);
  }
  const std::int64_t passed = (state_.batch + options_.accumulate - 1) / options_.accumulate;
  require<FormatError>(state_.record.epoch == state_.epoch && state_.record.skipped <= passed, path,
                       ": the state of training: epoch ", state_.epoch, " is called ", state_.record.epoch, " and skipped ",
                       state_.record.skipped, " of ", passed, " updates");
  const std::int64_t done = passed - state_.record.skipped;
  state_.updates = updates + done;
  check_record(path, done);
  if (average_) average_->set_updates(state_.updates);
}

// Checks the record of the epoch in progress; its losses are in the tally, and everything else is filled in at its end.
void Fit::check_record(const std::string& path, std::int64_t done) const {
  const EpochRecord& record = state_.record;
  EpochRecord expected{.epoch = record.epoch, .train = {}, .validation = {}};
  expected.seconds = record.seconds;
  expected.gradient_norm = done > 0 ? record.gradient_norm : 0;
  expected.tokens = record.tokens;
  expected.skipped = record.skipped;
  expected.learning_rate = record.learning_rate;
  const bool known = !options_.schedule.function;  // a user's function need not return the same value twice
  if (known) expected.learning_rate = done > 0 ? base_rate_ * schedule_(state_.updates - 1) * plateau_rate_ : 0;
  require<FormatError>(to_json(History{expected}) == to_json(History{record}), path, ": the state of training: of epoch ",
                       record.epoch, " it has ", to_json(History{record}), ", and what stands beside it says ",
                       to_json(History{expected}));
}

void Fit::load_tensors(const std::string& path, const TensorFile& file, std::int64_t optimizer_steps) {
  constexpr std::string_view kOptimizer = "optimizer.";
  std::map<std::string, Tensor> mine = tensors(), optimizer;
  for (const auto& [name, tensor] : file.tensors) {
    const bool is_optimizers = name.starts_with(kOptimizer);
    if (is_optimizers) optimizer[name.substr(kOptimizer.size())] = tensor;
    require<FormatError>(is_optimizers || mine.contains(name), path, ": has an unknown tensor ", name);
  }
  naming(path, [&] {
    learner_.optimizer->load_state(optimizer, optimizer_steps);
    return true;
  });
  for (auto& [name, tensor] : mine) fill(path, file, name, tensor);
}

}  // namespace weft::detail
