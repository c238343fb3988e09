// Gradients of a batch of pairs in one graph have the bits of its shards' own gradients, whatever their padding.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/fused/cross_entropy.h>
#include <weft/models/seq2seq/seq2seq.h>
#include <weft/nn/module/init.h>
#include <weft/tensor/arithmetic/example_draws.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/reduction/reduce.h>

#include "tests/autograd/engine/shard_check.h"
#include "tests/models/seq2seq/seq2seq_checks.h"
#include "tests/numbers.h"

using namespace weft;

namespace {

constexpr std::int64_t kExamples = 11;

// Pairs of different lengths, without padding beyond the longest of the examples.
struct Pairs {
  Tensor source, target, next, source_lengths, target_lengths;

  explicit Pairs(Numbers& random)
      : source(random.indices({kExamples, 9}, 11)),
        target(random.indices({kExamples, 8}, 9)),
        next(random.indices({kExamples, 8}, 9)),
        source_lengths(random.indices({kExamples}, 9)),
        target_lengths(random.indices({kExamples}, 8)) {
    for (Tensor* lengths : {&source_lengths, &target_lengths})
      for (std::int64_t i = 0; i < kExamples; ++i) lengths->set({i}, lengths->at({i}) + 1);
    for (std::int64_t i = 0; i < kExamples; ++i)
      for (auto t = static_cast<std::int64_t>(target_lengths.at({i})); t < 8; ++t) next.set({i, t}, -100);
  }

  static Tensor cut(const Tensor& all, const Tensor& lengths, std::int64_t begin, std::int64_t end) {
    const auto longest = static_cast<std::int64_t>(max(slice(lengths, 0, begin, end)).item());
    return contiguous(slice(slice(all, 0, begin, end), 1, 0, longest));
  }
  static Tensor of(const Tensor& lengths, std::int64_t begin, std::int64_t end) {
    return contiguous(slice(lengths, 0, begin, end));
  }
  PairBatch batch(std::int64_t begin, std::int64_t end) const {
    return {{cut(source, source_lengths, begin, end), of(source_lengths, begin, end)},
            {cut(target, target_lengths, begin, end), of(target_lengths, begin, end)}};
  }
  Tensor alignment(std::int64_t begin, std::int64_t end) const {
    const PairBatch own = batch(begin, end);
    Tensor all = zeros({end - begin, own.target.tokens.size(1), own.source.tokens.size(1)});
    for (std::int64_t i = 0; i < end - begin; ++i) all.set({i, 0, 0}, static_cast<double>(begin + i + 1));
    return all;
  }
  Tensor targets(std::int64_t begin, std::int64_t end) const { return cut(next, target_lengths, begin, end); }
};

std::vector<Variable> leaves_of(nn::Module& model) {
  std::vector<Variable> leaves;
  for (nn::Parameter* parameter : model.parameters()) leaves.push_back(parameter->variable());
  return leaves;
}

}  // namespace

TEST_CASE("every encoder-decoder has the gradients of its shards") {
  Numbers random(1);
  const Pairs pairs(random);
  for (const auto& [name, options] : test::every_seq2seq()) {
    for (bool alignment : {false, true}) {
      Seq2SeqOptions changed = options;
      if (alignment && !options.has_attention()) continue;
      if (alignment) changed.alignment_loss = 0.5;
      if (options.coverage) changed.coverage_loss = 1;
      Seq2Seq model(changed);
      Generator generator{1};
      nn::initialize(model, nn::init::pytorch(), generator);
      const auto loss = [&](std::int64_t begin, std::int64_t end) {
        PairBatch batch = pairs.batch(begin, end);
        if (alignment) batch.alignment = pairs.alignment(begin, end);
        const ModelOutput out = model.forward_with_loss(batch);
        const Variable total = sum(cross_entropy(out.logits, pairs.targets(begin, end), {.reduction = Reduction::none}));
        return (out.extra_loss.defined() ? total + out.extra_loss : total) * 0.01;
      };
      for (std::int64_t shards : {2, 4, 8}) {
        const std::string where = name + ", " + std::to_string(shards) + " shards";
        CAPTURE(where);
        CHECK(shards_differ(leaves_of(model), even_shards(kExamples, shards), loss) == "");
      }
    }
  }
}

TEST_CASE("in training too, with dropout of every kind and sampled words, one graph has the gradients of the shards") {
  Numbers random(2);
  const Pairs pairs(random);
  for (auto [name, options] : test::every_seq2seq()) {
    if (options.layers > 2) continue;
    options.dropout = 0.3;
    options.source_word_dropout = options.target_word_dropout = 0.2;
    for (bool variational : {false, true}) {
      options.variational_dropout = variational;
      options.teacher_forcing.ratio = variational ? 0.5 : 1;
      manual_seed(3);
      Seq2Seq model(options);
      model.train();
      const auto loss = [&](std::int64_t begin, std::int64_t end) {
        const ExampleDraws draws(5, begin, end - begin);
        return sum(
            cross_entropy(model.forward(pairs.batch(begin, end)), pairs.targets(begin, end), {.reduction = Reduction::none}));
      };
      const std::string where = name + (variational ? ", variational" : "");
      CAPTURE(where);
      CHECK(shards_differ(leaves_of(model), even_shards(kExamples, 4), loss) == "");
    }
  }
}
