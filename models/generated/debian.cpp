#include <weft/models/generated/debian.h>
#include <weft/models/io/detail/command_output.h>
#include <weft/models/io/detail/order.h>
#include <weft/models/io/line_reader.h>
#include <weft/tensor/base/error.h>

#include <algorithm>
#include <array>
#include <map>

namespace weft::text {

namespace {

constexpr std::array<std::string_view, 10> kSections{"games", "science", "sound", "graphics", "net",
                                                     "admin", "fonts",   "math",  "mail",     "database"};

struct Package {
  std::string name, source, section, description;
};

// Returns "games" for "contrib/games".
std::string_view without_area(std::string_view section) { return section.substr(section.rfind('/') + 1); }

void take_field(std::string_view line, Package& package) {
  auto value_of = [&](std::string_view field, std::string& value) {
    if (line.starts_with(field)) value = line.substr(field.size());
  };
  value_of("Package: ", package.name);
  value_of("Section: ", package.section);
  value_of("Description: ", package.description);
  value_of("Description-en: ", package.description);
  value_of("Source: ", package.source);
}

// The chosen package of each source package.
class Chosen {
 public:
  void offer(Package package) {
    package.section = without_area(package.section);
    if (package.source.empty()) package.source = package.name;
    package.source.resize(std::min(package.source.find(' '), package.source.size()));  // removes a version
    const bool wanted = std::find(kSections.begin(), kSections.end(), package.section) != kSections.end();
    if (!wanted || package.name.empty() || package.description.empty()) return;
    const auto [found, added] = packages_.try_emplace(package.source, package);
    auto rank = [](const Package& p) { return std::pair(p.name != p.source, std::string_view(p.name)); };
    if (!added && rank(package) < rank(found->second)) found->second = std::move(package);
  }
  const std::map<std::string, Package>& by_source() const { return packages_; }

 private:
  std::map<std::string, Package> packages_;
};

Chosen read_packages(LineReader lines) {
  Chosen chosen;
  Package package;
  for (std::string_view line; lines.next(line);) {
    if (line.empty())
      chosen.offer(std::exchange(package, {}));
    else
      take_field(line, package);
  }
  chosen.offer(package);
  return chosen;
}

DataPart part_of(const std::string& source) {
  std::uint64_t value = 0;
  for (char c : source) value = hash(value, static_cast<unsigned char>(c));
  return value % 5 == 0 ? DataPart::test : DataPart::train;
}

class DebianSource final : public LabelledSource {
 public:
  explicit DebianSource(std::vector<LabelledText> texts) : texts_(std::move(texts)), source_(texts_) {}
  std::unique_ptr<ExampleReader<LabelledText>> open() const override { return source_.open(); }

 private:
  std::vector<LabelledText> texts_;
  MemorySource<LabelledText> source_;
};

}  // namespace

std::vector<LabelledText> debian_descriptions(DataPart part, const std::string& apt_cache) {
  Chosen chosen;
  try {
    chosen = read_packages(LineReader(open_output({apt_cache, "dumpavail"}), apt_cache));
  } catch (const IoError& error) {
    throw IoError("debian: " + std::string(error.what()) + "; this data is on Debian and Ubuntu machines");
  }
  require<IoError>(!chosen.by_source().empty(), "debian: this machine's apt index has no descriptions: run apt-get update");
  std::vector<LabelledText> texts;
  for (const auto& [source, package] : chosen.by_source())
    if (part_of(source) == part) texts.push_back({package.section, package.description});
  return texts;
}

std::unique_ptr<LabelledSource> debian_source(DataPart part, const std::string& apt_cache) {
  return std::make_unique<DebianSource>(debian_descriptions(part, apt_cache));
}

}  // namespace weft::text
