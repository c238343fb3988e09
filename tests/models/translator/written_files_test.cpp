// Properties of every kind of file that is written: errors with reasons, modes, links, no leftovers.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <weft/models/io/model_file.h>
#include <weft/models/progress/csv_log.h>
#include <weft/models/progress/tensorboard.h>
#include <weft/models/report/report.h>
#include <weft/models/subwords/bpe_codes.h>
#include <weft/models/text/vocabulary_file.h>
#include <weft/models/training/sequence_store.h>
#include <weft/nn/layers/linear.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/files/npy.h>
#include <weft/tensor/profile/profile.h>

#include <functional>

#include "tests/tensor/files/file_limit.h"
#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using test::FileLimit, test::TemporaryFolder;

namespace {

struct Kind {
  const char* name;
  std::function<void(const std::string& path)> write;
};

// A writer for each kind of file that is written as a whole.
const std::vector<Kind>& kinds() {
  constexpr int kMany = 5000;
  static const Tensor large = ones({kMany});
  static struct Large : nn::Module { nn::Linear dense{this, "dense", 50, 50}; } model;
  static const std::vector<Kind> all{{"safetensors",
                                      [](const std::string& path) {
                                        save_tensors(path, {{"a", large}});
                                      }},
                                     {"npy", [](const std::string& path) { save_npy(path, large); }},
                                     {"npz",
                                      [](const std::string& path) {
                                        save_npz(path, {{"a", large}});
                                      }},
                                     {"model", [](const std::string& path) { save_model(path, model, "toy", {}); }},
                                     {"csv log", [](const std::string& path) { csv_log(path).on_epoch(History(kMany)); }},
                                     {"report", [](const std::string& path) { report::write_report(path, report::Report()); }},
                                     {"vocabulary",
                                      [](const std::string& path) {
                                        text::save_vocabulary(path, text::Vocabulary::from_tokens({"<pad>", "<unk>", "a"}), {});
                                      }},
                                     {"bpe codes",
                                      [](const std::string& path) {
                                        text::write_bpe_codes(path, text::BpeCodes(kMany, {"a", "b"}));
                                      }},
                                     {"trace", [](const std::string& path) { Profile().write_chrome_trace(path); }}};
  return all;
}

}  // namespace

TEST_CASE("written files: on a full disk each error gives the reason, and the old file is kept") {
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.name);
    TemporaryFolder folder;
    const std::string path = folder / "file";
    test::write_file(path, "old");
    auto write = [&] {
      const FileLimit limit(1);
      kind.write(path);
    };
    CHECK_THROWS_WITH_AS(write(), (path + ": cannot write: File too large").c_str(), IoError);
    CHECK(test::read_file(path) == "old");
    CHECK(folder.files() == 1);
  }
}

TEST_CASE(
    "written files: each keeps the mode and the link of the file that it replaces, and removes leftovers of a killed process") {
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.name);
    TemporaryFolder folder, other;
    const std::string path = other / "file", link = folder / "link";
    test::write_file(path, "old");
    REQUIRE(chmod(path.c_str(), 0640) == 0);
    test::write_file(path + ".partial-1-0", "half");
    std::filesystem::create_symlink(path, link);
    kind.write(link);
    CHECK(std::filesystem::is_symlink(link));
    CHECK(test::read_file(path) != "old");
    CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms{0640});
    CHECK(other.files() == 1);
    CHECK(folder.files() == 1);
  }
}

TEST_CASE("written files: on a full disk TensorBoard files and the store of ids report the reason") {
  TemporaryFolder folder;
  auto log = [&] {
    const FileLimit limit(200);
    TensorBoard board(folder / "board", 1);
    for (int i = 1; i < 9; ++i) board.add(EpochRecord());
  };
  CHECK_THROWS_WITH_AS(log(), doctest::Contains(": File too large"), IoError);
  auto store = [&] {
    const FileLimit limit(4096);
    SequenceStore ids(0);
    ids.add(std::vector<std::int64_t>(5000, 1));
  };
  CHECK_THROWS_WITH_AS(store(), doctest::Contains(": File too large"), IoError);
}
