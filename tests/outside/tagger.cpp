// A model that weft does not ship: a bidirectional LSTM that labels each word.
//
// The task needs both directions. A text is a sequence of digits with one mark. The label of a digit before the mark says whether
// it is even, that of a digit after the mark whether it is above 4, and that of the mark whether more digits precede it than
// follow it.
#include "my_ops.h"

#include <weft/models.h>

#include <iostream>
#include <random>

namespace {

using namespace weft;

constexpr std::int64_t kMark = 11;  // 1 to 10 are the digits; 0 is padding
constexpr std::int64_t kWords = 12;

struct Tagger : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = kWords, .embedding_dim = 16}};
  nn::LSTM lstm{this, "lstm", {.input_size = 16, .hidden_size = 24, .bidirectional = true}};
  nn::Linear dense{this, "dense", 48, 32};
  nn::Linear labels{this, "labels", 32, 2};

  Variable forward(const Batch& in) {
    Variable x = lstm(embedding(in.tokens), in.lengths).output;  // [batch, time, 48]
    return labels(swish(dense(x)));                              // [batch, time, labels]
  }
};

struct Texts {
  std::vector<Sequence> words, labels;
};

Texts generate(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  auto below = [&](std::int64_t n) { return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n)); };
  Texts texts;
  for (std::size_t i = 0; i < count; ++i) {
    std::int64_t length = 3 + below(12), mark = below(length);
    Sequence words, labels;
    for (std::int64_t t = 0; t < length; ++t) {
      std::int64_t digit = below(10);
      words.push_back(t == mark ? kMark : digit + 1);
      labels.push_back(t < mark ? digit % 2 == 0 : t > mark ? digit > 4 : 2 * mark > length - 1);
    }
    texts.words.push_back(words);
    texts.labels.push_back(labels);
  }
  return texts;
}

}  // namespace

int main() {
  manual_seed(1);
  Texts train = generate(2000, 1), dev = generate(200, 2), test = generate(200, 3);
  TaggedSequences test_data(test.words, test.labels);

  Tagger tagger;
  Trainer trainer(tagger, optim::Adam({.lr = 1e-2}), nn::CrossEntropy(), {metrics::accuracy()});
  trainer.fit(TaggedSequences(train.words, train.labels), TaggedSequences(dev.words, dev.labels),
              {.epochs = 8, .batch_size = 32, .log = &std::cout, .progress = false});

  double accuracy = trainer.evaluate(test_data).metric("accuracy");
  Tensor probabilities = trainer.predict(test_data);  // [texts, time, labels]
  std::cout << "accuracy " << accuracy << ", probabilities " << probabilities.shape() << '\n';
  bool labelled = probabilities.size(0) == test_data.size() && probabilities.size(2) == 2;
  return labelled && accuracy > 0.97 ? 0 : 1;
}
