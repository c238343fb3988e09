#include <doctest/doctest.h>
#include <weft/models/training/data.h>
#include <weft/models/training/evaluate.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/create.h>

using namespace weft;
using detail::concat_padded;

namespace {

Tensor i64(const Nested& numbers) { return tensor(numbers, DType::i64); }
using Indices = std::vector<std::size_t>;

}  // namespace

TEST_CASE("pad fills sequences with 0 up to the longest of a batch") {
  const std::vector<Sequence> sequences{{5, 6}, {7}, {}, {8, 9, 10}};
  Batch batch = pad(sequences, Indices{1, 0});
  CHECK(equal_bits(batch.tokens, i64({{7, 0}, {5, 6}})));
  CHECK(equal_bits(batch.lengths, i64({1, 2})));
  CHECK(batch.size() == 2);
  CHECK(equal_bits(pad_with(sequences, Indices{0, 3}, kIgnored), i64({{5, 6, -100}, {8, 9, 10}})));
  Batch empty = pad(sequences, Indices{2});
  CHECK(equal_bits(empty.tokens, i64({{0}})));
  CHECK(equal_bits(empty.lengths, i64({0})));
}

TEST_CASE("a batch with an index outside the data is an error") {
  const std::vector<Sequence> sequences{{5, 6}, {7}};
  CHECK_THROWS_WITH_AS(pad(sequences, Indices{0, 2}), "data: the index 2 is not in the range of 2 examples", IndexError);
  CHECK_THROWS_AS(pad_with(sequences, Indices{2}, 0), IndexError);
  CHECK_THROWS_WITH_AS(LabelledSequences(sequences, {1, 0}).batch(Indices{64}),
                       "data: the index 64 is not in the range of 2 examples", IndexError);
  CHECK_THROWS_AS(TaggedSequences(sequences, {{1, 1}, {0}}).batch(Indices{2}), IndexError);
  CHECK_THROWS_AS(SequencePairs(sequences, {{2, 3}, {2, 3}}).batch(Indices{2}), IndexError);
  CHECK_NOTHROW(pad(sequences, Indices{1, 1}));
}

TEST_CASE("labelled sequences give batches by index, from lists and from tensors") {
  LabelledSequences lists({{5, 6}, {7}, {8, 9, 10}}, {2, 0, 1});
  CHECK(lists.size() == 3);
  CHECK(lists.length(2) == 3);
  auto example = lists.batch(Indices{2, 1});
  CHECK(equal_bits(example.input.tokens, i64({{8, 9, 10}, {7, 0, 0}})));
  CHECK(equal_bits(example.input.lengths, i64({3, 1})));
  CHECK(equal_bits(example.targets, i64({1, 0})));
  for (DType dtype : {DType::i64, DType::i32}) {
    LabelledSequences tensors(tensor({{1, 2}, {3, 0}}, dtype), tensor({1, 0}, dtype));
    CHECK(tensors.length(1) == 2);
    CHECK(equal_bits(tensors.batch(Indices{1}).input.tokens, i64({{3, 0}})));
    CHECK(equal_bits(tensors.batch(Indices{0, 1}).targets, i64({1, 0})));
  }
}

TEST_CASE("tagged sequences: labels after a sequence's end are ignored") {
  TaggedSequences data({{5, 6}, {7}}, {{1, 2}, {3}});
  auto example = data.batch(Indices{0, 1});
  CHECK(equal_bits(example.input.tokens, i64({{5, 6}, {7, 0}})));
  CHECK(equal_bits(example.targets, i64({{1, 2}, {3, kIgnored}})));
  CHECK(data.length(0) == 2);
}

TEST_CASE("sequence pairs: the decoder reads the target and must predict its next word") {
  SequencePairs data({{5, 6, 7}, {8}}, {{2, 10, 3}, {2, 11, 12, 3}});
  auto example = data.batch(Indices{0, 1});
  CHECK(equal_bits(example.input.source.tokens, i64({{5, 6, 7}, {8, 0, 0}})));
  CHECK(equal_bits(example.input.source.lengths, i64({3, 1})));
  CHECK(equal_bits(example.input.target.tokens, i64({{2, 10, 0}, {2, 11, 12}})));
  CHECK(equal_bits(example.input.target.lengths, i64({2, 3})));
  CHECK(equal_bits(example.targets, i64({{10, 3, kIgnored}, {11, 12, 3}})));
  CHECK(data.length(1) == 4);
  CHECK(data.outputs(1) == 3);
}

TEST_CASE("data that does not fit together is refused with the user's line") {
  const Where at{"a.cpp", 4};
  CHECK_THROWS_WITH_AS(LabelledSequences({{1}, {2}}, {0}, at), "data: 2 sequences and 1 labels, at a.cpp:4", ShapeError);
  CHECK_THROWS_WITH_AS(LabelledSequences(zeros({2, 3}, DType::i64), zeros({3}, DType::i64), at),
                       "data: ids [2, 3] and labels [3]; they must have shapes [n, time] and [n], at a.cpp:4", ShapeError);
  CHECK_THROWS_WITH_AS(LabelledSequences(zeros({2}, DType::i64), zeros({2}, DType::i64), at),
                       "data: ids [2] and labels [2]; they must have shapes [n, time] and [n], at a.cpp:4", ShapeError);
  CHECK_THROWS_WITH_AS(TaggedSequences({{1}}, {{1}, {2}}, at), "data: 1 sequences and 2 label sequences, at a.cpp:4", ShapeError);
  CHECK_THROWS_WITH_AS(TaggedSequences({{1}, {1, 2}}, {{1}, {2}}, at), "data: sequence 1 has 2 tokens and 1 labels, at a.cpp:4",
                       ShapeError);
  CHECK_THROWS_WITH_AS(SequencePairs({{1}}, {}, at), "data: 1 sources and 0 targets, at a.cpp:4", ShapeError);
  CHECK_THROWS_WITH_AS(SequencePairs({{1}}, {{2}}, at), "data: a target has 1 ids; it must have <s> and </s>, at a.cpp:4",
                       ShapeError);
}

TEST_CASE("concat_padded joins rows and clears what is padding") {
  CHECK(equal_bits(concat_padded({tensor({{1, 2}}), tensor({{3, 4}, {5, 6}})}, {2, 2, 2}), tensor({{1, 2}, {3, 4}, {5, 6}})));
  CHECK(equal_bits(concat_padded({tensor({{{1, 2}}}), tensor({{{3, 4}, {5, 6}}})}, {1, 2}),
                   tensor({{{1, 2}, {0, 0}}, {{3, 4}, {5, 6}}})));
  CHECK(equal_bits(concat_padded({tensor({{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}})}, {1, 9}),
                   tensor({{{1, 2}, {0, 0}}, {{5, 6}, {7, 8}}})));
  CHECK(equal_bits(concat_padded({tensor({7, 8})}, {1, 1}), tensor({7, 8})));
  CHECK_THROWS_WITH_AS(concat_padded({}, {}), "predict: there are no examples", ValueError);
}
