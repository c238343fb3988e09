#include <weft/models/training/checkpoint.h>

#include <algorithm>
#include <filesystem>

namespace weft {

namespace {

constexpr std::string_view kEnding = ".checkpoint";
constexpr std::size_t kDigits = 9;

// Whether the name is `base`.DIGITS.checkpoint.
bool is_checkpoint(const std::string& name, const std::string& base) {
  if (name.size() < base.size() + 1 + kDigits + kEnding.size() || !name.starts_with(base + ".") || !name.ends_with(kEnding))
    return false;
  const std::string_view digits(name.data() + base.size() + 1, name.size() - base.size() - 1 - kEnding.size());
  return std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Values may be whole vocabularies.
std::string excerpt(const std::string& value) {
  constexpr std::size_t kMost = 40;
  return value.size() <= kMost ? value : std::to_string(value.size()) + " bytes";
}

}  // namespace

std::string CheckpointFiles::path(std::int64_t updates) const {
  std::string number = std::to_string(updates);
  number.insert(0, kDigits - std::min(kDigits, number.size()), '0');
  return options_.path + "." + number + std::string(kEnding);
}

std::vector<std::string> CheckpointFiles::all() const {
  namespace fs = std::filesystem;
  const fs::path base(options_.path);
  const fs::path folder = base.has_parent_path() ? base.parent_path() : fs::path(".");
  std::vector<std::string> found;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  require<IoError>(!error, "cannot list the folder of ", options_.path, ": ", error.message());
  for (const fs::directory_entry& entry : entries)
    if (is_checkpoint(entry.path().filename().string(), base.filename().string()))
      found.push_back((base.parent_path() / entry.path().filename()).string());
  std::sort(found.begin(), found.end(),
            [](const std::string& a, const std::string& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; });
  return found;
}

std::optional<std::string> CheckpointFiles::newest() const {
  std::vector<std::string> files = all();
  if (files.empty()) return std::nullopt;
  return files.back();
}

void CheckpointFiles::tidy(bool ended) const {
  std::vector<std::string> files = all();
  const std::size_t kept = options_.keep > 0 ? static_cast<std::size_t>(options_.keep) : ended ? 0 : 1;
  for (std::size_t i = 0; i + kept < files.size(); ++i) {
    std::error_code error;
    std::filesystem::remove(files[i], error);
    require<IoError>(!error, "cannot remove ", files[i], ": ", error.message());
  }
}

void check_same_identity(const std::string& path, const Metadata& saved, const Metadata& now) {
  for (const auto& [key, value] : now) {
    auto found = saved.find(key);
    require<ValueError>(found != saved.end(), "resume: ", path, " knows no ", key);
    require<ValueError>(found->second == value, "resume: ", path, " was written with ", key, " ", excerpt(found->second),
                        ", this training has ", excerpt(value));
  }
  for (const auto& [key, value] : saved)
    require<ValueError>(now.contains(key), "resume: ", path, " was written with ", key, " ", excerpt(value),
                        ", this training has none");
}

}  // namespace weft
