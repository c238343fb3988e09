#include <weft/models/classifier/attention_classifier.h>
#include <weft/models/training/trainer.h>
#include <weft/nn/layers/loss.h>
#include <weft/nn/module/init.h>
#include <weft/optim/adam.h>
#include <weft/tensor/arithmetic/random.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <thread>

#include "tests/numbers.h"
#include "tests/tensor/files/temporary_folder.h"

using namespace weft;

namespace {

using Indices = std::vector<std::size_t>;

// Examples of two words, which record the batches that are read and by which thread.
class Recorded : public Data<Batch> {
 public:
  explicit Recorded(bool ahead, std::size_t fails_at = std::numeric_limits<std::size_t>::max())
      : ahead_(ahead), fails_at_(fails_at) {}

  std::int64_t size() const override { return data_.size(); }
  std::int64_t length(std::size_t i) const override { return data_.length(i); }
  bool read_ahead() const override { return ahead_; }
  Example batch(std::span<const std::size_t> indices) const override {
    require<IoError>(asked.size() != fails_at_, "the disk is gone");
    asked.emplace_back(indices.begin(), indices.end());
    here += std::this_thread::get_id() == owner_;
    return data_.batch(indices);
  }

  mutable std::vector<Indices> asked;
  mutable int here = 0;  // number of calls from the thread that constructed the object

 private:
  static std::vector<Sequence> sequences() {
    Numbers numbers(3);
    std::vector<Sequence> all(20);
    for (Sequence& each : all) each = {numbers.below(8) + 2, numbers.below(8) + 2};
    return all;
  }
  LabelledSequences data_{sequences(), {0, 1, 0, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1, 0, 1, 1, 1, 0, 0}};
  bool ahead_;
  std::size_t fails_at_;
  std::thread::id owner_ = std::this_thread::get_id();
};

AttentionClassifier seeded_model() {
  manual_seed(5);
  AttentionClassifier model({.vocabulary = 10, .embedding_dim = 4, .classes = 2, .dropout = 0.1});
  nn::initialize(model, nn::init::keras(), default_generator());
  return model;
}

struct Trained {
  AttentionClassifier model = seeded_model();
  Trainer<AttentionClassifier> trainer{model, optim::Adam(), nn::CrossEntropy(), {metrics::accuracy()}};
};

}  // namespace

TEST_CASE("data that is read ahead is read by another thread, in the same order and with the same results") {
  const Recorded plain(false), ahead(true);
  std::vector<Tensor> predictions;
  for (const Recorded* data : {&plain, &ahead}) {
    Trained trained;
    const FitOptions options{.epochs = 3, .batch_size = 3, .accumulate = 2, .seed = 4, .progress = false};
    const History history = trained.trainer.fit(*data, *data, options);
    CHECK(history.size() == 3);
    predictions.push_back(trained.trainer.predict(*data, 8));
  }
  CHECK(plain.asked.size() == 3 * (7 + 1) + 3);  // batches of three epochs, of their scores, and of the prediction
  CHECK(ahead.asked == plain.asked);
  CHECK(plain.here == std::ssize(plain.asked));
  CHECK(ahead.here == 0);
  const auto one = predictions[0].span<float>(), other = predictions[1].span<float>();
  CHECK(std::equal(one.begin(), one.end(), other.begin(), other.end()));
}

TEST_CASE("an exception from reading a batch reaches the caller of fit, and a stopped training reads no more") {
  const Recorded broken(true, 4);
  Trained trained;
  int updates = 0;
  const FitOptions options{.epochs = 3, .batch_size = 3, .seed = 4, .progress = false};
  FitOptions counted = options;
  counted.callbacks = {{.stop = [&] { return ++updates, false; }}};
  CHECK_THROWS_WITH_AS(trained.trainer.fit(broken, counted), "the disk is gone", IoError);
  CHECK(updates == 4);

  const Recorded whole(true);
  FitOptions stopped = options;
  stopped.callbacks = {{.stop = [] { return true; }}};
  trained.trainer.fit(whole, stopped);
  CHECK(whole.asked.size() >= 1);
  CHECK(whole.asked.size() < 7);
}

TEST_CASE("an update takes its batches one by one, so that the next are read while it works") {
  // Two batches wait and one is being read.
  class Watched : public Recorded {
   public:
    Watched() : Recorded(true) {}
    mutable std::atomic<int> read{0};
    Example batch(std::span<const std::size_t> indices) const override { return ++read, Recorded::batch(indices); }
  };
  const Watched data;
  Trained trained;
  int most_ahead = 0, forwards = 0;
  Task task;
  for (std::int64_t i = 0; i < data.size(); ++i) task.lengths.push_back(2);
  task.read_ahead = true;
  task.read = [&](std::span<const std::size_t> indices) -> Task::Forward {
    const auto example = data.batch(indices);
    return {example.targets, [&, example] {
              most_ahead = std::max(most_ahead, data.read - ++forwards);
              return Task::Output{trained.model.forward(example.input), example.targets};
            }};
  };
  Learner learner(trained.model, optim::Adam(), nn::CrossEntropy());
  fit(learner, task, nullptr, {.epochs = 1, .batch_size = 1, .accumulate = 20, .progress = false});
  CHECK(forwards == 20);
  CHECK(most_ahead <= 3);
}

TEST_CASE("an exception from reading a batch reaches the callers of evaluate and predict") {
  const Recorded broken(true, 1);
  Trained trained;
  CHECK_THROWS_WITH_AS(trained.trainer.predict(broken, 8), "the disk is gone", IoError);
  const Recorded again(true, 0);
  CHECK_THROWS_WITH_AS(trained.trainer.evaluate(again), "the disk is gone", IoError);
}

TEST_CASE("a training whose data is read ahead resumes in the middle of an epoch with the same bits") {
  const Recorded data(true);
  const FitOptions options{.epochs = 2, .batch_size = 3, .accumulate = 2, .seed = 4, .progress = false};
  Trained undisturbed;
  undisturbed.trainer.fit(data, options);
  const Tensor expected = undisturbed.trainer.predict(data);
  for (int updates : {1, 3, 5}) {
    CAPTURE(updates);
    test::TemporaryFolder folder;
    FitOptions first = options;
    first.checkpoint.path = folder / "model";
    FitOptions second = first;
    first.callbacks = {{.stop = [left = updates]() mutable { return --left == 0; }}};
    second.checkpoint.resume = true;
    Trained{}.trainer.fit(data, first);
    CHECK(folder.files() == 1);
    Trained resumed;
    resumed.trainer.fit(data, second);
    const Tensor predicted = resumed.trainer.predict(data);
    CHECK(std::ranges::equal(predicted.span<float>(), expected.span<float>()));
  }
}
