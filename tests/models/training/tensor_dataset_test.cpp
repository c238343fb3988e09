// Plain tensors, with classes or numbers as targets, for models that take ids and for models that take numbers.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/models/training/trainer.h>
#include <weft/nn/layers/embedding.h>
#include <weft/nn/layers/linear.h>
#include <weft/nn/layers/loss.h>
#include <weft/optim/adam.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/join.h>
#include <weft/tensor/reduction/reduce.h>

#include <doctest/doctest.h>

#include <set>
#include <vector>

#include "tests/tensor/files/temporary_folder.h"

using namespace weft;

namespace {

FitOptions quiet(int epochs) { return {.epochs = epochs, .batch_size = 16, .progress = false}; }

// The mean over a sentence of one number per word.
struct WordSum : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 10, .embedding_dim = 4}};
  nn::Linear dense{this, "dense", 4, 1};
  Variable forward(const Batch& in) { return squeeze(mean(dense(embedding(in.tokens)), {1}), 1); }  // [batch]
};

template <class Input>
struct Line : nn::Module {
  nn::Linear dense{this, "dense", 2, 1};
  Variable forward(const Input& x) { return dense(x); }
};

}  // namespace

TEST_CASE("labels that are numbers stay numbers: a regression on ids") {
  manual_seed(3);
  Generator generator{4};
  const Tensor ids = randint(0, 10, {200, 3}, generator);
  const Tensor labels = mean(cast(ids, DType::f32), {1}) * 0.1 + 0.05;  // as integers these would be zeros
  CHECK(equal_bits(LabelledSequences(ids, labels).batch(std::vector<std::size_t>{3, 1}).targets,
                   concat({slice(labels, 0, 3, 4), slice(labels, 0, 1, 2)})));
  WordSum model;
  Trainer trainer(model, optim::Adam({.lr = 0.05}), nn::MSE());
  trainer.fit(ids, labels, quiet(40));
  CHECK(trainer.evaluate(ids, labels).loss < 1e-3);
  const Tensor predicted = trainer.predict(ids);
  CHECK(max_difference(predicted, labels) < 0.2);
  CHECK(equal_bits(predicted, trainer.outputs(ids)));
  CHECK(LabelledSequences(ids, labels).fingerprint() != LabelledSequences(ids, labels + 1).fingerprint());
}

TEST_CASE("ids that are not whole numbers are an error that names the user's line") {
  WordSum model;
  Trainer trainer(model, optim::Adam(), nn::MSE());
  const Tensor ids = full({4, 2}, 1.5), labels = ones({4});
  std::string text;
  const int line = __LINE__ + 2;
  try {
    trainer.fit(ids, labels);
  } catch (const DtypeError& error) {
    text = error.what();
  }
  CHECK(text ==
        "data: ids are f32, not integers; numbers are for models whose forward takes a Tensor or a Variable, at "
        "tensor_dataset_test.cpp:" +
            std::to_string(line));
  CHECK_THROWS_AS(trainer.fit(zeros({4, 2}, DType::i64), ones({3})), ShapeError);
}

TEST_CASE_TEMPLATE("a model that takes numbers is trained, scored and run on plain tensors", Input, Tensor, Variable) {
  manual_seed(6);
  Generator generator{7};
  const Tensor x = normal({120, 2}, 0, 1, DType::f32, generator);
  const Tensor y = slice(x, 1, 0, 1) * 2 - slice(x, 1, 1, 2);
  Line<Input> model;
  Trainer trainer(model, optim::Adam({.lr = 0.1}), nn::MSE());
  trainer.fit(x, y, quiet(60));
  CHECK(trainer.evaluate(x, y).loss < 1e-4);
  CHECK(max_difference(trainer.predict(x), y) < 0.1);
  CHECK(equal_bits(trainer.predict(x, 7), trainer.predict(x)));

  const Tensor above = cast(greater(y, zeros({})), DType::f32);
  Line<Input> chances;
  Trainer other(chances, optim::Adam({.lr = 0.1}), nn::BCEWithLogits());
  other.fit(x, above, quiet(40));
  const Tensor p = other.predict(x);
  CHECK(equal_bits(p, sigmoid(other.outputs(x))));
  CHECK(mean(cast(equal(greater(p, full({}, 0.5)), greater(y, zeros({}))), DType::f32)).item() > 0.95);
}

TEST_CASE("data is hashed once if there are checkpoints, and otherwise not at all") {
  struct Counting : TensorDataset<Tensor> {
    using TensorDataset::TensorDataset;
    std::uint64_t fingerprint() const override { return ++hashed, TensorDataset::fingerprint(); }
    mutable int hashed = 0;
  };
  const Tensor x = normal({40, 2}), y = slice(x, 1, 0, 1);
  const Counting train(x, y), dev(x, y);
  Line<Tensor> model;
  Trainer trainer(model, optim::Adam(), nn::MSE());
  trainer.fit(train, dev, quiet(2));
  trainer.evaluate(train);
  trainer.predict(train);
  CHECK(train.hashed == 0);
  CHECK(dev.hashed == 0);
  test::TemporaryFolder folder;
  FitOptions options = quiet(2);
  options.checkpoint = {.path = folder / "model", .every = TrainingTime::parse("1u")};
  trainer.fit(train, dev, options);
  CHECK(train.hashed == 1);
  CHECK(dev.hashed == 1);
}

TEST_CASE("data of another dtype or shape, or with one other element, has another fingerprint") {
  auto fingerprint = [](const Tensor& inputs, const Tensor& targets) {
    return TensorDataset<Tensor>(inputs, targets).fingerprint();
  };
  const Tensor x = zeros({4, 6}), y = zeros({4}), one = concat({zeros({3, 6}), ones({1, 6})});
  const std::vector<std::uint64_t> all{fingerprint(x, y),
                                       fingerprint(cast(x, DType::i32), y),
                                       fingerprint(cast(x, DType::f64), y),
                                       fingerprint(reshape(x, {4, 3, 2}), y),
                                       fingerprint(reshape(x, {4, 2, 3}), y),
                                       fingerprint(x, cast(y, DType::f64)),
                                       fingerprint(x, cast(y, DType::i64)),
                                       fingerprint(x, reshape(y, {4, 1})),
                                       fingerprint(one, y),
                                       fingerprint(x, y + 1)};
  CHECK(std::set(all.begin(), all.end()).size() == all.size());
  CHECK(fingerprint(transpose(contiguous(transpose(one))), y) == fingerprint(one, y));
}

TEST_CASE("a checkpoint of tensors of another dtype is refused") {
  const Tensor x = normal({40, 2}), y = slice(x, 1, 0, 1);
  test::TemporaryFolder folder;
  Line<Tensor> model;
  Trainer trainer(model, optim::Adam(), nn::MSE());
  FitOptions options = quiet(2);
  options.checkpoint = {.path = folder / "model", .keep = 1, .resume = true};
  options.callbacks = {{.stop = [] { return true; }}};
  trainer.fit(TensorDataset<Tensor>(zeros({40, 2}), y), options);
  CHECK_THROWS_WITH_AS(trainer.fit(TensorDataset<Tensor>(zeros({40, 2}, DType::f64), y), options),
                       doctest::Contains("was written with training data"), ValueError);
}

TEST_CASE("classes of any integer dtype are classes") {
  struct Pair : nn::Module {
    nn::Linear dense{this, "dense", 2, 2};
    Variable forward(const Tensor& x) { return dense(x); }
  };
  const Tensor x = normal({60, 2});
  const Tensor classes = greater(slice(x, 1, 0, 1), zeros({}));
  std::vector<double> losses;
  for (const DType dtype : {DType::i64, DType::i32, DType::u8}) {
    manual_seed(8);
    Pair model;
    Trainer trainer(model, optim::Adam({.lr = 0.1}), nn::CrossEntropy(), {metrics::accuracy()});
    const Tensor targets = cast(reshape(classes, {60}), dtype);
    trainer.fit(x, targets, quiet(10));
    losses.push_back(trainer.evaluate(x, targets).loss);
  }
  CHECK(losses[0] == losses[1]);
  CHECK(losses[0] == losses[2]);
  CHECK(losses[0] < 0.5);
}
