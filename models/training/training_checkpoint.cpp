#include <weft/models/io/utf8.h>
#include <weft/models/options/option_error.h>
#include <weft/models/training/training_checkpoint.h>
#include <weft/tensor/files/atomic_file.h>

#include <algorithm>
#include <filesystem>

namespace weft {

namespace {

constexpr std::string_view kEnding = ".checkpoint";
constexpr std::size_t kDigits = 9;

// Returns whether a file name is "`base`.DIGITS.checkpoint".
bool is_checkpoint(std::string_view name, const std::string& base) {
  if (!name.starts_with(base + ".")) return false;
  name.remove_prefix(base.size() + 1);
  const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  return digits >= kDigits && name.substr(digits) == kEnding;
}

std::filesystem::path folder_of(const std::filesystem::path& base) {
  return base.has_parent_path() ? base.parent_path() : std::filesystem::path(".");
}

// Returns the values from the first difference on, because they may be whole vocabularies.
std::pair<std::string, std::string> difference(const std::string& a, const std::string& b) {
  constexpr std::size_t kShort = 40;
  if (a.size() <= kShort && b.size() <= kShort) return {a, b};
  auto at = static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  auto part = [&](const std::string& value) {
    return "\".." + text::repair_utf8(value.substr(std::min(at, value.size()), kShort)).text + "\"";
  };
  return {part(a), part(b)};
}

}  // namespace

OptionFields TrainingCheckpointOptions::fields() {
  return {
      {.name = "resume",
       .value = &resume,
       .help = "resume from the newest checkpoint, with the same result as without the interruption; without a checkpoint, start "
               "from the beginning"},
      {.name = "every",
       .value = parsed_option(every),
       .help = "how often to write a checkpoint MODEL.UPDATES.checkpoint: 500u, 1e, 10% or 10min; 0u: only on Ctrl-C",
       .flag = "--checkpoint-every"},
      {.name = "keep",
       .value = &keep,
       .range = at_least(0),
       .help = "number of newest checkpoints to keep; 0: keep one, and remove it when training has ended",
       .flag = "--keep-checkpoints"}};
}

std::string TrainingCheckpointFiles::path(std::int64_t updates) const {
  std::string number = std::to_string(updates);
  number.insert(0, kDigits - std::min(kDigits, number.size()), '0');
  return options_.path + "." + number + std::string(kEnding);
}

std::vector<std::string> TrainingCheckpointFiles::all() const {
  namespace fs = std::filesystem;
  const fs::path base(options_.path);
  const std::string model = base.filename().string();
  std::vector<std::string> found;
  std::error_code error;
  fs::directory_iterator entries(folder_of(base), error);
  require<IoError>(!error, "cannot list the folder of ", options_.path, ": ", error.message());
  for (const fs::directory_entry& entry : entries) {
    const std::string name = entry.path().filename().string(), path = (base.parent_path() / name).string();
    if (is_checkpoint(name, model)) found.push_back(path);
  }
  std::sort(found.begin(), found.end(),
            [](const std::string& a, const std::string& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; });
  return found;
}

std::optional<std::string> TrainingCheckpointFiles::newest() const {
  const std::vector<std::string> found = all();
  if (found.empty()) return std::nullopt;
  return found.back();
}

void TrainingCheckpointFiles::check_start() const {
  if (options_.path.empty()) return;
  constexpr std::int64_t kMostUpdates = 999'999'999'999;  // the longest name that can occur
  AtomicFile nothing(path(kMostUpdates));
  if (options_.resume) return;
  const std::optional<std::string> earlier = newest();
  require<ValueError>(!earlier, "fit: ", earlier.value_or(""),
                      " belongs to an earlier training: resume it (--resume), or remove the file to start again");
}

void TrainingCheckpointFiles::tidy(bool ended) const {
  std::vector<std::string> found = all();
  const std::size_t kept = options_.keep > 0 ? static_cast<std::size_t>(options_.keep) : ended ? 0 : 1;
  found.resize(found.size() - std::min(kept, found.size()));
  for (const std::string& file : found) {
    std::error_code error;
    std::filesystem::remove(file, error);
    require<IoError>(!error, "cannot remove ", file, ": ", error.message());
  }
  const std::filesystem::path base(options_.path);
  const std::string model = base.filename().string();
  AtomicFile::remove_abandoned(folder_of(base).string(),
                               [&](std::string_view name) { return name == model || is_checkpoint(name, model); });
}

bool TrainingCheckpointFiles::is_one_of(const std::string& model, const std::string& name) { return is_checkpoint(name, model); }

void check_same_identity(const std::string& path, Metadata saved, const Metadata& now, const Metadata& absent) {
  for (const auto& [key, value] : absent)
    if (now.contains(key)) saved.emplace(key, value);
  if (!now.contains("config")) saved.erase("config");  // a record of all options in older checkpoints of classifiers
  for (const auto& [key, value] : now) {
    auto found = saved.find(key);
    require_option(found != saved.end(), "resume: ", path, " has no ", OptionName{key});
    const auto [then, here] = difference(found->second, value);
    require_option(found->second == value, "resume: ", path, " was written with ", OptionName{key}, " ", then,
                   ", but this training has ", here);
  }
  for (const auto& [key, value] : saved)
    require_option(now.contains(key), "resume: ", path, " was written with ", OptionName{key}, " ", difference(value, "").first,
                   ", but this training has none");
}

}  // namespace weft
