// Training takes memory from the system while it sees its first batches, and none after that.
#include <doctest/doctest.h>
#include <weft/models/seq2seq/seq2seq.h>
#include <weft/models/training/trainer.h>
#include <weft/nn/layers/loss.h>
#include <weft/optim/adam.h>
#include <weft/tensor/memory/allocator.h>

#include "tests/numbers.h"

using namespace weft;

namespace {

constexpr std::int64_t kWords = 300;

Seq2Seq small_translator() {
  manual_seed(1);
  return Seq2Seq({.source_vocabulary = kWords, .target_vocabulary = kWords, .embedding_dim = 32, .hidden = 64});
}

Sequence sentence(std::int64_t length, Numbers& numbers) {
  Sequence words;
  while (std::ssize(words) < length) words.push_back(2 + numbers.below(kWords - 2));
  return words;
}

// Sentences of 1 to `longest` words.
SequencePairs sentences(int count, std::int64_t longest) {
  Numbers numbers(5);
  std::vector<Sequence> sources, targets;
  for (int i = 0; i < count; ++i) {
    const std::int64_t length = 1 + numbers.below(longest);
    sources.push_back(sentence(length, numbers));
    targets.push_back(sentence(length + 2, numbers));
  }
  return {sources, targets};
}

}  // namespace

TEST_CASE("steps of a seq2seq take no memory from the system after the first ones") {
  memory::trim();
  Seq2Seq model = small_translator();
  const SequencePairs pairs = sentences(16, 12);
  std::vector<std::size_t> all(16);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  const auto [input, targets] = pairs.batch(all);
  optim::Adam adam({.lr = 1e-3});
  std::vector<Variable> parameters;
  for (nn::Parameter* parameter : model.parameters()) parameters.push_back(parameter->variable());
  adam.add(parameters);
  const nn::CrossEntropy loss;
  std::int64_t blocks = 0, bytes = 0, live = 0;
  for (int i = 0; i < 90; ++i) {
    adam.zero_grad();
    loss(model.forward(input), targets).backward();
    adam.step();
    if (i > 10) CHECK(memory::stats().live_bytes == live);
    live = memory::stats().live_bytes;
    if (i >= 30) continue;  // by then, free blocks of earlier tests have been merged
    blocks = memory::stats().system_blocks;
    bytes = memory::stats().system_bytes;
  }
  CHECK(memory::stats().system_blocks == blocks);
  CHECK(memory::stats().system_bytes == bytes);
}

TEST_CASE("a second epoch with batches by length takes no memory from the system") {
  memory::trim();
  Seq2Seq model = small_translator();
  Trainer trainer(model, optim::Adam({.lr = 1e-3}), nn::CrossEntropy());
  std::vector<std::int64_t> blocks;
  auto note_blocks = [&](const History&) { return blocks.push_back(memory::stats().system_blocks), true; };
  trainer.fit(sentences(600, 25), sentences(100, 25), {.epochs = 3, .batch_size = 32, .callbacks = {{.on_epoch = note_blocks}}});
  REQUIRE(blocks.size() == 3);
  CHECK(blocks[1] == blocks[0]);
  CHECK(blocks[2] == blocks[0]);
}
