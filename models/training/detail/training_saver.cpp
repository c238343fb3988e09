#include <weft/models/io/detail/order.h>
#include <weft/models/options/stored_options.h>
#include <weft/models/training/detail/saved_state.h>
#include <weft/models/training/detail/training_saver.h>

#include <ostream>
#include <utility>

namespace weft::detail {

namespace {

constexpr const char* kKind = "checkpoint";
constexpr std::string_view kIdentity = "identity.";

// Returns a hash that identifies the examples.
std::string fingerprint(const Task& data) {
  std::uint64_t mixed = data.fingerprint ? data.fingerprint() : 0;  // reads all of it
  for (std::int64_t length : data.lengths) mixed = text::hash(mixed, static_cast<std::uint64_t>(length));
  return std::to_string(data.lengths.size()) + " examples with the hash " + std::to_string(mixed);
}

}  // namespace

TrainingSaver::TrainingSaver(Training& training) : training_(training), files_(training.options.checkpoint) {}

void TrainingSaver::start() {
  if (is_on()) resume();
  saved_at_ = std::chrono::steady_clock::now();
  saved_at_updates_ = static_cast<double>(training_.state.updates);
}

void TrainingSaver::resume() {
  Communicator* ranks = training_.options.communicator;
  auto on_first = [&](auto work) { return on_first_rank(ranks, std::function<std::string()>(work)); };
  on_first_rank(ranks, [&] { files_.check_start(); });
  data_identity_["training data"] = on_first([&] { return fingerprint(training_.train); });
  data_identity_["validation data"] =
      on_first([&] { return training_.validation ? fingerprint(*training_.validation) : std::string("none"); });
  const std::string path = on_first([&] { return files_.newest().value_or(""); });
  if (!path.empty()) on_every_rank(ranks, [&] { resume_from(path); });
}

void TrainingSaver::resume_from(const std::string& path) {
  const TensorFile file = read_model(path, kKind);
  Metadata saved;
  for (const auto& [key, value] : file.metadata)
    if (key.starts_with(kIdentity)) saved[key.substr(kIdentity.size())] = value;
  Metadata absent = training_.options.checkpoint.absent;
  absent.merge(absent_options(fields_of(training_.options), number_in_identity));
  check_same_identity(path, std::move(saved), identity(), absent);
  restore(training_, path, file);
  if (std::ostream* log = training_.options.log)
    *log << "resumed at epoch " << std::to_string(training_.state.epoch) << ", update " << std::to_string(training_.state.updates)
         << ", from " << path << std::endl;
}

bool TrainingSaver::is_due() const {
  const TrainingCheckpointOptions& options = training_.options.checkpoint;
  if (!is_on() || options.every.is_zero()) return false;
  if (options.every.unit == TrainingTime::Unit::seconds)
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - saved_at_).count() >= options.every.count;
  return static_cast<double>(training_.state.updates) >= saved_at_updates_ + options.every.updates(training_.plan);
}

void TrainingSaver::save(const Tally& tally, double seconds) {
  if (!is_on()) return;
  const TrainingState& state = training_.state;
  EpochRecord record = state.record;
  record.seconds = seconds;
  Metadata metadata{{"kind", kKind}, {"state", saved_state(training_, record, tally.state())}};
  for (const auto& [key, value] : identity()) metadata[std::string(kIdentity) + key] = value;
  const std::string path = files_.path(state.updates);
  const std::map<std::string, Tensor> tensors = saved_tensors(training_);
  on_first_rank(training_.options.communicator, [&] {
    save_checked(path, tensors, std::move(metadata));
    files_.tidy(false);
  });
  saved_at_ = std::chrono::steady_clock::now();
  saved_at_updates_ = static_cast<double>(state.updates);
  training_.tell_all(&Callback::on_checkpoint, path);
}

void TrainingSaver::end() {
  if (is_on()) on_first_rank(training_.options.communicator, [&] { files_.tidy(true); });
}

// Returns what must be equal to resume.
Metadata TrainingSaver::identity() const {
  Metadata all = training_.identity();
  for (const auto& [key, value] : data_identity_) all[key] = value;  // replaces an entry of the same name in the user's identity
  return all;
}

}  // namespace weft::detail
