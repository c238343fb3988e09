#include <weft/models.h>

#include <iostream>

using namespace weft;

struct Classifier : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 500, .embedding_dim = 32}};
  nn::AttentionPooling attention{this, "attention", 32, 32};
  nn::Linear dense{this, "dense", 32, 2};

  Variable forward(const Batch& in) {
    Variable x = embedding(in);              // [batch, time, dim]
    return dense(attention(x, in.lengths));  // [batch, classes]
  }
};

int main() {
  manual_seed(1);
  Tensor ids = randint(0, 500, {3000, 12});              // 3000 texts of 12 words
  Tensor labels = cast(min(ids, {1}) < 25, DType::i64);  // the task: does one of the words 0 to 24 occur?
  LabelledSequences train(slice(ids, 0, 0, 2500), slice(labels, 0, 0, 2500));
  LabelledSequences test(slice(ids, 0, 2500), slice(labels, 0, 2500));

  Classifier model;
  std::cout << nn::summary(model);
  Trainer trainer(model, optim::Adam({.lr = 1e-2}), nn::CrossEntropy(), {metrics::accuracy()});
  trainer.fit(train, test, {.epochs = 5, .log = &std::cout});
  std::cout << trainer.predict(test) << '\n';
}
