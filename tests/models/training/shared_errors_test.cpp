// Ranks that fail, or that differ: all end, and say why.
#include <doctest/doctest.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/graph/node.h>
#include <weft/optim/sgd.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>

#include <filesystem>
#include <limits>
#include <sstream>
#include <stdexcept>

#include "tests/models/training/shared_training.h"

using namespace weft;
using test::TemporaryFolder, test::ends_of_ranks, test::Outcome, test::RankEnd, test::run_on_ranks, test::SharedTraining,
    test::tagging, test::ThreadRank;

namespace {

// Trains on ranks; `change` may differ from rank to rank.
std::vector<RankEnd> train_differently(int count, const std::function<void(SharedTraining&, FitOptions&, int rank)>& change) {
  return ends_of_ranks(count, [&](ThreadRank& ranks) {
    SharedTraining training{"Adam"};
    FitOptions nothing;
    change(training, nothing, ranks.rank());  // the data
    training.train(&ranks, [&](FitOptions& o) { change(training, o, ranks.rank()); });
  });
}

// Checks that all ranks end with an error of their own that contains these texts.
void check_ends(const std::vector<RankEnd>& ends, const std::vector<std::string>& texts) {
  for (const RankEnd& end : ends) {
    CAPTURE(end.error);
    CHECK(end.failure);
    CHECK_FALSE(end.for_another);
    for (const std::string& text : texts) {
      CAPTURE(text);
      CHECK(end.error.find(text) != std::string::npos);
    }
  }
}

// Checks that the rank `bad` ends with `error`, and the others with a RankError that has it too.
void check_failed(const std::vector<RankEnd>& ends, int bad, const std::string& error) {
  for (int rank = 0; rank < static_cast<int>(ends.size()); ++rank) {
    CAPTURE(rank);
    const RankEnd& end = ends[static_cast<std::size_t>(rank)];
    CHECK(end.for_another == (rank != bad));
    CHECK(end.error == (rank == bad ? error : "rank " + std::to_string(bad) + ": " + error));
  }
}

// Examples of which one cannot be read.
class Unreadable : public Data<Batch> {
 public:
  Unreadable(std::size_t bad, bool ahead) : bad_(bad), ahead_(ahead) {}
  std::int64_t size() const override { return data_.size(); }
  std::int64_t length(std::size_t i) const override { return data_.length(i); }
  bool read_ahead() const override { return ahead_; }
  Example batch(std::span<const std::size_t> indices) const override {
    for (std::size_t i : indices) require<IoError>(i != bad_, "train.tsv: line ", i, ": the disk is gone");
    return data_.batch(indices);
  }

 private:
  TaggedSequences data_ = tagging(39, 1);
  std::size_t bad_;
  bool ahead_;
};

// Examples to which batch() adds random numbers, as a user might do.
class Noisy : public Data<Batch> {
 public:
  explicit Noisy(bool by_example) : by_example_(by_example) {}
  std::int64_t size() const override { return data_.size(); }
  std::int64_t length(std::size_t i) const override { return data_.length(i); }
  Example batch(std::span<const std::size_t> indices) const override {
    Example batch = data_.batch(indices);
    auto words = batch.input.tokens.write<std::int64_t>();
    const std::int64_t time = batch.input.tokens.size(1);
    for (std::int64_t row = 0; row < std::ssize(indices); ++row) {
      Generator own{.seed = 7, .stream = indices[static_cast<std::size_t>(row)]};
      words[row * time] = 1 + (by_example_ ? own : default_generator()).below(19);
    }
    return batch;
  }

 private:
  TaggedSequences data_ = tagging(39, 1);
  bool by_example_;
};

// For sentences with a certain word, a root whose value is 0, but whose gradient is not finite.
struct RootTagger : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 20, .embedding_dim = 8}};
  nn::Linear dense{this, "dense", 8, 3};

  Variable forward(const Batch& in) {
    const Variable x = embedding(in.tokens);
    const auto words = in.tokens.span<std::int64_t>();
    return dense(std::ranges::find(words, 19) != words.end() ? x + sqrt(x * 0) : x);
  }
};

// The logarithm of -1 for sentences with a certain word, multiplied by 0 so that it does nothing else.
struct LogarithmTagger : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 20, .embedding_dim = 8}};
  nn::Linear dense{this, "dense", 8, 3};
  std::int64_t bad_word = 19;

  Variable forward(const Batch& in) {
    const Variable x = embedding(in.tokens);
    const auto words = in.tokens.span<std::int64_t>();
    const bool bad = training() && std::ranges::find(words, bad_word) != words.end();
    return dense(bad ? x + log(x * 0 - 1) * 0 : x);
  }
};

// A gradient rule below other layers fails in the ninth backward pass, of one rank.
struct FailingTagger : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 20, .embedding_dim = 8}};
  nn::Linear hidden{this, "hidden", 8, 8}, dense{this, "dense", 8, 3};
  static inline thread_local bool fails = false;
  static inline thread_local int runs = 0;

  Variable forward(const Batch& in) {
    const Variable x = embedding(in.tokens);
    const auto rule = [](const Backward& b) -> Variables {
      if (fails && ++runs == 9) throw std::runtime_error("the rule fails");
      return {b.grad()};
    };
    return dense(hidden(record("failing", Where::here(), {x}, x.tensor(), {}, per_example(examples::SameOrder(), rule))));
  }
};

}  // namespace

TEST_CASE("ranks: data, options, seeds and weights that differ are an error that names both values") {
  struct Case {
    std::string text;
    std::function<void(SharedTraining&, FitOptions&)> change;
  };
  const std::vector<Case> cases{
      {"training examples: 38 ", [](SharedTraining& t, FitOptions&) { t.data = tagging(38, 1); }},
      {"training examples: 39 with the hash ", [](SharedTraining& t, FitOptions&) { t.data = tagging(39, 9); }},
      {"training examples: 39 with the hash ", [](SharedTraining& t, FitOptions&) { t.data = tagging(39, 1, 1); }},
      {"validation examples: 12 ", [](SharedTraining& t, FitOptions&) { t.dev = tagging(12, 2); }},
      {"validation examples: none, but rank 0 has 11 ", [](SharedTraining& t, FitOptions&) { t.with_dev = false; }},
      {"epochs: 4, but rank 0 has 3", [](SharedTraining&, FitOptions& o) { o.epochs = 4; }},
      {"batch_size: 9, but rank 0 has 8", [](SharedTraining&, FitOptions& o) { o.batch_size = 9; }},
      {"batch_tokens: 64, but", [](SharedTraining&, FitOptions& o) { o.batch_tokens = 64; }},
      {"shards: 16, but rank 0 has 8", [](SharedTraining&, FitOptions& o) { o.shards = 16; }},
      {"seed: 6, but rank 0 has 5", [](SharedTraining&, FitOptions& o) { o.seed = 6; }},
      {"accumulate: 2, but rank 0 has 1", [](SharedTraining&, FitOptions& o) { o.accumulate = 2; }},
      {"clip_norm: 1", [](SharedTraining&, FitOptions& o) { o.clip_norm = 1; }},
      {"normalization: example", [](SharedTraining&, FitOptions& o) { o.normalization = LossNormalization::example; }},
      {"average: 0.5", [](SharedTraining&, FitOptions& o) { o.average = 0.5; }},
      {"patience: 3", [](SharedTraining&, FitOptions& o) { o.patience = 3; }},
      {"not_finite: skip", [](SharedTraining&, FitOptions& o) { o.not_finite = NotFinite::skip; }},
      {"monitor: accuracy", [](SharedTraining&, FitOptions& o) { o.monitor = "accuracy"; }},
      {"schedule: cosine", [](SharedTraining&, FitOptions& o) { o.schedule = "cosine"; }},
      {"checkpoints: yes, but rank 0 has no", [](SharedTraining&, FitOptions& o) { o.checkpoint.path = "/nowhere/model"; }},
      {"scores: zero, but rank 0 has none",
       [](SharedTraining&, FitOptions& o) {
         o.scores = {{"zero", [] { return 0.0; }}};
       }},
      {"learning rate: 0.5",
       [](SharedTraining& t, FitOptions&) { t.optimizer = [] { return optim::Adam({.lr = 0.5}).clone(); }; }},
      {"optimizer: SGD, but rank 0 has Adam",
       [](SharedTraining& t, FitOptions&) { t.optimizer = [] { return optim::SGD({.lr = 3e-2}).clone(); }; }},
  };
  for (const Case& each : cases)
    for (int other : {1, 3}) {
      CAPTURE(each.text);
      check_ends(train_differently(4,
                                   [&](SharedTraining& training, FitOptions& options, int rank) {
                                     if (rank == other) each.change(training, options);
                                   }),
                 {"fit: rank " + std::to_string(other) + " has ", each.text, "at shared_training.h:"});
    }
  check_ends(ends_of_ranks(2,
                           [](ThreadRank& ranks) {
                             manual_seed(7 + static_cast<std::uint64_t>(ranks.rank()));
                             test::Tagger model;
                             Trainer trainer(model, optim::SGD(), nn::CrossEntropy());
                             trainer.fit(tagging(9, 1), {.shards = 2, .communicator = &ranks, .progress = false});
                           }),
             {"fit: rank 1 has hash of the "});
  check_ends(ends_of_ranks(4,
                           [](ThreadRank& ranks) {
                             if (ranks.rank() == 2) ranks.least_overlap = 8;
                             SharedTraining{"Adam"}.train(&ranks);
                           }),
             {"fit: rank 2 has overlaps_from: 8, but rank 0 has 1", "at shared_training.h:"});
}

TEST_CASE("ranks: their number is a power of two of at most the shards") {
  for (int count : {3, 6})
    check_ends(train_differently(count, [](SharedTraining&, FitOptions&, int) {}), {" ranks, which is not a power of two"});
  check_ends(train_differently(4, [](SharedTraining&, FitOptions& o, int) { o.shards = 2; }),
             {"fit: 4 ranks need ", "shards of at least 4, not 2"});
}

TEST_CASE("ranks: a rank that cannot read its data ends all, which name it") {
  for (bool ahead : {false, true})
    for (std::size_t bad : std::vector<std::size_t>{0, 17, 38}) {
      CAPTURE(ahead);
      CAPTURE(bad);
      const auto ends = ends_of_ranks(4, [&](ThreadRank& ranks) {
        manual_seed(7);
        test::Tagger model;
        Trainer trainer(model, optim::Adam(), nn::CrossEntropy());
        trainer.fit(Unreadable(bad, ahead), {.batch_size = 8, .shards = 8, .communicator = &ranks, .progress = false});
      });
      int failed = -1;
      for (int rank = 0; rank < 4; ++rank)
        if (!ends[static_cast<std::size_t>(rank)].for_another) failed = rank;
      check_failed(ends, failed, "train.tsv: line " + std::to_string(bad) + ": the disk is gone");
      CHECK_THROWS_AS(std::rethrow_exception(ends[static_cast<std::size_t>(failed)].failure), IoError);
    }
}

TEST_CASE("ranks: random numbers that batch() draws come from generators of the examples") {
  const auto train = [](Communicator* ranks, bool by_example) {
    manual_seed(7);
    test::Tagger model;
    Trainer trainer(model, optim::Adam(), nn::CrossEntropy());
    trainer.fit(Noisy(by_example), {.epochs = 1, .batch_size = 8, .shards = 8, .communicator = ranks, .progress = false});
    return test::weights_of(model);
  };
  const auto alone = train(nullptr, true);
  for (const auto& weights : test::results_of_ranks(4, [&](ThreadRank& ranks) { return train(&ranks, true); }))
    CHECK(test::same_bits(weights, alone));
  check_ends(ends_of_ranks(4, [&](ThreadRank& ranks) { train(&ranks, false); }),
             {"fit: batch() drew random numbers, but on several ranks it must depend only on the indices, at "});
}

TEST_CASE("ranks: a rank that cannot read its validation data ends all") {
  const auto ends = ends_of_ranks(2, [&](ThreadRank& ranks) {
    manual_seed(7);
    test::Tagger model;
    Trainer trainer(model, optim::Adam(), nn::CrossEntropy());
    trainer.fit(tagging(9, 1), Unreadable(5, true), {.shards = 2, .communicator = &ranks, .progress = false});
  });
  const std::string error = "train.tsv: line 5: the disk is gone";
  CHECK(ends[0].for_another != ends[1].for_another);
  check_failed(ends, ends[0].for_another ? 1 : 0, error);
}

TEST_CASE("ranks: a callback that fails ends all, and callbacks run on the first rank unless they ask for all") {
  struct Event {
    std::string text;
    std::function<void(Callback&)> set;
  };
  const auto fail = [](const auto&...) { throw std::runtime_error("no"); };
  const auto fails_bool = [](const auto&...) -> bool { throw std::runtime_error("no"); };
  const std::vector<Event> events{
      {"on_start", [&](Callback& c) { c.on_start = fail; }},       {"on_update", [&](Callback& c) { c.on_update = fail; }},
      {"stop", [&](Callback& c) { c.stop = fails_bool; }},         {"on_best", [&](Callback& c) { c.on_best = fail; }},
      {"on_epoch", [&](Callback& c) { c.on_epoch = fails_bool; }}, {"on_end", [&](Callback& c) { c.on_end = fail; }}};
  for (const Event& event : events)
    for (int bad : {0, 1}) {
      CAPTURE(event.text);
      CAPTURE(bad);
      const auto ends = train_differently(4, [&](SharedTraining&, FitOptions& o, int rank) {
        Callback callback{.on_every_rank = bad > 0};
        if (rank == bad) event.set(callback);
        o.callbacks = {callback};
      });
      check_failed(ends, bad, "no");
    }
}

TEST_CASE("ranks: if on_start fails, every rank keeps the whole state of the optimizer") {
  for (const int kept : test::results_of_ranks(4, [](ThreadRank& ranks) -> int {
         manual_seed(7);
         test::Tagger model;
         Trainer trainer(model, optim::Adam(), nn::CrossEntropy());
         const auto data = tagging(9, 1);
         FitOptions options{.epochs = 1, .shards = 4, .communicator = &ranks, .progress = false};
         trainer.fit(data, options);
         const auto before = trainer.optimizer().state();
         options.callbacks = {{.on_start = [](const History&) { throw std::runtime_error("no"); }}};
         CHECK_THROWS(trainer.fit(data, options));
         const auto after = trainer.optimizer().state();
         return std::equal(before.begin(), before.end(), after.begin(), after.end(), [](const auto& a, const auto& b) {
           return a.first == b.first && a.second.shape() == b.second.shape() && equal_bits(a.second, b.second);
         });
       }))
    CHECK(kept);
}

TEST_CASE("ranks: a callback that changes the weights of one rank alone is an error on all, unless it runs on every rank") {
  for (const bool on_every_rank : {false, true}) {
    const auto ends = ends_of_ranks(4, [&](ThreadRank& ranks) {
      manual_seed(7);
      test::Tagger model;
      Trainer trainer(model, optim::Adam(), nn::CrossEntropy());
      const auto halve = [&](const UpdateRecord&) {
        for (nn::Parameter* parameter : model.parameters()) copy_to(parameter->tensor(), parameter->tensor() * 0.5);
      };
      trainer.fit(tagging(9, 1), {.epochs = 2,
                                  .shards = 4,
                                  .communicator = &ranks,
                                  .progress = false,
                                  .callbacks = {{.on_update = halve, .on_every_rank = on_every_rank}}});
    });
    if (!on_every_rank)
      check_ends(ends, {"fit: in epoch 1 rank 1 has other weights than rank 0; a callback that changes the model needs "});
    for (const RankEnd& end : ends) CHECK((end.failure == nullptr) == on_every_rank);
  }
}

TEST_CASE("ranks: a checkpoint that cannot be written ends all, at the start or in the middle") {
  TemporaryFolder folder;
  const std::string missing = folder / "missing/model";
  const auto at_start = train_differently(4, [&](SharedTraining&, FitOptions& o, int) { o.checkpoint.path = missing; });
  for (int rank = 0; rank < 4; ++rank) {
    const RankEnd& end = at_start[static_cast<std::size_t>(rank)];
    CHECK(end.for_another == (rank > 0));
    CHECK(end.error.find(missing) != std::string::npos);
  }
  std::filesystem::create_directory(folder / "missing");
  const auto remove = [&](const UpdateRecord& update) {
    if (update.update == 3) std::filesystem::remove_all(folder / "missing");
  };
  const auto later = train_differently(4, [&](SharedTraining&, FitOptions& o, int) {
    o.checkpoint = {.path = missing, .every = TrainingTime::parse("3u")};
    o.callbacks = {{.on_update = remove}};
  });
  for (int rank = 0; rank < 4; ++rank) {
    const RankEnd& end = later[static_cast<std::size_t>(rank)];
    CAPTURE(end.error);
    CHECK(end.for_another == (rank > 0));
    CHECK(end.error.find((rank > 0 ? "rank 0: " : "") + missing + ".000000003.checkpoint: cannot create") == 0);
  }
}

TEST_CASE("ranks: what the first rank's callback says ends training on all, and the others are not asked") {
  std::vector<int> calls(4), epochs(4);
  run_on_ranks(4, [&](ThreadRank& ranks) {
    const auto rank = static_cast<std::size_t>(ranks.rank());
    SharedTraining{"Adam"}.train(&ranks, [&](FitOptions& o) {
      o.epochs = 5;
      o.callbacks = {{.on_epoch =
                          [&, rank](const History& history) {
                            ++calls[rank];
                            return history.size() < 2;
                          }},
                     {.on_epoch =
                          [&, rank](const History&) {
                            ++epochs[rank];
                            return true;
                          },
                      .on_every_rank = true}};
    });
  });
  CHECK(calls == std::vector<int>{2, 0, 0, 0});
  CHECK(epochs == std::vector<int>(4, 2));
}

TEST_CASE("ranks: the first rank alone writes the log") {
  std::vector<std::string> logs(4);
  run_on_ranks(4, [&](ThreadRank& ranks) {
    std::ostringstream log;
    SharedTraining{"Adam"}.train(&ranks, [&](FitOptions& o) { o.log = &log; });
    logs[static_cast<std::size_t>(ranks.rank())] = log.str();
  });
  CHECK(logs[0].find("epoch 3") != std::string::npos);
  for (std::size_t rank = 1; rank < 4; ++rank) CHECK(logs[rank].empty());
}

TEST_CASE("ranks: a loss that is not finite stops all with the name of the op, whichever rank has the example") {
  // A rank's graph has as many examples as the rank.
  const auto without_shape = [](const std::string& error) {
    const std::size_t shape = error.find(" ["), end = error.find(']', shape);
    return error.substr(0, shape) + error.substr(std::min(end, error.size()));
  };
  std::string on_one;
  for (int count : {1, 2, 4, 8}) {
    CAPTURE(count);
    const auto ends = ends_of_ranks(count, [&](ThreadRank& ranks) {
      SharedTraining{"bad"}.train<LogarithmTagger>(&ranks, [](FitOptions& o) { o.batch_size = 4; });
    });
    check_ends(ends, {"fit: the loss is nan at step 1", "; log: ", "shared_errors_test.cpp:"});
    if (count == 1) on_one = ends[0].error;
    for (const RankEnd& end : ends) {
      CHECK(end.error == ends[0].error);
      CHECK(without_shape(end.error) == without_shape(on_one));
    }
  }
}

TEST_CASE("ranks: one bad example of an update is found on every rank that may have it") {
  std::vector<Sequence> words(8, {1, 2, 3}), tags(8, {0, 1, 2});
  for (std::size_t bad = 0; bad < 8; ++bad) {
    CAPTURE(bad);
    std::vector<Sequence> others = words;
    others[bad][1] = 19;
    const auto ends = ends_of_ranks(4, [&](ThreadRank& ranks) {
      SharedTraining training{"bad"};
      training.data = {others, tags};
      training.train<LogarithmTagger>(&ranks);
    });
    check_ends(ends, {"fit: the loss is nan at step 1", "; log: "});
    for (const RankEnd& end : ends) CHECK(end.error == ends[0].error);
  }
}

TEST_CASE("ranks: a gradient that is not finite stops all with the name of the op") {
  for (int count : {1, 2, 4, 8}) {
    CAPTURE(count);
    const auto ends = ends_of_ranks(count, [&](ThreadRank& ranks) {
      SharedTraining{"bad"}.train<RootTagger>(&ranks, [](FitOptions& o) { o.batch_size = 4; });
    });
    check_ends(ends, {"fit: the norm of the gradients is nan at step ", "; ", "sqrt", "shared_errors_test.cpp:"});
    for (const RankEnd& end : ends) CHECK(end.error == ends[0].error);
  }
}

TEST_CASE("ranks: a gradient rule that fails on one rank, after others have begun to exchange gradients, ends all") {
  for (int bad : {0, 3}) {
    CAPTURE(bad);
    std::atomic<std::size_t> sent_early = 0;
    const std::vector<RankEnd> ends = ends_of_ranks(4, [&](ThreadRank& ranks) {
      SharedTraining training{"Adam"};
      FailingTagger::fails = ranks.rank() == bad;
      FailingTagger::runs = 0;
      try {
        training.train<FailingTagger>(&ranks);
      } catch (...) {
        sent_early += ranks.sent_early;
        throw;
      }
    });
    check_failed(ends, bad, "the rule fails");
    CHECK(sent_early > 0);
  }
}

TEST_CASE("ranks: updates with a loss or a gradient that is not finite are skipped by all ranks") {
  SharedTraining training{"skipped", [](FitOptions& o) { o.not_finite = NotFinite::skip, o.batch_size = 3; }};
  training.check_any_ranks<LogarithmTagger>();
  training.check_any_ranks<RootTagger>();
  CHECK(training.train<RootTagger>(nullptr).history.find("\"skipped\":0") == std::string::npos);
  CHECK(training.train<LogarithmTagger>(nullptr).history.find("\"skipped\":0") == std::string::npos);
}

TEST_CASE("ranks: a parameter that gets no gradient on any rank is the same error on all") {
  struct Unused : test::Tagger {
    nn::Linear unused{this, "unused", 4, 5};
  };
  const auto ends = ends_of_ranks(4, [](ThreadRank& ranks) { SharedTraining{"unused"}.train<Unused>(&ranks); });
  check_ends(ends, {"unused.weight"});
  for (const RankEnd& end : ends) CHECK(end.error == ends[0].error);
}

TEST_CASE("ranks: ten skipped updates in a row are an error on all") {
  const auto ends = ends_of_ranks(4, [&](ThreadRank& ranks) {
    SharedTraining{"jump", [](FitOptions& o) { o.not_finite = NotFinite::skip, o.batch_size = 2; },
                   [] { return optim::SGD({.lr = 1e300}).clone(); }}
        .train(&ranks);
  });
  check_ends(ends, {", the 10th in a row; "});
  for (const RankEnd& end : ends) CHECK(end.error == ends[0].error);
}

TEST_CASE("ranks: a metric without a state cannot be computed in shards, and says so") {
  struct Stateless : Metric {
    std::string name() const override { return "stateless"; }
    void reset() override {}
    void add(const Tensor&, const Tensor&) override {}
    double value() const override { return 0; }
  };
  for (int count : {1, 2}) {
    const auto ends = ends_of_ranks(count, [](ThreadRank& ranks) {
      manual_seed(7);
      test::Tagger model;
      Trainer trainer(model, optim::SGD(), nn::CrossEntropy(), {std::make_shared<Stateless>()});
      trainer.fit(tagging(9, 1), {.shards = 2, .communicator = &ranks, .progress = false});
    });
    check_ends(ends, {"stateless: ", "a metric that is computed in shards needs state()"});
  }
}
