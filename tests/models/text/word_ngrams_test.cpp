#include <weft/models/text/word_ngrams.h>

#include <doctest/doctest.h>

using namespace weft;
using Words = std::vector<std::string>;

TEST_CASE("n-grams come after the words") {
  const Words words{"a", "b", "c"};
  CHECK(text::with_ngrams(words, 1) == words);
  CHECK(text::with_ngrams(words, 2) == Words{"a", "b", "c", "a b", "b c"});
  CHECK(text::with_ngrams(words, 5) == Words{"a", "b", "c", "a b", "b c", "a b c"});
  CHECK(text::with_ngrams(Words{}, 2).empty());
}

TEST_CASE("unknown words have an id, but unknown n-grams do not") {
  text::TokenCounts counts;
  text::count_tokens(text::with_ngrams(Words{"a", "b", "a", "b", "c"}, 2), counts);
  const auto vocabulary = text::build_with_ngrams(counts, {});
  CHECK(vocabulary.tokens() == Words{"<pad>", "<unk>", "a", "b", "c", "a b"});
  CHECK(text::build_with_ngrams(counts, {.size_limit = 5}).tokens() == Words{"<pad>", "<unk>", "a", "b", "c"});
  CHECK(text::build_with_ngrams(counts, {.size_limit = 3}).tokens() == Words{"<pad>", "<unk>", "a"});
  const Words words{"a", "b", "x"};
  CHECK(text::encode_with_ngrams(vocabulary, words, 2) ==
        std::vector<std::int64_t>{vocabulary.id("a"), vocabulary.id("b"), text::kUnknownId, vocabulary.id("a b")});
}

TEST_CASE("the weight of an n-gram is shared by its words") {
  text::TokenCounts counts;
  text::count_tokens(text::with_ngrams(Words{"a", "b", "a", "b"}, 2), counts);
  const auto vocabulary = text::build_with_ngrams(counts, {});
  const Words words{"c", "a", "b"};
  const std::vector<double> weights{0.25, 0.125, 0.125, 0.5};
  CHECK(text::weights_of_words(vocabulary, words, 2, weights) == std::vector<double>{0.25, 0.375, 0.375});
  CHECK_THROWS_WITH_AS(text::weights_of_words(vocabulary, words, 2, std::vector<double>(2), {"a.cpp", 1}),
                       "weights of words: 2 weights for 3 words, at a.cpp:1", ShapeError);
  CHECK_THROWS_AS(text::weights_of_words(vocabulary, words, 2, std::vector<double>(3)), ShapeError);
  CHECK_THROWS_AS(text::weights_of_words(vocabulary, words, 2, std::vector<double>(5)), ShapeError);
}
