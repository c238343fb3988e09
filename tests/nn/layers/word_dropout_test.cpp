#include <weft/nn/layers/word_dropout.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include "tests/numbers.h"

using namespace weft;

TEST_CASE("word dropout is the identity outside training") {
  nn::WordDropout dropout(nn::root, 0.4);
  Tensor x = Numbers(1).tensor({2, 3, 4});
  CHECK(equal_bits(dropout(x, zeros({2, 3}, DType::i64)).tensor(), x));
}

TEST_CASE("word dropout hides all positions of a word in its row, with the given probability") {
  nn::WordDropout dropout(nn::root, 0.25);
  dropout.train();
  Numbers numbers(2);
  const std::int64_t batch = 400, time = 30;
  std::vector<std::int64_t> ids;
  for (std::int64_t i = 0; i < batch * time; ++i) ids.push_back(numbers.below(20));
  Tensor tokens = tensor(ids, {batch, time});
  Tensor y = dropout(ones({batch, time, 2}), tokens).tensor();
  std::int64_t words = 0, hidden = 0;
  bool alike = true, differ = false;
  for (std::int64_t row = 0; row < batch; ++row)
    for (std::int64_t word = 0; word < 20; ++word) {
      std::vector<double> seen;
      for (std::int64_t t = 0; t < time; ++t)
        if (ids[static_cast<std::size_t>(row * time + t)] == word)
          for (std::int64_t d : {0, 1}) seen.push_back(y.at({row, t, d}));
      if (seen.empty()) continue;
      for (double value : seen) alike = alike && value == seen[0] && (value == 0 || value == static_cast<double>(1 / 0.75f));
      differ = differ || seen[0] == 0;
      ++words;
      hidden += seen[0] == 0;
    }
  CHECK(alike);
  CHECK(differ);
  CHECK(static_cast<double>(hidden) / static_cast<double>(words) == doctest::Approx(0.25).epsilon(0.05));
}

TEST_CASE("word dropout's stream continues from where it was saved, on any number of threads") {
  nn::WordDropout dropout(nn::root, 0.5);
  dropout.train();
  Tensor x = ones({300, 9, 7}), tokens = arange(2700);
  tokens = reshape(tokens, {300, 9});
  dropout(x, tokens);
  Generator saved = *dropout.generator();
  Tensor expected = dropout(x, tokens).tensor();
  *dropout.generator() = saved;
  set_threads(2);
  CHECK(equal_bits(dropout(x, tokens).tensor(), expected));
  set_threads(1);
}

TEST_CASE("word dropout checks its probability and its shapes") {
  CHECK_THROWS_WITH_AS(nn::WordDropout(nn::root, 1.5), doctest::Contains("word dropout: p is 1.5, outside 0..1"), ValueError);
  nn::WordDropout all(nn::root, 1);
  all.train();
  CHECK(equal_bits(all(ones({1, 2, 3}), zeros({1, 2}, DType::i64)).tensor(), zeros({1, 2, 3})));
  nn::WordDropout dropout(nn::root, 0.5);
  CHECK_THROWS_WITH_AS(dropout(ones({2, 3, 4}), zeros({3, 2}, DType::i64)),
                       doctest::Contains("word dropout: vectors [2, 3, 4] do not fit tokens [3, 2]"), ShapeError);
}

TEST_CASE("word dropout: tokens may be of any integer dtype only") {
  nn::WordDropout drop(nn::root, 0.5);
  drop.train();
  const Variable x = ones({2, 6, 3});
  const Tensor tokens = reshape(arange(12), {2, 6});
  const Generator before = *drop.generator();
  const Tensor wanted = drop(x, tokens).tensor();
  for (DType dtype : {DType::u8, DType::i32}) {
    *drop.generator() = before;
    CHECK(equal_bits(drop(x, cast(tokens, dtype)).tensor(), wanted));
  }
  for (DType dtype : {DType::boolean, DType::f32, DType::f64})
    CHECK_THROWS_WITH_AS(drop(x, cast(tokens, dtype)), doctest::Contains("word dropout: tokens must be i64, i32 or u8, not "),
                         DtypeError);
}
