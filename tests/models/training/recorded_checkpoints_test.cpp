// Checkpoints of C++ trainings, one of each optimizer, that an earlier version wrote: a training resumed from them ends with the
// recorded model.
// Those of the programs are tested in programs/recorded_models_test.cpp.
#include <doctest/doctest.h>
#include <weft/autograd/basics/math.h>
#include <weft/models/io/model_file.h>
#include <weft/nn/layers/word_dropout.h>
#include <weft/optim/adaptive.h>
#include <weft/optim/sgd.h>
#include <weft/tensor/arithmetic/random.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/models/training/tagging.h"
#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using test::tagging, test::TemporaryFolder;

namespace {

const std::string kFolder = WEFT_SOURCE_DIR "/tests/reference/checkpoints/", kUpdates = ".000000010.checkpoint";

// Draws from two layers' streams and from the thread's own.
struct Tagger : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 20, .embedding_dim = 2}};
  nn::WordDropout words{this, "words", 0.1};
  nn::Dropout dropout{this, "dropout", 0.1};
  nn::Linear dense{this, "dense", 2, 3};

  Variable forward(const Batch& in) {
    const Variable x = dropout(words(embedding(in.tokens), in.tokens));
    return dense(training() ? x + uniform(x.shape(), 0, 0.1) : x);
  }
};

struct Case {
  std::string name;  // of its files
  std::shared_ptr<optim::Optimizer> optimizer;
};

std::vector<Case> cases() {
  return {{"sgd", std::make_shared<optim::SGD>(optim::SGDOptions{.lr = 0.5})},
          {"momentum", std::make_shared<optim::SGD>(optim::SGDOptions{.lr = 0.2, .momentum = 0.8, .nesterov = true})},
          {"adagrad", std::make_shared<optim::Adagrad>(optim::AdagradOptions{.lr = 0.2})},
          {"rmsprop", std::make_shared<optim::RMSprop>(optim::RMSpropOptions{.lr = 0.1})},
          {"adam", std::make_shared<optim::Adam>(optim::AdamOptions{.lr = 0.1})},
          {"adamw", std::make_shared<optim::AdamW>(optim::AdamWOptions{.lr = 0.1, .row_updates = optim::RowUpdates::lazy})}};
}

// Trains with checkpoints PATH.000000001.checkpoint .. and writes the model to PATH.
History train(const Case& one, const std::string& path, TrainingCheckpointOptions checkpoint) {
  manual_seed(7);
  Tagger model;
  checkpoint.path = path;
  checkpoint.identity = {{"of the user", "as given"}};
  Trainer trainer(model, *one.optimizer, nn::CrossEntropy({.label_smoothing = 0.1}),
                  {metrics::accuracy(), metrics::top_k_accuracy(2)},
                  {{"dense.", {.learning_rate_scale = 0.5, .weight_decay = 0}}});
  const History history = trainer.fit(tagging(24, 1), tagging(9, 2),
                                      {.epochs = 3,
                                       .batch_size = 6,
                                       .seed = 5,
                                       .clip_norm = 2,
                                       .average = 0.5,
                                       .monitor = "top2_accuracy",
                                       .checkpoint = checkpoint,
                                       .progress = false});
  save_model(path, model, "tagger", {});
  return history;
}

}  // namespace

TEST_CASE("recorded checkpoints: each optimizer's training resumes and ends with the recorded model") {
  for (const Case& one : cases()) {
    CAPTURE(one.name);
    TemporaryFolder folder;
    std::filesystem::copy(kFolder + one.name + kUpdates, folder / (one.name + kUpdates));
    const History history = train(one, folder / one.name, {.every = {0}, .resume = true});
    CHECK(history.size() == 3);
    const TensorFile model = read_model(folder / one.name, "tagger"), expected = read_model(kFolder + one.name, "tagger");
    REQUIRE(model.tensors.size() == expected.tensors.size());
    for (const auto& each : expected.tensors) {
      const std::string& name = each.first;  // clang 14 captures no structured bindings
      CAPTURE(name);
      REQUIRE(model.tensors.contains(name));
      CHECK(all_close(model.tensors.at(name), each.second, 2e-6, 2e-6));  // instruction sets sum in different orders
    }
  }
}

// Run this by name, with --no-skip, for a new case. Existing checkpoints stay: they represent what users have on their disks. The
// first six were recorded with commit 62d8592 (2026-11-30), on AVX-512.
TEST_CASE("recorded checkpoints: recording" * doctest::skip()) {
  for (const Case& one : cases()) {
    if (std::filesystem::exists(kFolder + one.name)) continue;
    TemporaryFolder folder;
    CHECK(train(one, folder / one.name, {.every = {1, TrainingTime::Unit::updates}, .keep = 1000}).size() == 3);
    for (const std::string& name : {one.name, one.name + kUpdates}) std::filesystem::copy(folder / name, kFolder + name);
  }
}

// Run this by name, with --no-skip, when the formulas of training have changed: it records the models to which the existing
// checkpoints lead now. Last when random numbers of training began to be drawn by example, on AVX-512.
TEST_CASE("recorded checkpoints: recording what they lead to" * doctest::skip()) {
  for (const Case& one : cases()) {
    TemporaryFolder folder;
    std::filesystem::copy(kFolder + one.name + kUpdates, folder / (one.name + kUpdates));
    CHECK(train(one, folder / one.name, {.every = {0}, .resume = true}).size() == 3);
    std::filesystem::copy(folder / one.name, kFolder + one.name, std::filesystem::copy_options::overwrite_existing);
  }
}
