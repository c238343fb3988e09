#include <doctest/doctest.h>
#include <weft/models/training/trainer.h>
#include <weft/nn/layers/embedding.h>
#include <weft/nn/layers/linear.h>
#include <weft/nn/layers/loss.h>
#include <weft/optim/adam.h>
#include <weft/optim/sgd.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/reduction/reduce.h>

#include <algorithm>
#include <limits>
#include <sstream>

#include "tests/models/training/tagging.h"

using namespace weft;
using test::same_bits, test::seeded_tagger, test::Tagger, test::tagging, test::weights_of;

namespace {

FitOptions quiet(int epochs) { return {.epochs = epochs, .progress = false}; }

// Tags that differ from those of tagging(): a model that learns the latter gets worse here with every epoch.
TaggedSequences wrong_tags() { return tagging(30, 2, 1); }

// Input of a type that weft does not know: two numbers a and b per example. The target is 2 a - b, or whether that is above 0.
struct Point {
  Tensor numbers;  // [batch, 2]
};
struct Line : nn::Module {
  nn::Linear dense{this, "dense", 2, 1};
  Variable forward(const Point& in) { return dense(in.numbers); }
};
class Points : public Data<Point> {
 public:
  explicit Points(bool classes) : classes_(classes) {}
  std::int64_t size() const override { return 50; }
  std::int64_t length(std::size_t) const override { return 1; }
  Example batch(std::span<const std::size_t> indices) const override {
    std::vector<float> numbers, targets;
    for (std::size_t i : indices) {
      const float a = static_cast<float>(i % 7) - 3, b = static_cast<float>(i % 5) - 2, y = 2 * a - b;
      numbers.insert(numbers.end(), {a, b});
      targets.push_back(classes_ ? float(y > 0) : y);
    }
    return {{tensor(numbers, {std::ssize(indices), 2})}, tensor(targets, {std::ssize(indices), 1})};
  }

 private:
  bool classes_;
};

}  // namespace

TEST_CASE("trainer: targets may be numbers, and data may be of a user's own type") {
  manual_seed(3);
  Line line;
  Trainer regression(line, optim::Adam({.lr = 0.1}), nn::MSE());
  History history = regression.fit(Points(false), Points(false), quiet(60));
  CHECK(history.back().tokens == 50);
  CHECK(history.back().validation->loss < 1e-4);
  CHECK(line.dense.weight.tensor().at({0, 0}) == doctest::Approx(2).epsilon(0.01));
  // The mean over all numbers, whatever the batches: with 50 examples the last batch of 7 is not full.
  line.dense.weight.tensor().set({0, 0}, 1);
  const Points points(false);
  auto all = points.batch([] {
    std::vector<std::size_t> indices(50);
    for (std::size_t i = 0; i < 50; ++i) indices[i] = i;
    return indices;
  }());
  CHECK(regression.evaluate(points).loss == doctest::Approx(mse_loss(line.forward(all.input), all.targets).item()));
  CHECK(equal_bits(regression.outputs(points, 7), line.forward(all.input).tensor()));

  Line judge;
  Trainer binary(judge, optim::Adam({.lr = 0.3}), nn::BCEWithLogits());
  CHECK(binary.fit(Points(true), quiet(80)).back().train.loss < 0.1);
}

TEST_CASE("trainer: the targets that count are those of the loss") {
  Tagger model = seeded_tagger();
  TaggedSequences data = tagging(31, 3);
  const Tensor class_weights = tensor({1.0, 2.0, 0.5}, DType::f32);
  for (const CrossEntropyOptions& options : {CrossEntropyOptions{.class_weights = class_weights},
                                             CrossEntropyOptions{.ignore_index = 2, .class_weights = class_weights}}) {
    // The padding of tagging() is -100: with another ignored class each example is a batch of its own.
    const bool alone = options.ignore_index != kIgnored;
    double total = 0, weight = 0, right = 0, count = 0;
    for (std::size_t i = 0; i < 31; ++i) {
      auto example = data.batch(std::vector{i});
      Tensor logits = model.forward(example.input).tensor();
      CrossEntropyOptions sums = options;
      sums.reduction = Reduction::sum;
      total += cross_entropy(logits, example.targets, sums).item();
      for (std::int64_t t = 0; t < data.length(i); ++t) {
        auto tag = static_cast<std::int64_t>(example.targets.at({0, t}));
        if (tag == options.ignore_index) continue;
        weight += class_weights.at({tag});
        right += argmax(select(select(logits, 0, 0), 0, t)).item() == static_cast<double>(tag);
        count += 1;
      }
    }
    Scores scores = evaluate(model, data, nn::CrossEntropy(options), {metrics::accuracy()}, alone ? 1 : 8);
    CHECK(scores.loss == doctest::Approx(total / weight).epsilon(1e-6));
    CHECK(scores.metric("accuracy") == doctest::Approx(right / count));
  }
}

TEST_CASE("trainer: a small tagger learns one label per word and predicts in the data's order") {
  Tagger model = seeded_tagger();
  Trainer trainer(model, optim::Adam({.lr = 3e-2}), nn::CrossEntropy(), {metrics::accuracy(), metrics::macro_f1()});
  TaggedSequences train = tagging(300, 1), dev = tagging(50, 2);
  History history = trainer.fit(train, dev, quiet(8));
  REQUIRE(history.size() == 8);
  CHECK(history.front().epoch == 1);
  CHECK(history.back().train.loss < history.front().train.loss);
  CHECK(history.back().gradient_norm > 0);
  CHECK(history.back().tokens >= 300);
  Scores scores = trainer.evaluate(dev);
  CHECK(scores.metric("accuracy") == 1);
  CHECK(scores.metric("macro_f1") == 1);
  CHECK_THROWS_WITH_AS(scores.metric("bleu", {"a.cpp", 1}), "scores: there is no metric bleu, at a.cpp:1", ValueError);

  Tensor probabilities = trainer.predict(dev, 7);
  std::int64_t longest = 0;
  for (std::size_t i = 0; i < 50; ++i) longest = std::max(longest, dev.length(i));
  CHECK(probabilities.shape() == Shape{50, longest, 3});
  for (std::size_t i = 0; i < 50; ++i) {
    Tensor own = select(probabilities, 0, static_cast<std::int64_t>(i));
    auto example = dev.batch(std::vector{i});
    for (std::int64_t t = 0; t < dev.length(i); ++t) REQUIRE(argmax(select(own, 0, t)).item() == example.targets.at({0, t}));
    // A row does not depend on the batch that it was predicted in.
    CHECK(equal_bits(contiguous(slice(own, 0, 0, dev.length(i))),
                     contiguous(select(softmax(model.forward(example.input).tensor()), 0, 0))));
  }
  CHECK(equal_bits(trainer.predict(dev, 1), probabilities));
}

TEST_CASE("trainer: scores do not depend on the batch size") {
  Tagger model = seeded_tagger();
  TaggedSequences data = tagging(97, 3);
  const Metrics both{metrics::accuracy(), metrics::macro_f1()};
  Scores one = evaluate(model, data, nn::CrossEntropy(), both, 1);
  for (std::int64_t batch_size : {2, 7, 32, 97, 1000}) {
    Scores other = evaluate(model, data, nn::CrossEntropy(), both, batch_size);
    CHECK(other.metrics == one.metrics);
    CHECK(other.loss == doctest::Approx(one.loss).epsilon(1e-6));
  }
  // The mean over all words, padding not counted.
  double total = 0, count = 0;
  for (std::size_t i = 0; i < 97; ++i) {
    auto example = data.batch(std::vector{i});
    total += cross_entropy(model.forward(example.input).tensor(), example.targets, {.reduction = Reduction::sum}).item();
    count += static_cast<double>(data.length(i));
  }
  CHECK(one.loss == doctest::Approx(total / count).epsilon(1e-6));
}

TEST_CASE("trainer: ends with the weights of the best epoch, or of the last if restore_best is off") {
  for (bool restore : {true, false}) {
    Tagger model = seeded_tagger();
    Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
    std::vector<std::vector<Tensor>> weights;
    FitOptions options = quiet(4);
    options.restore_best = restore;
    options.callbacks = {{.on_epoch = [&](const History&) { return weights.push_back(weights_of(model)), true; }}};
    History history = trainer.fit(tagging(50, 1), wrong_tags(), options);
    REQUIRE(history.size() == 4);
    for (std::size_t i = 1; i < 4; ++i) REQUIRE(history[i].validation->loss > history[0].validation->loss);
    CHECK(same_bits(weights_of(model), weights[restore ? 0 : 3]));
    CHECK_FALSE(model.training());
  }
}

TEST_CASE("trainer: the best weights come back when training fails") {
  Tagger model = seeded_tagger();
  Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
  std::vector<Tensor> first;
  FitOptions options = quiet(4);
  auto break_second = [&](const History& history) {
    if (history.size() == 1) first = weights_of(model);
    if (history.size() == 2) model.dense.weight.tensor().set({0, 0}, std::numeric_limits<double>::quiet_NaN());
    return true;
  };
  options.callbacks = {{.on_epoch = break_second}};
  CHECK_THROWS_WITH_AS(trainer.fit(tagging(50, 1), wrong_tags(), options), doctest::Contains("fit: the loss is nan at step 5"),
                       GradError);
  CHECK(same_bits(weights_of(model), first));
}

TEST_CASE("trainer: stops when patience runs out, or when a callback ends it") {
  Tagger model = seeded_tagger();
  Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
  FitOptions options = quiet(20);
  options.patience = 3;
  CHECK(trainer.fit(tagging(50, 1), wrong_tags(), options).size() == 4);
  options.callbacks = {{.on_epoch = [](const History& history) { return history.size() < 2; }}};
  CHECK(trainer.fit(tagging(50, 1), options).size() == 2);
  CHECK(trainer.fit(tagging(50, 1), quiet(0)).empty());
}

TEST_CASE("trainer: groups have rates of their own, and the first that matches applies") {
  Tagger model = seeded_tagger();
  std::vector<Tensor> before = weights_of(model);
  Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy(), {},
                  {{"dense.weight", {.learning_rate_scale = 0}}, {"dense", {.learning_rate_scale = 1}}});
  trainer.fit(tagging(50, 1), quiet(1));
  std::vector<Tensor> after = weights_of(model);
  CHECK_FALSE(equal_bits(after[0], before[0]));  // embedding.weight
  CHECK(equal_bits(after[1], before[1]));        // dense.weight
  CHECK_FALSE(equal_bits(after[2], before[2]));  // dense.bias
  auto make = [&] { Trainer(model, optim::SGD(), nn::CrossEntropy(), {}, {{"lstm.", {}}}); };
  CHECK_THROWS_WITH_AS(make(), doctest::Contains("trainer: no parameter's path begins with \"lstm.\", at trainer_test.cpp:"),
                       ValueError);
}

TEST_CASE("trainer: frozen parameters do not change") {
  Tagger model = seeded_tagger();
  model.embedding.weight.freeze();
  std::vector<Tensor> before = weights_of(model);
  Trainer trainer(model, optim::Adam(), nn::CrossEntropy());
  trainer.fit(tagging(50, 1), quiet(1));
  CHECK(equal_bits(weights_of(model)[0], before[0]));
  CHECK_FALSE(equal_bits(weights_of(model)[1], before[1]));
}

TEST_CASE("trainer: the schedule scales the optimizer's rate step by step, clipping reports the norm") {
  Tagger model = seeded_tagger();
  Trainer trainer(model, optim::SGD({.lr = 0.5}), nn::CrossEntropy());
  FitOptions options = quiet(2);
  options.batch_size = 10;
  std::vector<std::int64_t> steps;
  options.schedule = [&](std::int64_t step) { return steps.push_back(step), step == 9 ? 0.25 : 1.0; };
  options.clip_norm = 1e-9;
  std::vector<Tensor> before = weights_of(model);
  History history = trainer.fit(tagging(50, 1), options);
  CHECK(steps == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  CHECK(trainer.optimizer().learning_rate() == 0.5);
  CHECK(history[0].gradient_norm > 0.01);
  CHECK(max_difference(weights_of(model)[0], before[0]) < 1e-8);
}

TEST_CASE("trainer: a second fit starts its schedule and its rate from the beginning") {
  Tagger model = seeded_tagger();
  Trainer trainer(model, optim::SGD({.lr = 0.5}), nn::CrossEntropy());
  FitOptions options = quiet(1);
  options.batch_size = 10;
  std::vector<std::int64_t> steps;
  options.schedule = [&](std::int64_t step) { return steps.push_back(step), step == 4 ? 0.0 : 1.0; };
  trainer.fit(tagging(50, 1), options);
  std::vector<Tensor> before = weights_of(model);
  trainer.fit(tagging(50, 1), options);
  CHECK(steps == std::vector<std::int64_t>{0, 1, 2, 3, 4, 0, 1, 2, 3, 4});
  CHECK(max_difference(weights_of(model)[0], before[0]) > 1e-3);
  options.schedule = {};
  before = weights_of(model);
  trainer.optimizer().set_learning_rate(0.25);
  trainer.fit(tagging(50, 1), options);
  CHECK(trainer.optimizer().learning_rate() == 0.25);
  CHECK(max_difference(weights_of(model)[0], before[0]) > 1e-3);
}

TEST_CASE("trainer: weights that are not finite after the last step are an error") {
  for (bool with_dev : {true, false}) {
    Tagger model = seeded_tagger();
    // One step: its loss is that of good weights.
    Trainer trainer(model, optim::SGD({.lr = 1e300}), nn::CrossEntropy());
    auto fit = [&] { with_dev ? trainer.fit(tagging(5, 1), tagging(5, 2), quiet(3)) : trainer.fit(tagging(5, 1), quiet(3)); };
    CHECK_THROWS_WITH_AS(fit(), doctest::Contains("after epoch 1; lower the learning rate"), GradError);
  }
}

TEST_CASE("trainer: a parameter may be frozen or unfrozen between two calls of fit") {
  Tagger model = seeded_tagger();
  Trainer trainer(model, optim::Adam(), nn::CrossEntropy());
  auto changes = [&] {
    std::vector<Tensor> before = weights_of(model);
    trainer.fit(tagging(50, 1), quiet(1));
    return !equal_bits(weights_of(model)[0], before[0]);
  };
  CHECK(changes());
  model.embedding.weight.freeze();
  CHECK_FALSE(changes());
  model.embedding.weight.freeze(false);
  CHECK(changes());
  model = seeded_tagger();
  CHECK(changes());
}

TEST_CASE("trainer: the seed fixes the result") {
  auto trained = [](std::uint64_t seed) {
    Tagger model = seeded_tagger();
    Trainer trainer(model, optim::Adam(), nn::CrossEntropy());
    FitOptions options = quiet(2);
    options.seed = seed;
    trainer.fit(tagging(70, 1), options);
    return weights_of(model);
  };
  CHECK(same_bits(trained(1), trained(1)));
  CHECK_FALSE(same_bits(trained(1), trained(2)));
}

TEST_CASE("trainer: the log has a line per epoch") {
  Tagger model = seeded_tagger();
  Trainer trainer(model, optim::Adam(), nn::CrossEntropy(), {metrics::accuracy()});
  std::ostringstream log;
  FitOptions options = quiet(2);
  options.log = &log;
  trainer.fit(tagging(20, 1), tagging(10, 2), options);
  const std::string text = log.str();
  CHECK(std::count(text.begin(), text.end(), '\n') == 3);
  CHECK(text.ends_with("\nkept epoch 2, the last one: more epochs may do better\n"));
  for (const char* part : {"epoch 1/2  loss ", "epoch 2/2", "  accuracy ", "  dev_loss ", "  dev_accuracy ", " tokens/s\n"})
    CHECK(text.find(part) != std::string::npos);
}

TEST_CASE("trainer: options and data out of range are refused") {
  Tagger model = seeded_tagger();
  Trainer trainer(model, optim::Adam(), nn::CrossEntropy(), {metrics::accuracy()});
  TaggedSequences data = tagging(5, 1), none({}, {});
  auto fit = [&](auto change) {
    FitOptions options = quiet(1);
    change(options);
    trainer.fit(data, data, options);
  };
  CHECK_THROWS_WITH_AS(fit([](FitOptions& o) { o.epochs = -1; }), doctest::Contains("fit: epochs is -1, not at least 0"),
                       ValueError);
  CHECK_THROWS_WITH_AS(fit([](FitOptions& o) { o.batch_size = 0; }), doctest::Contains("fit: batch_size is 0, not at least 1"),
                       ValueError);
  CHECK_THROWS_WITH_AS(fit([](FitOptions& o) { o.monitor = "bleu"; }),
                       doctest::Contains("fit: the trainer has no metric bleu to monitor"), ValueError);
  CHECK_THROWS_WITH_AS(trainer.fit(none, quiet(1)), doctest::Contains("fit: there are no examples"), ValueError);
  CHECK_THROWS_WITH_AS(trainer.fit(data, none, quiet(1)), doctest::Contains("fit: there are no validation examples"), ValueError);
  CHECK_THROWS_WITH_AS(trainer.evaluate(none), doctest::Contains("evaluate: there are no examples"), ValueError);
  CHECK_THROWS_WITH_AS(trainer.predict(none), doctest::Contains("predict: there are no examples, at trainer_test.cpp:"),
                       ValueError);
  CHECK_THROWS_WITH_AS(fit([](FitOptions& o) { o.schedule = "cosin"; }), doctest::Contains("\"cosine\"?, at trainer_test.cpp:"),
                       ValueError);
  CHECK_THROWS_WITH_AS(
      fit([](FitOptions& o) { o.without_gradient = {"embeding"}; }),
      doctest::Contains("but no parameter's path begins with it; did you mean \"embedding\"?, at trainer_test.cpp:"), ValueError);
  CHECK_THROWS_WITH_AS(Trainer(model, optim::Adam(), nn::CrossEntropy(), {nullptr}),
                       doctest::Contains("trainer: a metric is null, at trainer_test.cpp:"), ValueError);
  for (double wrong : {-1.0, double(INFINITY), double(NAN)})
    CHECK_THROWS_WITH_AS(fit([=](FitOptions& o) { o.schedule = [=](std::int64_t) { return wrong; }; }),
                         doctest::Contains("at update 0; it must be finite and at least 0, at trainer_test.cpp:"), ValueError);
  CHECK_THROWS_WITH_AS(trainer.predict(data, 0), doctest::Contains("predict: batch_size is 0, not at least 1"), ValueError);
}

TEST_CASE("trainer: a loss that is a sum, or one number per target, is refused for batches of every size") {
  Tagger model = seeded_tagger();
  const TaggedSequences one({{1}}, {{2}});
  for (Reduction reduction : {Reduction::sum, Reduction::none}) {
    Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy({.reduction = reduction}));
    for (const TaggedSequences& data : {one, tagging(5, 1)}) {
      CHECK_THROWS_WITH_AS(trainer.fit(data, quiet(1)), doctest::Contains("fit: the loss is Reduction::"), ValueError);
      CHECK_THROWS_WITH_AS(trainer.evaluate(data),
                           doctest::Contains("not one number, the mean over the targets, at trainer_test"), ValueError);
    }
  }
}

TEST_CASE("trainer: an error during evaluation or prediction does not change the model's mode") {
  Tagger model = seeded_tagger();
  Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
  const TaggedSequences unknown({{1000000}}, {{1}});
  for (bool training : {true, false}) {
    model.train(training);
    CHECK_THROWS_AS(trainer.evaluate(unknown), IndexError);
    CHECK(model.training() == training);
    CHECK_THROWS_AS(trainer.predict(unknown), IndexError);
    CHECK(model.training() == training);
  }
}
