// W1 and W1p: the classifier with its weights, batches and labels, from a fixed seed.
#pragma once

#include "workload.h"

#include <weft/models/classifier/attention_classifier.h>
#include <weft/nn/module/init.h>

namespace bench {

struct ClassifierSetup {
  static constexpr std::int64_t kTime = 200, kVocabulary = 10000, kClasses = 10;

  weft::AttentionClassifier model;
  std::vector<weft::Batch> batches;
  std::vector<weft::Tensor> labels;

  ClassifierSetup(weft::ClassifierAttention attention, std::int64_t batch)
      : model({.vocabulary = kVocabulary, .attention = attention}) {
    weft::Generator generator{1};
    weft::nn::initialize(model, weft::nn::init::keras(), generator);
    for (int i = 0; i < kBatches; ++i) {
      batches.push_back(zipf_batch(batch, kTime, kVocabulary, generator));
      labels.push_back(weft::randint(0, kClasses, {batch}, generator));
    }
  }

  weft::Variable logits(std::size_t i) { return model.forward(batches[i]); }
  const weft::Tensor& targets(std::size_t i) const { return labels[i]; }
};

}  // namespace bench
