// The options of fit(): accumulation, normalization, averages, schedules, callbacks, and numbers that are not finite.
#include <doctest/doctest.h>
#include <weft/autograd/basics/math.h>
#include <weft/models/data/batches.h>
#include <weft/optim/sgd.h>

#include <weft/tensor/array/copy.h>
#include <weft/tensor/reduction/reduce.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <limits>
#include <memory>
#include <sstream>

#include "tests/models/training/tagging.h"

using namespace weft;
using test::same_bits, test::seeded_tagger, test::Tagger, test::tagging, test::weights_of;

namespace {

FitOptions quiet(int epochs) { return {.epochs = epochs, .progress = false}; }

std::vector<Tensor> trained(const FitOptions& options, double rate = 0.1) {
  Tagger model = seeded_tagger();
  Trainer trainer(model, optim::SGD({.lr = rate}), nn::CrossEntropy());
  trainer.fit(tagging(24, 1), options);
  return weights_of(model);
}

double difference(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, max_difference(a[i], b[i]));
  return largest;
}

// Records the calls that its callback gets.
struct Recorder {
  std::vector<UpdateRecord> updates;
  std::vector<int> epochs, best;
  std::vector<std::string> calls;

  Callback callback() {
    return {.on_start = [this](const History& so_far) { calls.push_back("start " + std::to_string(so_far.size())); },
            .on_update = [this](const UpdateRecord& update) { updates.push_back(update), calls.push_back("update"); },
            .stop = [this] { return calls.push_back("stop?"), false; },
            .on_best = [this](const EpochRecord& epoch) { best.push_back(epoch.epoch), calls.push_back("best"); },
            .on_epoch =
                [this](const History& history) {
                  epochs.push_back(history.back().epoch), calls.push_back("epoch");
                  return epochs.size() < 3;
                },
            .on_end = [this](const History& history,
                             bool stopped) { calls.push_back(stopped ? "stopped" : "end " + std::to_string(history.size())); }};
  }
};

}  // namespace

TEST_CASE("fit: forward may take its input by a reference that is not const, with the same result") {
  struct InPlace : Tagger {
    Variable forward(Batch& in) {
      const Tensor tokens = std::move(in.tokens);
      in.tokens = tokens;
      return dense(embedding(tokens));
    }
  };
  manual_seed(7);
  InPlace model;
  Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
  trainer.fit(tagging(24, 1), quiet(1));
  CHECK(same_bits(weights_of(model), trained(quiet(1))));
}

TEST_CASE("fit: batches that are accumulated give the update of one large batch, however losses are normalized") {
  for (LossNormalization normalization : {LossNormalization::target, LossNormalization::example, LossNormalization::none}) {
    CAPTURE(to_string(normalization));
    FitOptions large = quiet(3), small = quiet(3);
    large.normalization = small.normalization = normalization;
    large.batch_size = 24;  // all examples: their order affects only rounding
    small.batch_size = 5;
    small.accumulate = 5;
    const double rate = normalization == LossNormalization::none ? 1e-3 : 0.1;
    CHECK(difference(trained(large, rate), trained(small, rate)) < 1e-6);
  }
}

TEST_CASE("fit: losses are divided as the normalization says") {
  TaggedSequences data = tagging(24, 1);
  std::int64_t words = 0;
  for (std::size_t i = 0; i < 24; ++i) words += data.length(i);
  FitOptions one = quiet(1);
  one.batch_size = 24;
  const std::vector<Tensor> before = weights_of(*std::make_unique<Tagger>(seeded_tagger()));
  auto change = [&](LossNormalization normalization, double rate) {
    one.normalization = normalization;
    return trained(one, rate);
  };
  // The same step, if the rate makes up for the divisor.
  const auto mean = change(LossNormalization::target, 0.1);
  CHECK(difference(mean, before) > 1e-4);
  CHECK(difference(change(LossNormalization::none, 0.1 / static_cast<double>(words)), mean) < 1e-7);
  CHECK(difference(change(LossNormalization::example, 0.1 * 24 / static_cast<double>(words)), mean) < 1e-7);
}

TEST_CASE("fit: batches by tokens hold no more than asked, and every example once") {
  std::vector<std::int64_t> lengths;
  Numbers numbers(3);
  for (int i = 0; i < 500; ++i) lengths.push_back(1 + numbers.below(40));
  lengths[17] = 300;  // forms a batch of its own
  std::vector<int> seen(lengths.size());
  double used = 0, padded = 0;
  for (const auto& batch : text::batches_by_length(lengths, {.batch_tokens = 200, .seed = 2, .epoch = 1})) {
    std::int64_t longest = 0;
    for (std::size_t i : batch) longest = std::max(longest, lengths[i]), ++seen[i], used += static_cast<double>(lengths[i]);
    CHECK((batch.size() == 1 || longest * std::ssize(batch) <= 200));
    padded += static_cast<double>(longest * std::ssize(batch));
  }
  CHECK(std::all_of(seen.begin(), seen.end(), [](int count) { return count == 1; }));
  CHECK(used / padded > 0.9);
  CHECK_THROWS_WITH_AS(text::batches_by_length(lengths, {.batch_tokens = -1}), "batches: batch_tokens is -1, not at least 0",
                       ValueError);
}

TEST_CASE("fit: the average of the weights is scored and kept") {
  FitOptions options = quiet(2);
  options.batch_size = 8;
  const std::vector<Tensor> start = weights_of(*std::make_unique<Tagger>(seeded_tagger()));
  // By hand: a += (1 - d) (p - a) after each of the 6 updates.
  std::vector<std::vector<double>> average;
  for (const Tensor& weight : start) average.emplace_back(weight.span<float>().begin(), weight.span<float>().end());
  Tagger model = seeded_tagger();
  auto by_hand = [&](const UpdateRecord& update) {
    const auto t = static_cast<double>(update.update);
    const double d = std::min(0.5, (1 + t) / (10 + t));
    const std::vector<Tensor> now = weights_of(model);
    for (std::size_t i = 0; i < now.size(); ++i)
      for (std::size_t j = 0; j < average[i].size(); ++j)
        average[i][j] += (1 - d) * (double(now[i].span<float>()[j]) - average[i][j]);
  };
  options.average = 0.5;
  options.callbacks = {{.on_update = by_hand}};
  Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
  History history = trainer.fit(tagging(24, 1), tagging(9, 2), options);
  const std::vector<Tensor> kept = weights_of(model);
  for (std::size_t i = 0; i < kept.size(); ++i)
    for (std::size_t j = 0; j < average[i].size(); ++j)
      CHECK(kept[i].span<float>()[j] == doctest::Approx(average[i][j]).epsilon(1e-5));
  CHECK(trainer.evaluate(tagging(9, 2)).loss == history.back().validation->loss);
}

TEST_CASE("fit: of epochs with equal accuracy the one with the lowest loss is the best") {
  Tagger model = seeded_tagger();
  Trainer trainer(model, optim::Adam({.lr = 0.1}), nn::CrossEntropy(), {metrics::accuracy()});
  FitOptions options = quiet(6);
  options.monitor = "accuracy";
  History history = trainer.fit(tagging(50, 1), tagging(20, 2), options);
  REQUIRE(history[4].validation->metric("accuracy") == 1);
  REQUIRE(history[5].validation->loss < history[4].validation->loss);
  CHECK(trainer.evaluate(tagging(20, 2)).loss == history[5].validation->loss);
}

TEST_CASE("fit: the rate falls on a plateau") {
  Tagger model = seeded_tagger();
  Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
  FitOptions options = quiet(6);
  options.plateau_factor = 0.5;
  options.plateau_patience = 1;
  History history = trainer.fit(tagging(50, 1), tagging(30, 2, 1), options);  // wrong tags: every epoch is worse
  std::vector<double> rates;
  for (const EpochRecord& record : history) rates.push_back(record.learning_rate);
  CHECK(rates == std::vector<double>{0.1, 0.1, 0.1, 0.05, 0.05, 0.025});
}

TEST_CASE("fit: callbacks are called at the start, at every update, epoch and best epoch, and at the end, and may end it") {
  Tagger model = seeded_tagger();
  Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
  Recorder recorder;
  FitOptions options = quiet(9);
  options.batch_size = 10;
  options.accumulate = 2;
  options.clip_norm = 1e-3;
  options.schedule = "constant";
  options.callbacks = {recorder.callback()};
  History history = trainer.fit(tagging(50, 1), tagging(20, 1), options);
  const std::vector<std::string> epoch{"update", "stop?", "update", "stop?", "update", "stop?", "best", "epoch"};
  std::vector<std::string> expected{"start 0"};
  for (int i = 0; i < 3; ++i) expected.insert(expected.end(), epoch.begin(), epoch.end());
  expected.push_back("end 3");
  CHECK(recorder.calls == expected);
  CHECK(recorder.epochs == std::vector<int>{1, 2, 3});
  CHECK(recorder.best == std::vector<int>{1, 2, 3});
  REQUIRE(recorder.updates.size() == 9);
  std::int64_t tokens = 0;
  double loss = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const UpdateRecord& update = recorder.updates[i];
    CHECK(update.update == static_cast<std::int64_t>(i) + 1);
    CHECK(update.epoch == 1);
    CHECK(update.learning_rate == 0.1);
    CHECK(update.gradient_norm > 1e-3);
    tokens += update.tokens;
    loss += update.loss * static_cast<double>(update.tokens);  // each word is a target
  }
  CHECK(tokens == history[0].tokens);
  CHECK(loss / static_cast<double>(tokens) == doctest::Approx(history[0].train.loss).epsilon(1e-9));
}

TEST_CASE("fit: a callback needs only the functions that it uses") {
  Tagger model = seeded_tagger();
  Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
  const TaggedSequences train = tagging(50, 1), dev = tagging(20, 1);
  std::ostringstream shown;
  std::streambuf* const before = std::cout.rdbuf(shown.rdbuf());
  auto print = [](const UpdateRecord& update) { std::cout << update.update << ' ' << update.loss << '\n'; };
  trainer.fit(train, dev, {.epochs = 10, .callbacks = {{.on_update = print}}});
  std::cout.rdbuf(before);
  const std::string text = shown.str();
  CHECK(std::count(text.begin(), text.end(), '\n') == 20);
  CHECK(text.starts_with("1 1."));
}

TEST_CASE("fit: a callback that evaluates in the middle of an epoch changes neither scores nor weights") {
  const TaggedSequences data = tagging(50, 1), dev = tagging(20, 2);
  auto run = [&](bool evaluates) {
    Tagger model = seeded_tagger();
    Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy(), {metrics::accuracy(), metrics::macro_f1()});
    FitOptions options = quiet(3);
    options.batch_size = 10;
    if (evaluates) options.callbacks = {{.on_update = [&](const UpdateRecord&) { trainer.evaluate(dev); }}};
    History history = trainer.fit(data, dev, options);
    for (EpochRecord& record : history) record.seconds = 0;
    return std::pair(to_json(history), weights_of(model));
  };
  const auto plain = run(false), evaluating = run(true);
  CHECK(plain.first == evaluating.first);
  CHECK(same_bits(plain.second, evaluating.second));
}

TEST_CASE("fit: an epoch's norm of the gradients is the largest of its updates, whichever that is") {
  Tagger model = seeded_tagger();
  Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
  Recorder recorder;
  FitOptions options = quiet(3);
  options.batch_size = 10;
  options.callbacks = {recorder.callback()};
  const History history = trainer.fit(tagging(50, 1), options);
  int last = 0;
  for (const EpochRecord& epoch : history) {
    double largest = 0, latest = 0;
    for (const UpdateRecord& update : recorder.updates)
      if (update.epoch == epoch.epoch) largest = std::max(largest, latest = update.gradient_norm);
    CHECK(epoch.gradient_norm == largest);
    last += largest == latest;
  }
  CHECK(last < std::ssize(history));  // the largest is not always the last one
}

TEST_CASE("fit: no update is longer than the clipped norm times the rate") {
  for (double clip : {0.05, 0.1, 0.2}) {
    Tagger model = seeded_tagger();
    const std::vector<Tensor> before = weights_of(model);
    Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
    FitOptions options = quiet(1);
    options.clip_norm = clip;
    options.schedule = "constant";
    options.batch_size = 50;
    const History history = trainer.fit(tagging(50, 1), options);
    REQUIRE(history[0].updates == 1);
    REQUIRE(history[0].gradient_norm > clip);
    double squares = 0;
    const std::vector<Tensor> after = weights_of(model);
    for (std::size_t i = 0; i < after.size(); ++i)
      squares += sum(square(cast(after[i], DType::f64) - cast(before[i], DType::f64))).item();
    CHECK(std::sqrt(squares) == doctest::Approx(0.1 * clip).epsilon(1e-5));
  }
}

TEST_CASE("fit: updates whose loss is not finite are skipped, and ten in a row are an error") {
  // From the third update on the loss is NaN, for `count` updates.
  auto fit = [](int count, Tagger& model) {
    int calls = 0;
    Trainer trainer(model, optim::SGD({.lr = 0.1}), [&calls, count](const Variable& logits, const Tensor& targets) {
      ++calls;
      const double factor = calls > 2 && calls <= 2 + count ? std::numeric_limits<double>::quiet_NaN() : 1;
      return nn::CrossEntropy()(logits, targets) * factor;
    });
    FitOptions options = quiet(3);
    options.batch_size = 10;
    options.not_finite = NotFinite::skip;
    return trainer.fit(tagging(50, 1), options);
  };
  Tagger model = seeded_tagger();
  History history = fit(4, model);
  CHECK(history[0].skipped == 3);
  CHECK(history[1].skipped == 1);
  CHECK(history[2].skipped == 0);
  CHECK(history.back().updates == 11);
  CHECK(std::isfinite(history.back().train.loss));
  CHECK_THROWS_WITH_AS(fit(10, model), doctest::Contains("fit: the loss is nan at step 3, the 10th in a row"), GradError);
}

TEST_CASE("fit: the op that made the NaN is named") {
  Tagger model = seeded_tagger();
  Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
  model.dense.bias.tensor().set({1}, std::numeric_limits<double>::quiet_NaN());
  try {
    trainer.fit(tagging(50, 1), quiet(1));
    FAIL("trained on NaN");
  } catch (const GradError& error) {
    const std::string message = error.what();
    CAPTURE(message);
    CHECK(message.starts_with("fit: the loss is nan at step 1; a lower learning rate or clip_norm may help; "));
    CHECK(message.find("linear") != std::string::npos);
  }
}
