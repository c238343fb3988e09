#include <weft/models/text/tokenizer.h>
#include <weft/tensor/error.h>

#include <doctest/doctest.h>

using namespace weft::text;
using Tokens = std::vector<std::string>;

TEST_CASE("a tokenizer of words and of characters") {
  const Tokenizer words;
  CHECK(words.tokens("Don't stop!") == Tokens{"do", "n't", "stop", "!"});
  CHECK(words.text({"do", "n't", "stop", "!"}) == "do n't stop !");
  const Tokenizer characters({.unit = Unit::character, .lower_case = false});
  CHECK(characters.tokens("A b") == Tokens{"A", " ", "b"});
  CHECK(characters.text({"A", " ", "b"}) == "A b");
  CHECK(words.bpe_codes() == nullptr);
  CHECK(words.sentencepiece() == nullptr);
}

TEST_CASE("a tokenizer of pieces cuts words by its options first") {
  const BpeCodes codes = {{"s", "t"}, {"o", "p</w>"}, {"st", "op</w>"}, {"d", "o</w>"}};
  const Tokenizer tokenizer({.normalization = Normalization::nfkc}, codes);
  CHECK(tokenizer.unit() == Unit::bpe);
  CHECK(*tokenizer.bpe_codes() == codes);
  CHECK(tokenizer.tokens("Don't \uFF33TOP!") == Tokens{"do", "n@@", "'@@", "t", "stop", "!"});
  CHECK(tokenizer.text(tokenizer.tokens("Don't stop!")) == "do n't stop !");
  const Tokenizer plain({.lower_case = false, .split_punctuation = false}, codes);
  CHECK(plain.tokens("stop, Do") == Tokens{"st@@", "o@@", "p@@", ",", "D@@", "o"});
  const Tokenizer copy = plain;
  CHECK(copy.tokens(" stop\tdo ") == Tokens{"stop", "do"});
  CHECK(copy.tokens("").empty());
}

TEST_CASE("pieces of words need codes or a model") {
  CHECK_THROWS_WITH_AS(Tokenizer({.unit = Unit::bpe}), "tokenizer: the unit bpe needs codes", weft::ValueError);
  CHECK_THROWS_WITH_AS(Tokenizer({.unit = Unit::sentencepiece}), "tokenizer: the unit sentencepiece needs a model",
                       weft::ValueError);
}
