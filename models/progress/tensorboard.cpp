#include <weft/models/progress/tensorboard.h>

#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>

namespace weft {

namespace {

constexpr std::array<std::uint32_t, 256> crc_table() {
  constexpr std::uint32_t kPolynomial = 0x82F63B78;  // Castagnoli's polynomial, with its bits reversed
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ (value & 1 ? kPolynomial : 0);
    table[i] = value;
  }
  return table;
}

template <class Number>
void add_fixed(std::string& to, Number number) {
  static_assert(std::endian::native == std::endian::little);
  to.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void add_varint(std::string& to, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) to += static_cast<char>(number | 0x80);
  to += static_cast<char>(number);
}

// A field's number and how it is encoded.
enum WireType : std::uint64_t { kVarint = 0, kFixed64 = 1, kLengthDelimited = 2, kFixed32 = 5 };
void add_key(std::string& to, std::uint64_t field, WireType type) { add_varint(to, field << 3 | type); }

void add_bytes(std::string& to, std::uint64_t field, std::string_view bytes) {
  add_key(to, field, kLengthDelimited);
  add_varint(to, bytes.size());
  to += bytes;
}

std::string event_at(double seconds) {
  std::string event;
  add_key(event, 1, kFixed64);  // wall_time
  add_fixed(event, seconds);
  return event;
}

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

}  // namespace

namespace detail {

std::uint32_t masked_crc32c(std::string_view bytes) {
  static constexpr std::array<std::uint32_t, 256> table = crc_table();
  std::uint32_t crc = ~0U;
  for (char c : bytes) crc = (crc >> 8) ^ table[(crc ^ static_cast<unsigned char>(c)) & 0xFF];
  return std::rotr(~crc, 15) + 0xA282EAD8U;
}

std::string scalar_event(std::string_view tag, std::int64_t step, float value, double seconds) {
  std::string number, summary, event = event_at(seconds);
  add_bytes(number, 1, tag);
  add_key(number, 2, kFixed32);  // simple_value
  add_fixed(number, value);
  add_bytes(summary, 1, number);
  add_key(event, 2, kVarint);  // step
  add_varint(event, static_cast<std::uint64_t>(step));
  add_bytes(event, 5, summary);
  return event;
}

std::string start_event(std::int64_t step, double seconds) {
  std::string log, event = event_at(seconds);
  add_key(log, 1, kVarint);  // SessionLog.status
  add_varint(log, 1);        // START
  add_key(event, 2, kVarint);
  add_varint(event, static_cast<std::uint64_t>(step));
  add_bytes(event, 7, log);
  return event;
}

}  // namespace detail

TensorBoard::TensorBoard(const std::string& folder, std::int64_t every) : every_(every) {
  require<ValueError>(every >= 1, "tensorboard: every is ", every, ", not at least 1");
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  require<IoError>(!error, "cannot make the folder ", folder, ": ", error.message());
  // Finds a name that no other run has taken, because two runs may start in the same second.
  for (auto second = static_cast<std::int64_t>(now());; ++second) {
    path_ = folder + "/events.out.tfevents." + std::to_string(second) + ".weft";
    errno = 0;
    file_ = std::fopen(path_.c_str(), "wbx");
    if (file_ || errno != EEXIST) break;
  }
  require<IoError>(file_, "cannot write ", path_, ": ", std::strerror(errno));
  std::string version = event_at(now());
  add_bytes(version, 3, "brain.Event:2");  // file_version
  try {
    write(version);
    flush();
    empty_ = true;
  } catch (...) {
    std::fclose(file_);
    throw;
  }
}

TensorBoard::~TensorBoard() {
  std::fclose(file_);
  if (empty_) std::remove(path_.c_str());  // TensorBoard would show the empty file of a refused training as a run
}

void TensorBoard::write(std::string_view event) {
  std::string length, record;
  add_fixed(length, static_cast<std::uint64_t>(event.size()));
  record = length;
  add_fixed(record, detail::masked_crc32c(length));
  record += event;
  add_fixed(record, detail::masked_crc32c(event));
  const bool written = std::fwrite(record.data(), 1, record.size(), file_) == record.size();
  require<IoError>(written, "cannot write ", path_, ": ", std::strerror(errno));
  empty_ = false;
}

void TensorBoard::flush() {
  const bool written = std::fflush(file_) == 0;
  require<IoError>(written, "cannot write ", path_, ": ", std::strerror(errno));
  flushed_ = now();
}

void TensorBoard::scalar(std::string_view tag, std::int64_t step, double value, double seconds) {
  write(detail::scalar_event(tag, step, static_cast<float>(value), seconds));
}

void TensorBoard::add(const UpdateRecord& update) {
  if (!started_) write(detail::start_event(update.update, now()));
  started_ = true;
  if (update.update % every_ != 0) return;
  const double time = now();
  scalar("train/loss", update.update, update.loss, time);
  scalar("train/learning_rate", update.update, update.learning_rate, time);
  if (update.gradient_norm > 0) scalar("train/gradient_norm", update.update, update.gradient_norm, time);
  constexpr double kFlushed = 5;  // seconds
  if (time - flushed_ > kFlushed) flush();
}

void TensorBoard::add(const EpochRecord& record) {
  const double time = now();
  auto add_scores = [&](const std::string& prefix, const Scores& scores) {
    scalar(prefix + "loss", record.updates, scores.loss, time);
    if (scores.extra_loss) scalar(prefix + "extra_loss", record.updates, *scores.extra_loss, time);
    for (const auto& [name, value] : scores.metrics) scalar(prefix + name, record.updates, value, time);
  };
  add_scores("train/epoch_", record.train);
  if (record.validation) add_scores("dev/", *record.validation);
  flush();
}

Callback tensorboard(const std::string& folder, std::int64_t every) {
  const auto board = std::make_shared<TensorBoard>(folder, every);
  return {.on_update = [board](const UpdateRecord& update) { board->add(update); },
          .on_epoch = [board](const History& history) { return board->add(history.back()), true; }};
}

}  // namespace weft
