// On a full disk every file that is written says why it is not, and what stood there before stays.
#include <doctest/doctest.h>
#include <weft/models/model_file.h>
#include <weft/models/report/report.h>
#include <weft/models/text/bpe_codes.h>
#include <weft/models/text/vocabulary_file.h>
#include <weft/models/training/csv_log.h>
#include <weft/models/training/sequence_store.h>
#include <weft/models/training/tensorboard.h>
#include <weft/nn/linear.h>
#include <weft/tensor/create.h>
#include <weft/tensor/files/npy.h>
#include <weft/tensor/profile.h>

#include <functional>

#include "tests/tensor/files/file_limit.h"
#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using test::FileLimit, test::TemporaryFolder;

TEST_CASE("full disk: every kind of file says why it was not written, and leaves the old one") {
  constexpr int kMany = 5000;
  const Tensor large = ones({kMany});
  struct Large : nn::Module {
    nn::Linear dense{this, "dense", 50, 50};
  } model;
  const History epochs(kMany);
  std::vector<std::string> tokens{"<pad>", "<unk>"};
  for (int i = 0; i < kMany; ++i) tokens.push_back(std::to_string(i));
  const auto vocabulary = text::Vocabulary::from_tokens(tokens);
  const struct {
    const char* name;
    std::function<void(const std::string& path)> write;
  } kinds[] = {{"safetensors",
                [&](const std::string& path) {
                  save_tensors(path, {{"a", large}});
                }},
               {"npy", [&](const std::string& path) { save_npy(path, large); }},
               {"npz",
                [&](const std::string& path) {
                  save_npz(path, {{"a", large}});
                }},
               {"model", [&](const std::string& path) { save_model(path, model, "toy", {}); }},
               {"csv log", [&](const std::string& path) { CsvLog(path).on_epoch(epochs); }},
               {"report", [&](const std::string& path) { report::write_report(path, report::Report()); }},
               {"vocabulary", [&](const std::string& path) { text::save_vocabulary(path, vocabulary, {}); }},
               {"bpe codes",
                [&](const std::string& path) {
                  text::write_bpe_codes(path, text::BpeCodes(kMany, {"a", "b"}));
                }},
               {"trace", [&](const std::string& path) { Profile().write_chrome_trace(path); }}};
  for (const auto& kind : kinds) {
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

TEST_CASE("full disk: TensorBoard's files and the store of ids say why they cannot go on") {
  TemporaryFolder folder;
  auto log = [&] {
    const FileLimit limit(200);
    TensorBoard board(folder / "board", 1);
    for (int i = 1; i < 9; ++i) board.on_epoch(History(1));
  };
  CHECK_THROWS_WITH_AS(log(), doctest::Contains(": File too large"), IoError);
  auto store = [&] {
    const FileLimit limit(4096);
    SequenceStore ids(0);
    ids.add(std::vector<std::int64_t>(5000, 1));
  };
  CHECK_THROWS_WITH_AS(store(), doctest::Contains(": File too large"), IoError);
}
