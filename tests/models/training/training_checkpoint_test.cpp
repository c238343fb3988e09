// A training that is resumed from a checkpoint ends with the same bytes as one that never stopped.
#include <doctest/doctest.h>
#include <weft/models/io/model_file.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/files/safetensors.h>

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <sstream>

#include "tests/models/training/tagging.h"
#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using test::DroppingTagger, test::same_bits, test::tagging, test::TemporaryFolder, test::weights_of;

namespace {

struct Result {
  std::vector<Tensor> weights;
  History history;
};

using Change = std::function<void(FitOptions&)>;

// 47 sentences in 6 batches an epoch.
Result train(const Change& change, bool with_dev = true) {
  manual_seed(7);
  DroppingTagger model;
  Trainer trainer(model, optim::Adam({.lr = 3e-2}), nn::CrossEntropy(), {metrics::accuracy(), metrics::macro_f1()});
  FitOptions options{.epochs = 4, .batch_size = 8, .seed = 5, .clip_norm = 0.5, .schedule = "cosine", .progress = false};
  change(options);
  History history = with_dev ? trainer.fit(tagging(47, 1), tagging(20, 2), options) : trainer.fit(tagging(47, 1), options);
  return {weights_of(model), history};
}

// Stops after this many updates.
Callback stop_after(int updates) {
  return {.stop = [count = 0, updates]() mutable { return ++count >= updates; }};
}

void check_same(const Result& a, const Result& b) {
  CHECK(same_bits(a.weights, b.weights));
  REQUIRE(a.history.size() == b.history.size());
  for (std::size_t i = 0; i < a.history.size(); ++i) {
    CHECK(a.history[i].train.loss == b.history[i].train.loss);
    CHECK(a.history[i].train.metrics == b.history[i].train.metrics);
    CHECK(a.history[i].gradient_norm == b.history[i].gradient_norm);
    CHECK(a.history[i].tokens == b.history[i].tokens);
    CHECK(a.history[i].updates == b.history[i].updates);
    CHECK(a.history[i].learning_rate == b.history[i].learning_rate);
    REQUIRE(a.history[i].validation.has_value() == b.history[i].validation.has_value());
    if (!a.history[i].validation) continue;
    CHECK(a.history[i].validation->loss == b.history[i].validation->loss);
    CHECK(a.history[i].validation->metrics == b.history[i].validation->metrics);
  }
}

}  // namespace

TEST_CASE("checkpoint: training that was stopped after any update ends with the same bytes") {
  struct Kind {
    const char* name;
    Change change;
    bool with_dev = true;
  };
  const std::vector<Kind> kinds{
      {"plain", [](FitOptions&) {}},
      {"without validation", [](FitOptions&) {}, false},
      {"everything at once",
       [](FitOptions& o) {
         o.accumulate = 2, o.average = 0.9, o.plateau_factor = 0.5, o.plateau_patience = 0, o.batch_tokens = 40;
         o.schedule = RateSchedule("linear", {3, TrainingTime::Unit::updates});
         o.monitor = "accuracy";
       }},
      {"a score of the model",
       [](FitOptions& o) {
         o.epochs = 12, o.patience = 3, o.plateau_factor = 0.5, o.plateau_patience = 0, o.monitor = "drawn";
         // Its random draws do not affect training. It is the same in each epoch, so that the loss decides.
         o.scores = {{"drawn", [] { return uniform({1}).at({0}); }}};
       }},
      {"patience", [](FitOptions& o) { o.epochs = 30, o.patience = 2, o.schedule = {}; }},
  };
  for (const Kind& kind : kinds) {
    CAPTURE(kind.name);
    const Result undisturbed = train(kind.change, kind.with_dev);
    for (int updates : {1, 2, 5, 6, 7, 11, 12}) {
      CAPTURE(updates);
      TemporaryFolder folder;
      auto with_checkpoint = [&](FitOptions& options) {
        kind.change(options);
        options.checkpoint.path = folder / "model";
      };
      train([&](FitOptions& o) { with_checkpoint(o), o.callbacks = {stop_after(updates)}; }, kind.with_dev);
      CHECK(folder.files() == 1);
      check_same(train([&](FitOptions& o) { with_checkpoint(o), o.checkpoint.resume = true; }, kind.with_dev), undisturbed);
      CHECK(folder.files() == 0);
    }
  }
}

TEST_CASE("checkpoint: callbacks are told of each file, of the stop, and of the epochs before a resume") {
  TemporaryFolder folder;
  std::vector<std::string> calls;
  std::shared_ptr<const History> kept;
  auto run = [&](int updates) {
    return train([&](FitOptions& options) {
      options.checkpoint = {.path = folder / "model", .every = TrainingTime::parse("3u"), .keep = 9, .resume = true};
      options.callbacks = {{.on_start = [&](const History& history) { calls.push_back(std::to_string(history.size())); },
                            .on_checkpoint =
                                [&](const std::string& path) {
                                  CHECK(std::filesystem::exists(path));
                                  calls.push_back(path.substr(path.size() - 16));
                                },
                            .on_end = [&](const History&, bool stopped) { calls.push_back(stopped ? "stopped" : "ended"); }},
                           stop_after(updates)};
      kept = keep_history(options.callbacks);
    });
  };
  run(7);
  CHECK(calls == std::vector<std::string>{"0", "00003.checkpoint", "00006.checkpoint", "00007.checkpoint", "stopped"});
  CHECK(kept->size() == 1);
  calls.clear();
  const Result resumed = run(1000);
  CHECK(calls.front() == "1");
  CHECK(calls.back() == "ended");
  CHECK(to_json(*kept) == to_json(resumed.history));
}

TEST_CASE("checkpoint: training may be stopped and resumed many times") {
  const Result undisturbed = train([](FitOptions&) {});
  TemporaryFolder folder;
  Result result;
  for (int part = 0; part < 7; ++part)
    result = train([&](FitOptions& options) {
      options.checkpoint = {.path = folder / "model", .resume = true};
      if (part < 6) options.callbacks = {stop_after(4)};
    });
  check_same(result, undisturbed);
}

TEST_CASE("checkpoint: written at intervals of updates or epochs, and the newest are kept") {
  TemporaryFolder folder;
  auto files = [&](TrainingCheckpointOptions checkpoint) {
    checkpoint.path = folder / "run.1";
    train([&](FitOptions& options) { options.checkpoint = checkpoint; });
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "")) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) std::filesystem::remove(folder / name);
    return names;
  };
  using Names = std::vector<std::string>;
  CHECK(files({.every = TrainingTime::parse("5u"), .keep = 2}) ==
        Names{"run.1.000000015.checkpoint", "run.1.000000020.checkpoint"});
  CHECK(files({.every = TrainingTime::parse("1.5e"), .keep = 5}) ==
        Names{"run.1.000000009.checkpoint", "run.1.000000018.checkpoint"});
  CHECK(files({.every = TrainingTime::parse("5u")}).empty());
  CHECK(files({.every = {}, .keep = 3}).empty());
  // Files with similar names are left alone.
  for (const char* name : {"run.1.12.checkpoint", "run.000000001.checkpoint", "run.1.00000000x.checkpoint", "run.1"})
    test::write_file(folder / name, "mine");
  CHECK(files({.every = TrainingTime::parse("5u")}).size() == 4);
}

TEST_CASE("checkpoint: the newest is the one with the most updates, whatever the order of the names") {
  TemporaryFolder folder;
  const TrainingCheckpointOptions options{.path = folder / "model", .keep = 2};
  const TrainingCheckpointFiles files(options);
  CHECK_FALSE(files.newest());
  for (std::int64_t updates :
       {std::int64_t{10'000'000'001}, std::int64_t{7}, std::int64_t{999'999'999}, std::int64_t{1'000'000'000}, std::int64_t{80}})
    test::write_file(files.path(updates), "of " + std::to_string(updates));
  CHECK(files.newest() == folder / "model.10000000001.checkpoint");
  std::filesystem::remove(files.path(10'000'000'001));
  CHECK(files.newest() == folder / "model.1000000000.checkpoint");
  files.tidy(false);
  CHECK(folder.files() == 2);
  CHECK(std::filesystem::exists(folder / "model.1000000000.checkpoint"));
  CHECK(std::filesystem::exists(folder / "model.999999999.checkpoint"));
}

TEST_CASE("checkpoint: a new training does not overwrite an earlier one's") {
  TemporaryFolder folder;
  auto fit = [&] {
    train([&](FitOptions& options) {
      options.checkpoint.path = folder / "model";
      options.callbacks = {stop_after(3)};
    });
  };
  fit();
  CHECK_THROWS_WITH_AS(fit(),
                       ("fit: " + (folder / "model.000000003.checkpoint") +
                        " belongs to an earlier training: resume it (--resume), or remove the file to start again")
                           .c_str(),
                       ValueError);
  CHECK(folder.files() == 1);
}

TEST_CASE("checkpoint: with none to resume from, training starts from the beginning") {
  TemporaryFolder folder;
  check_same(train([&](FitOptions& o) { o.checkpoint = {.path = folder / "model", .resume = true}; }), train([](FitOptions&) {}));
}

TEST_CASE("checkpoint: a training whose rate does not depend on its length can be extended") {
  TemporaryFolder folder;
  for (const RateSchedule& schedule : {RateSchedule("constant"), RateSchedule("step:0.5/1e", TrainingTime::parse("3u"))}) {
    CAPTURE(schedule.words);
    auto fit = [&](int epochs, bool resume) {
      return train([&](FitOptions& options) {
        options.epochs = epochs;
        options.schedule = schedule;
        if (resume)
          options.checkpoint = {
              .path = folder / schedule.words.substr(0, 4), .every = TrainingTime::parse("1e"), .keep = 1, .resume = true};
      });
    };
    CHECK(fit(2, true).history.size() == 2);
    check_same(fit(4, true), fit(4, false));
    CHECK_THROWS_WITH_AS(fit(3, true), doctest::Contains("is in epoch 4, but this training has 3"), ValueError);
    CHECK(folder.files() == 1);
    std::filesystem::remove(TrainingCheckpointFiles({.path = folder / schedule.words.substr(0, 4)}).newest().value());
  }
  for (const RateSchedule& schedule :
       {RateSchedule("linear"), RateSchedule("exponential:0.5/10%"), RateSchedule("constant", TrainingTime::parse("10%")),
        RateSchedule([](std::int64_t) { return 1.0; })})
    CHECK(schedule.needs_total());
}

TEST_CASE("checkpoint: temporary files of a killed process are removed, and nothing else") {
  TemporaryFolder folder;
  const std::string dead = ".partial-1-1";  // from another host or this one: process 1 always exists
  const std::vector<std::string> stay{"model.partial-notes", "model.partial-1x-1", "other" + dead};
  for (const std::string& name : stay) weft::test::write_file(folder / name, "half");
  weft::test::write_file(folder / ("model" + dead), "half");
  weft::test::write_file(folder / ("model.000000003.checkpoint" + dead), "half");
  std::filesystem::create_directory(folder / ("model" + dead + "1"));
  train([&](FitOptions& options) { options.checkpoint = {.path = folder / "model"}; });
  CHECK(folder.files() == stay.size() + 1);
  for (const std::string& name : stay) CHECK(std::filesystem::exists(folder / name));
}

TEST_CASE("checkpoint: a path that is too long with its suffix is refused before training") {
  TemporaryFolder folder;
  const std::string path = folder / std::string(220, 'm');  // short enough for the model's own file
  bool trained = false;
  CHECK_THROWS_WITH_AS(train([&](FitOptions& options) {
                         options.checkpoint.path = path;
                         options.callbacks = {{.stop = [&] { return trained = true; }}};
                       }),
                       doctest::Contains((path + ".999999999999.checkpoint: cannot create: File name too long").c_str()),
                       IoError);
  CHECK_FALSE(trained);
  CHECK(folder.files() == 0);
}

TEST_CASE("checkpoint: a checkpoint of another training is refused") {
  TemporaryFolder folder;
  auto fit = [&](const Change& change) {
    train([&](FitOptions& options) {
      options.checkpoint = {.path = folder / "model", .resume = true, .identity = {{"words", "a b c"}}};
      options.callbacks = {stop_after(3)};
      change(options);
    });
  };
  fit([](FitOptions&) {});
  const std::string file = folder / "model.000000003.checkpoint";
  auto refuses = [&](const Change& change, const std::string& message) {
    CHECK_THROWS_WITH_AS(fit(change), ("resume: " + file + " was written with " + message).c_str(), ValueError);
  };
  refuses([](FitOptions& o) { o.epochs = 9; }, "epochs 4, but this training has 9");
  refuses([](FitOptions& o) { o.batch_size = 9; }, "batch_size 8, but this training has 9");
  refuses([](FitOptions& o) { o.clip_norm = 0.25; }, "clip_norm 0.5, but this training has 0.25");
  refuses([](FitOptions& o) { o.schedule = "linear"; }, "schedule cosine, but this training has linear");
  refuses([](FitOptions& o) { o.checkpoint.identity["words"] = "a b"; }, "words a b c, but this training has a b");
  CHECK_THROWS_WITH_AS(fit([](FitOptions& o) {
                         o.scores = {{"half", [] { return 0.5; }}};
                       }),
                       ("resume: " + file + " has no scores").c_str(), ValueError);
  refuses([](FitOptions& o) { o.checkpoint.identity = {}; }, "words a b c, but this training has none");
  CHECK_THROWS_WITH_AS(fit([](FitOptions& o) { o.checkpoint.path = ""; }),
                       doctest::Contains("fit: resuming requires the path of the checkpoints"), ValueError);
}

TEST_CASE("checkpoint: a file that is older than an option implies its old behaviour") {
  TemporaryFolder folder;
  auto fit = [&](const Metadata& identity, const Metadata& absent) {
    train([&](FitOptions& options) {
      options.checkpoint = {.path = folder / "model", .resume = true, .identity = identity, .absent = absent};
      options.callbacks = {stop_after(3)};
    });
  };
  fit({{"words", "a b"}}, {});
  const std::string file = folder / "model.000000003.checkpoint";
  const Metadata now{{"words", "a b"}, {"gates", "3"}};
  CHECK_THROWS_WITH_AS(fit(now, {}), ("resume: " + file + " has no gates").c_str(), ValueError);
  CHECK_THROWS_WITH_AS(fit(now, {{"gates", "2"}}),
                       ("resume: " + file + " was written with gates 2, but this training has 3").c_str(), ValueError);
  CHECK_NOTHROW(fit(now, {{"gates", "3"}}));
  // The file's own value takes precedence, and an option that this training lacks still makes it another training.
  CHECK_THROWS_AS(fit({{"words", "a"}}, {{"words", "a"}}), ValueError);
  CHECK_THROWS_AS(fit({}, {{"words", "a b"}}), ValueError);
}

TEST_CASE("checkpoint: groups of parameters with other rates are another training") {
  TemporaryFolder folder;
  auto fit = [&](const std::vector<ParameterGroup>& groups) {
    manual_seed(7);
    DroppingTagger model;
    Trainer trainer(model, optim::Adam(), nn::CrossEntropy(), {}, groups);
    FitOptions options{.epochs = 2, .batch_size = 8, .progress = false};
    options.checkpoint = {.path = folder / "model", .resume = true};
    options.callbacks = {stop_after(3)};
    trainer.fit(tagging(47, 1), options);
  };
  fit({{"embedding.", {.learning_rate_scale = 2}}});
  CHECK_THROWS_WITH_AS(fit({{"embedding.", {.learning_rate_scale = 3}}}),
                       doctest::Contains("group embedding. rate times 2, decay as others, but this training has rate times 3"),
                       ValueError);
  CHECK_THROWS_WITH_AS(fit({}), doctest::Contains("group embedding. rate times 2, decay as others, but this training has none"),
                       ValueError);
  CHECK_NOTHROW(fit({{"embedding.", {.learning_rate_scale = 2}}}));
}

TEST_CASE("checkpoint: a damaged file is refused and changes nothing") {
  TemporaryFolder folder;
  auto options = [&](FitOptions& o) { o.checkpoint = {.path = folder / "model", .resume = true}; };
  train([&](FitOptions& o) { options(o), o.callbacks = {stop_after(3)}; });
  const std::string path = folder / "model.000000003.checkpoint";
  const TensorFile good = load_tensors(path);
  auto refuses = [&](const auto& change, const std::string& message) {
    TensorFile file = good;
    change(file);
    save_checked(folder / "broken", file.tensors, file.metadata);
    std::filesystem::rename(folder / "broken", path);
    CHECK_THROWS_WITH_AS(train(options), doctest::Contains((path + ": " + message).c_str()), FormatError);
  };
  refuses([](TensorFile& file) { file.tensors.erase("model.dense.bias"); }, "the checkpoint lacks model.dense.bias");
  refuses([](TensorFile& file) { file.tensors["best.dense.bias"] = tensor({1.0}, DType::f32); },
          "best.dense.bias is [1] f32, but the model's is [3] f32");
  refuses([](TensorFile& file) { file.metadata["state"] = "{"; }, "the state of training is broken: parse error at line 1");
  refuses([](TensorFile& file) { file.metadata.erase("state"); }, "the model's metadata lacks state");
  refuses([](TensorFile& file) { file.metadata["kind"] = "classify"; }, "is a model of \"classify\", not of \"checkpoint\"");
}
