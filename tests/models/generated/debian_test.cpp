#include <weft/models/generated/debian.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using namespace weft::text;
using test::TemporaryFolder, test::write_file;

namespace {

// Returns the path of a program that prints `records` for `dumpavail`.
std::string apt_cache(const TemporaryFolder& folder, const std::string& records, const std::string& end = "") {
  const std::string path = folder / "apt-cache";
  write_file(folder / "records", records);
  write_file(path, "#!/bin/sh\necho a warning >&2\n[ \"$1\" = dumpavail ] && cat '" + (folder / "records") + "'\n" + end);
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

std::string record(const std::string& name, const std::string& source, const std::string& section, const std::string& text) {
  return "Package: " + name + "\n" + (source.empty() ? "" : "Source: " + source + "\n") + "Description: " + text +
         "\n more of it\nSection: " + section + "\n\n";
}

std::vector<LabelledText> everything(const std::string& program) {
  auto all = debian_descriptions(DataPart::train, program);
  for (auto& text : debian_descriptions(DataPart::test, program)) all.push_back(std::move(text));
  return all;
}

}  // namespace

TEST_CASE("each source package gives one text, that of the package with its name") {
  TemporaryFolder folder;
  const std::string program = apt_cache(
      folder,
      record("chess-data", "chess", "games", "figures of chess") + record("chess", "", "contrib/games", "a game of chess") +
          record("libsum2", "sum (1.2-3)", "math", "adds more") + record("libsum1", "sum", "math", "adds") +
          record("libthing", "thing", "libs", "is no section of ours") + record("nothing", "", "mail", "") + "Section: net");
  auto texts = everything(program);
  std::sort(texts.begin(), texts.end(), [](const auto& a, const auto& b) { return a.label < b.label; });
  CHECK(texts == std::vector<LabelledText>{{"games", "a game of chess"}, {"math", "adds"}});
}

TEST_CASE("the parts share no source, a fifth is for testing, and the order and other packages do not matter") {
  TemporaryFolder folder, other;
  std::string records, reversed;
  for (int i = 0; i < 2000; ++i) {
    const std::string one = record("package" + std::to_string(i), "", "net", "text " + std::to_string(i));
    records += one;
    if (i % 2) reversed = one + reversed;
  }
  const std::string program = apt_cache(folder, records), half = apt_cache(other, reversed);
  const auto train = debian_descriptions(DataPart::train, program), test = debian_descriptions(DataPart::test, program);
  CHECK(train.size() + test.size() == 2000);
  CHECK(test.size() > 340);
  CHECK(test.size() < 460);
  CHECK(read_all(*debian_source(DataPart::test, program)) == test);
  for (const LabelledText& text : debian_descriptions(DataPart::test, half))
    CHECK(std::find(test.begin(), test.end(), text) != test.end());
}

TEST_CASE("without an apt index the error says what to do") {
  TemporaryFolder folder;
  CHECK_THROWS_WITH_AS(debian_descriptions(DataPart::train, apt_cache(folder, "")),
                       "debian: this machine's apt index has no descriptions: run apt-get update", IoError);
  const std::string failing = apt_cache(folder, record("a", "", "net", "b"), "exit 3\n");
  CHECK_THROWS_WITH_AS(debian_descriptions(DataPart::train, failing),
                       ("debian: " + failing + " failed; this data is on Debian and Ubuntu machines").c_str(), IoError);
  CHECK_THROWS_WITH_AS(
      debian_descriptions(DataPart::train, "/nowhere/apt-cache"),
      "debian: cannot run /nowhere/apt-cache: No such file or directory; this data is on Debian and Ubuntu machines", IoError);
}
