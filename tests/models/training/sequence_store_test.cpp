#include <weft/models/classifier/classify.h>
#include <weft/models/generated/generate_english_french.h>
#include <weft/models/generated/generate_labelled.h>
#include <weft/models/training/data.h>
#include <weft/models/training/sequence_store.h>
#include <weft/models/translator/translator.h>

#include <doctest/doctest.h>

#include "tests/environment.h"
#include "tests/models/distributed/thread_ranks.h"
#include "tests/numbers.h"
#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using test::read_file, test::TemporaryFolder;

namespace {

using Sequences = std::vector<std::vector<std::int64_t>>;

Sequences random_sequences(int count, std::int64_t longest) {
  Numbers numbers(3);
  Sequences sequences(static_cast<std::size_t>(count));
  for (auto& sequence : sequences) {
    const std::int64_t length = numbers.below(longest + 1);
    while (std::ssize(sequence) < length) sequence.push_back(numbers.below(1 << 20) - 100);
  }
  return sequences;
}

void check_equal(const SequenceStore& store, const Sequences& expected) {
  REQUIRE(store.size() == std::ssize(expected));
  std::int64_t different = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    different += store.length(i) != std::ssize(expected[i]);
    different += !std::equal(expected[i].begin(), expected[i].end(), store[i].begin(), store[i].end());
  }
  CHECK(different == 0);
}

}  // namespace

TEST_CASE("sequences come back as they were added, from memory and from the file") {
  const Sequences sequences = random_sequences(20000, 40);
  for (const std::size_t memory : {SequenceStore::kMemory, std::size_t{1} << 18, std::size_t{0}}) {
    CAPTURE(memory);
    SequenceStore store(memory);
    for (const auto& sequence : sequences) store.add(sequence);
    CHECK(store.in_memory() == (memory == SequenceStore::kMemory));
    check_equal(store, sequences);
    std::vector<std::size_t> all(sequences.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = (i * 7919) % all.size();
    store.prefetch(all);
    const SequenceStore moved = std::move(store);
    check_equal(moved, sequences);
  }
}

TEST_CASE("one sequence may be larger than the memory and than a segment") {
  Sequences sequences{{1, 2}, std::vector<std::int64_t>((std::size_t{1} << 22) + 5, 7), {}, {3}};
  sequences[1].back() = -9;
  for (const std::size_t memory : {std::size_t{1} << 20, SequenceStore::kMemory}) {
    SequenceStore store(memory);
    for (const auto& sequence : sequences) store.add(sequence);
    check_equal(store, sequences);
  }
}

TEST_CASE("ranks of a machine keep sequences once") {
  const Sequences sequences = random_sequences(20000, 40);
  for (const std::size_t memory : {SequenceStore::kMemory, std::size_t{1} << 18, std::size_t{0}}) {
    CAPTURE(memory);
    struct Kept {
      std::uint64_t fingerprint;
      bool in_memory;
      std::int64_t written;
    };
    const auto kept = test::results_of_ranks(4, [&](test::ThreadRank& ranks) {
      SequenceStore store(memory, &ranks);
      for (const auto& sequence : sequences) store.add(sequence);
      on_every_rank(&ranks, [] {});
      check_equal(store, sequences);
      const SequenceStore moved = std::move(store);
      check_equal(moved, sequences);
      on_every_rank(&ranks, [] {});
      // What the first rank changes, the others see.
      on_first_rank(&ranks, [&] { const_cast<std::int32_t&>(moved[3][0]) = 12345; });
      return Kept{moved.fingerprint(), moved.in_memory(), moved[3][0]};
    });
    SequenceStore alone(memory);
    for (const auto& sequence : sequences) alone.add(sequence);
    for (const Kept& each : kept) {
      CHECK(each.fingerprint == alone.fingerprint());
      CHECK(each.in_memory == alone.in_memory());
      CHECK(each.written == 12345);
    }
  }
}

TEST_CASE("ranks need a temporary file only for what does not fit into memory") {
  TemporaryFolder folder;
  const test::EnvironmentVariable missing("TMPDIR", folder / "missing");
  const Sequences sequences = random_sequences(2000, 40);
  const auto fill = [&](std::size_t memory) {
    return test::ends_of_ranks(2, [&](test::ThreadRank& ranks) {
      SequenceStore store(memory, &ranks);
      on_every_rank(&ranks, [&] {
        for (const auto& sequence : sequences) store.add(sequence);
      });
      check_equal(store, sequences);
      on_every_rank(&ranks, [] {});
    });
  };
  for (const test::RankEnd& end : fill(SequenceStore::kMemory)) CHECK(end.error.empty());
  const std::string error = "cannot make a temporary file in " + (folder / "missing") + ": No such file or directory";
  for (const std::size_t memory : {std::size_t{1} << 16, std::size_t{0}})
    for (const test::RankEnd& end : fill(memory)) CHECK(end.error == error);
}

TEST_CASE("ids that do not fit 32 bits are refused") {
  SequenceStore store;
  CHECK_THROWS_WITH_AS(store.add(std::vector<std::int64_t>{1, std::int64_t{1} << 31}),
                       "data: the id 2147483648 does not fit into 32 bits", ValueError);
  CHECK(store.size() == 0);
}

TEST_CASE("training from a file gives the same bits as training from memory") {
  TemporaryFolder folder;
  const auto texts = text::generate_labelled(400, 1);
  auto trained = [&](std::size_t data_memory) {
    ClassifierTraining options;
    options.vocabulary_size = 300;
    options.embedding_dim = 8;
    options.fit.epochs = 2;
    options.fit.progress = false;
    options.data_memory = data_memory;
    TextClassifier::train(texts, {}, options).save(folder / "classifier");
    return read_file(folder / "classifier");
  };
  CHECK(trained(0) == trained(SequenceStore::kMemory));

  const auto pairs = text::generate_pairs(200, 1, {.min_words = 3, .max_words = 8});
  auto translated = [&](std::size_t data_memory) {
    TranslatorTraining options;
    options.model.embedding_dim = 8;
    options.model.hidden = 16;
    options.fit.epochs = 1;
    options.fit.progress = false;
    options.data_memory = data_memory;
    Translator::train(pairs, {}, options).save(folder / "translator");
    return read_file(folder / "translator");
  };
  CHECK(translated(0) == translated(SequenceStore::kMemory));
}

TEST_CASE("data made of stores gives the same batches as data made of lists, and refuses what does not fit") {
  const Where at{"a.cpp", 4};
  auto stored = [](const Sequences& sequences) {
    SequenceStore store(0);
    for (const auto& sequence : sequences) store.add(sequence);
    return store;
  };
  const Sequences sources{{5, 6, 7}, {8}}, targets{{2, 10, 3}, {2, 11, 12, 3}};
  const std::vector<std::size_t> both{1, 0};
  const SequencePairs pairs = SequencePairs::from_stores(stored(sources), stored(targets));
  CHECK(pairs.read_ahead());
  const auto expected = SequencePairs(sources, targets).batch(both), found = pairs.batch(both);
  auto same = [](const Tensor& a, const Tensor& b) {
    return a.shape() == b.shape() &&
           std::equal(a.span<std::int64_t>().begin(), a.span<std::int64_t>().end(), b.span<std::int64_t>().begin());
  };
  CHECK(same(found.input.source.tokens, expected.input.source.tokens));
  CHECK(same(found.input.target.tokens, expected.input.target.tokens));
  CHECK(same(found.targets, expected.targets));
  const LabelledSequences labelled = LabelledSequences::from_store(stored(sources), {1, 0});
  CHECK(labelled.read_ahead());
  CHECK_FALSE(LabelledSequences(sources, {1, 0}).read_ahead());
  CHECK_FALSE(SequencePairs(sources, targets).read_ahead());
  CHECK(same(labelled.batch(both).input.tokens, LabelledSequences(sources, {1, 0}).batch(both).input.tokens));
  CHECK_THROWS_WITH_AS(LabelledSequences::from_store(stored(sources), {1}, at), "data: 2 sequences and 1 labels, at a.cpp:4",
                       ShapeError);
  CHECK_THROWS_WITH_AS(SequencePairs::from_stores(stored(sources), stored({{2, 3}}), at),
                       "data: 2 sources and 1 targets, at a.cpp:4", ShapeError);
}
