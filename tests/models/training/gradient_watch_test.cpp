// Weights that training would not change, and the lines that its errors name.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/engine/checkpoint.h>
#include <weft/models/classifier/attention_classifier.h>
#include <weft/models/seq2seq/seq2seq.h>
#include <weft/nn/module/module_list.h>
#include <weft/optim/sgd.h>

#include <doctest/doctest.h>

#include <optional>

#include "tests/models/training/tagging.h"

using namespace weft;
using test::same_bits, test::tagging, test::weights_of;

namespace {

const FitOptions quiet{.epochs = 2, .progress = false};

template <class Model>
std::string message(Model& model, const FitOptions& options = quiet, int* line = nullptr) {
  Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
  try {
    if (line) *line = __LINE__ + 1;
    trainer.fit(tagging(50, 1), options);
  } catch (const GradError& error) {
    return error.what();
  }
  return "";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Maps words to tags, with a middle layer that derived models create in different ways.
struct Base : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 20, .embedding_dim = 8}};
  nn::Linear dense{this, "dense", 8, 3};
};

struct RootLayer : Base {
  nn::Linear middle{nn::root, 8, 8};
  Variable forward(const Batch& in) { return dense(middle(embedding(in.tokens))); }
};

// A block that does not name its parent, so that its layers are unknown to the model.
struct Forgetful : nn::Module {
  nn::Linear first{this, "first", 8, 8};
  Forgetful(nn::Module*, const std::string&) {}
};
struct Forgotten : Base {
  Forgetful middle{this, "middle"};
  Variable forward(const Batch& in) { return dense(middle.first(embedding(in.tokens))); }
};

struct Scaled : Base {
  Variable scale = leaf(ones({8}));
  Variable forward(const Batch& in) { return dense(embedding(in.tokens) * scale); }
};

// Requests the gradient of its input, a leaf that lives for one batch.
struct InputGradient : Base {
  Variable forward(const Batch& in) {
    const Variable x = leaf(embedding(in.tokens).tensor());
    return dense(embedding(in.tokens)) + sum(x) * 1e-6;
  }
};

struct Unused : Base {
  nn::Linear spare{this, "spare", 8, 8};
  bool use = false;
  int calls = 0;
  Variable forward(const Batch& in) {
    const Variable x = embedding(in.tokens);
    return dense(use && ++calls == 2 ? spare(x) : x);  // in one batch of the epoch
  }
};

// Uses another layer from its second batch on.
struct LateLeaf : Base {
  nn::Linear middle{nn::root, 8, 8};
  int calls = 0;
  Variable forward(const Batch& in) {
    const Variable x = embedding(in.tokens);
    return dense(calls++ ? middle(x) : x);
  }
};

// Creates a new layer in each call, which learns nothing.
struct LocalLayer : Base {
  Variable forward(const Batch& in) { return dense(nn::Linear(nn::root, 8, 8)(embedding(in.tokens))); }
};

struct Checkpointed : Base {
  nn::Linear middle{this, "middle", 8, 8};
  bool kept = true;
  Variable forward(const Batch& in) {
    auto layers = [this](const std::vector<Variable>& x) { return std::vector<Variable>{dense(tanh(middle(x[0])))}; };
    const Variable x = embedding(in.tokens);
    return kept ? layers({x})[0] : checkpoint(layers, {x})[0];
  }
};

}  // namespace

TEST_CASE("fit: leaves that get gradients but are not parameters are errors that name them and the user's line") {
  RootLayer root;
  int line = 0;
  const std::string text = message(root, quiet, &line);
  CHECK(has(text, "fit: a leaf [8, 8] called \"weight\", which linear takes at gradient_watch_test.cpp:"));
  CHECK(has(text, "neither trained nor saved: build its layer with (this, name)"));
  CHECK(has(text, ", at gradient_watch_test.cpp:" + std::to_string(line)));
  LateLeaf late;
  CHECK(has(message(late), "a leaf [8, 8] called \"weight\""));
  LocalLayer local;
  CHECK(has(message(local), "a leaf [8, 8] called \"weight\""));
  Forgotten forgotten;
  CHECK(has(message(forgotten), "called \"first.weight\""));
  Scaled scaled;
  CHECK(has(message(scaled), "a leaf [8], which expand takes at gradient_watch_test.cpp:"));
  FitOptions declared = quiet;
  declared.other_leaves = {scaled.scale};
  CHECK(message(scaled, declared) == "");
  root.middle.weight.freeze();
  root.middle.bias.freeze();
  CHECK(message(root) == "");
  InputGradient input;
  CHECK(message(input) == "");
}

TEST_CASE("fit: parameters without a gradient in a whole epoch are an error that names them") {
  Unused model;
  CHECK(has(message(model), "got no gradient in a whole epoch, so they are not trained: \"spare.weight\", \"spare.bias\";"));
  FitOptions declared = quiet;
  declared.without_gradient = {"spare"};
  CHECK(message(model, declared) == "");
  model.use = true;
  CHECK(message(model) == "");  // a rare branch
  model.use = false;
  model.spare.weight.freeze();
  CHECK(has(message(model), "not trained: \"spare.bias\";"));
  model.spare.bias.freeze();
  CHECK(message(model) == "");
}

TEST_CASE("fit: parameters that the model got after the trainer was made are an error") {
  struct Growing : Base {
    std::optional<nn::Linear> late;
    Variable forward(const Batch& in) { return late ? dense((*late)(embedding(in.tokens))) : dense(embedding(in.tokens)); }
  } model;
  Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
  model.late.emplace(&model, "late", 8, 8);
  CHECK_THROWS_WITH_AS(trainer.fit(tagging(9, 1), quiet), doctest::Contains("the parameter \"late.weight\" gets a gradient but"),
                       GradError);
}

TEST_CASE("fit: layers inside checkpoint() are trained like others") {
  auto trained = [](bool kept) {
    manual_seed(5);
    Checkpointed model;
    model.kept = kept;
    CHECK(message(model) == "");
    return weights_of(model);
  };
  const std::vector<Tensor> outside = trained(true), inside = trained(false);
  REQUIRE(outside.size() == inside.size());
  for (std::size_t i = 0; i < outside.size(); ++i) CHECK(max_difference(outside[i], inside[i]) < 1e-5);
}

TEST_CASE("fit: errors of losses, metrics, options and groups name the user's line") {
  const Batch one{zeros({1, 1}, DType::i64), ones({1}, DType::i64)};
  struct Wide : Base {
    Variable forward(const Batch& in) { return dense(embedding(in.tokens)); }
  } model;
  auto at = [](int line) { return ", at gradient_watch_test.cpp:" + std::to_string(line); };
  auto failure = [](auto f) -> std::string {
    try {
      f();
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  Trainer classes(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy({.ignore_index = -1}), {metrics::accuracy()});
  const TaggedSequences wrong({{1}, {2}}, {{7}, {8}});
  CHECK(has(failure([&] { classes.fit(wrong, quiet); }), at(__LINE__)));
  CHECK(has(failure([&] { classes.evaluate(wrong); }), at(__LINE__)));
  Trainer each(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy({.reduction = Reduction::none}));
  const std::string none = failure([&] { each.fit(tagging(4, 1), quiet); });
  CHECK(has(none, "fit: the loss is Reduction::none, "));
  CHECK(has(none, "not one number, the mean over the targets" + at(__LINE__ - 2)));
  CHECK(has(failure([&] { each.evaluate(tagging(4, 1)); }), at(__LINE__)));
  Trainer numbers(model, optim::SGD({.lr = 0.1}), nn::MSE());
  CHECK(has(failure([&] { numbers.fit(tagging(4, 1), quiet); }), at(__LINE__)));
  const std::string monitor = failure([&] { classes.fit(wrong, wrong, {.monitor = "acuracy", .progress = false}); });
  CHECK(has(monitor, "no metric acuracy to monitor; did you mean \"accuracy\"?" + at(__LINE__ - 1)));
  CHECK(has(failure([&] { classes.fit(wrong, {.batch_size = 0}); }), at(__LINE__)));
  const std::string group =
      failure([&] { Trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy(), {}, {{.prefix = "embeding", .options = {}}}); });
  CHECK(has(group, "begins with \"embeding\"; did you mean \"embedding\"?" + at(__LINE__ - 1)));
  CHECK(has(failure([] { optim::Adam({.lr = -1}); }), at(__LINE__)));
  // weft's own models, whose forward is not in a file of the user's.
  AttentionClassifier classifier({.vocabulary = 4, .embedding_dim = 3, .classes = 2});
  Trainer texts(classifier, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
  const LabelledSequences unknown({{1, 9}}, {0});
  CHECK(has(failure([&] { texts.fit(unknown, quiet); }), "index 9 at position [0, 1] is outside 0..3" + at(__LINE__)));
  CHECK(has(failure([&] { texts.evaluate(unknown); }), at(__LINE__)));
  CHECK(has(failure([&] { texts.predict(unknown); }), at(__LINE__)));
  CHECK(has(failure([&] { classifier.forward({full({1, 1}, 9, DType::i64), ones({1}, DType::i64)}); }), at(__LINE__)));
  Seq2Seq translator({.source_vocabulary = 4, .target_vocabulary = 4, .embedding_dim = 3, .hidden = 2});
  Trainer sentences(translator, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
  const SequencePairs unheard({{9}}, {{1, 2}});
  CHECK(has(failure([&] { sentences.fit(unheard, quiet); }), at(__LINE__)));
  CHECK(has(failure([&] { sentences.evaluate(unheard); }), at(__LINE__)));
  // The op that made the loss NaN is inside the loss.
  struct Line : nn::Module {
    nn::Linear dense{this, "dense", 1, 1};
    Variable forward(const Tensor& x) { return dense(x); }
  } line;
  Trainer sums(line, optim::SGD({.lr = 0.1}), nn::MSE());
  const std::string not_finite = failure([&] { sums.fit(ones({1, 1}), full({1, 1}, NAN), quiet); });
  CHECK(has(not_finite, "sub: its result [1, 1] f32 has a NaN or an infinity" + at(__LINE__ - 1) + at(__LINE__ - 1)));
  CHECK(has(failure([] { optim::SGD({.lr = 1, .nesterov = true}); }), at(__LINE__)));
}
