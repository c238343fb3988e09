// What a checkpoint holds.
#include <weft/models/text/order.h>
#include <weft/models/training/fit.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/files/safetensors.h>

#include <nlohmann/json.hpp>
#include <ostream>

namespace weft::detail {

namespace {

using nlohmann::json;

constexpr const char* kKind = "checkpoint";
constexpr std::string_view kIdentity = "identity.";

json to_json(const Generator& generator) { return {generator.seed, generator.stream, generator.counter}; }
Generator generator_from(const json& from) {
  return {from.at(0).get<std::uint64_t>(), from.at(1).get<std::uint64_t>(), from.at(2).get<std::uint64_t>()};
}

// Which examples there are.
std::string fingerprint(const Task& data) {
  std::uint64_t mixed = data.fingerprint;
  for (std::int64_t length : data.lengths) mixed = text::hash(mixed, static_cast<std::uint64_t>(length));
  return std::to_string(data.lengths.size()) + " examples with the hash " + std::to_string(mixed);
}

// Fills tensors that are there from a file's.
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
  if (options_.schedule.needs_total()) all["epochs"] = std::to_string(options_.epochs);  // else a training can be made longer
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
  all["monitor"] = options_.monitor;
  for (const ModelScore& score : options_.scores) all["scores"] += (all["scores"].empty() ? "" : ", ") + score.name;
  all["not_finite"] = to_string(options_.not_finite);
  all["restore_best"] = options_.restore_best ? "yes" : "no";
  all["optimizer"] = parts_.optimizer.name();
  all["training data"] = fingerprint(train_);
  all["validation data"] = validation_ ? fingerprint(*validation_) : "none";
  return all;
}

// Tensors that stand in the file beside the optimizer's.
std::map<std::string, Tensor> Fit::tensors() const {
  std::map<std::string, Tensor> all;
  const auto parameters = parts_.model.parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string& path = parameters[i]->path();
    all["model." + path] = parameters[i]->tensor();
    if (best_) all["best." + path] = best_->weights()[i];
    if (average_) all["average." + path] = average_->averages()[i];
  }
  return all;
}

void Fit::save(const Tally& tally, double seconds) {
  if (options_.checkpoint.path.empty()) return;
  std::map<std::string, Tensor> all = tensors();
  for (const auto& [name, tensor] : parts_.optimizer.state()) all["optimizer." + name] = tensor;
  EpochRecord record = state_.record;
  record.seconds = seconds;
  json generators = json::array();
  for (const Generator* generator : generators_) generators.push_back(to_json(*generator));
  json state{{"epoch", state_.epoch},
             {"batch", state_.batch},
             {"updates", state_.updates},
             {"first_step", state_.first_step},
             {"waited", state_.waited},
             {"plateau_waited", state_.plateau_waited},
             {"skipped_in_row", state_.skipped_in_row},
             {"history", to_json(state_.history)},
             {"record", to_json(History{record})},
             {"tally", tally.state()},
             {"generators", generators},
             {"default_generator", to_json(default_generator())},
             {"optimizer_steps", parts_.optimizer.steps()},
             {"plateau_rate", plateau_rate_}};
  if (best_ && best_->rank()) state["best_rank"] = *best_->rank();
  if (average_) state["average_updates"] = average_->updates();
  Metadata metadata{{"kind", kKind}, {"state", state.dump()}};
  for (const auto& [key, value] : identity()) metadata[std::string(kIdentity) + key] = value;
  save_checked(files_.path(state_.updates), all, std::move(metadata));
  files_.tidy(false);
  saved_at_ = std::chrono::steady_clock::now();
  saved_at_updates_ = static_cast<double>(state_.updates);
}

void Fit::resume() {
  files_.check_start();
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
    throw FormatError(path + ": the state of training is broken: " + error.what());
  }
  if (options_.log)
    *options_.log << "resumed at epoch " << state_.epoch << ", update " << state_.updates << ", from " << path << std::endl;
}

void Fit::load(const std::string& path, const TensorFile& file) {
  const json state = json::parse(entry(path, file.metadata, "state"));
  require<ValueError>(state.at("epoch").get<int>() <= options_.epochs, "resume: ", path, " is in epoch ",
                      state.at("epoch").get<int>(), ", this training has ", options_.epochs);
  const json& generators = state.at("generators");
  require<FormatError>(generators.size() == generators_.size(), path, ": has ", generators.size(),
                       " random states, the model has ", generators_.size());
  std::map<std::string, Tensor> optimizer;
  constexpr std::string_view kPrefix = "optimizer.";
  for (const auto& [name, tensor] : file.tensors)
    if (name.starts_with(kPrefix)) optimizer[name.substr(kPrefix.size())] = tensor;
  parts_.optimizer.load_state(optimizer, state.at("optimizer_steps").get<std::int64_t>());
  for (auto& [name, tensor] : tensors()) fill(path, file, name, tensor);

  state_.epoch = state.at("epoch").get<int>();
  state_.batch = state.at("batch").get<std::int64_t>();
  state_.updates = state.at("updates").get<std::int64_t>();
  state_.first_step = state.at("first_step").get<std::int64_t>();
  state_.waited = state.at("waited").get<int>();
  state_.plateau_waited = state.at("plateau_waited").get<int>();
  state_.skipped_in_row = state.at("skipped_in_row").get<int>();
  state_.history = history_from_json(state.at("history").get<std::string>(), path);
  state_.record = history_from_json(state.at("record").get<std::string>(), path).at(0);
  tally_state_ = state.at("tally").get<std::vector<double>>();
  for (std::size_t i = 0; i < generators_.size(); ++i) *generators_[i] = generator_from(generators[i]);
  default_generator() = generator_from(state.at("default_generator"));
  plateau_rate_ = state.at("plateau_rate").get<double>();
  if (best_ && state.contains("best_rank")) best_->set_rank(state.at("best_rank").get<Scores::Rank>());
  if (average_) average_->set_updates(state.at("average_updates").get<std::int64_t>());
}

}  // namespace weft::detail
