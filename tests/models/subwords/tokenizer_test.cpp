#include <weft/models/subwords/tokenizer.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

using namespace weft::text;
using Tokens = std::vector<std::string>;

TEST_CASE("a tokenizer splits text into words or characters") {
  const Tokenizer words;
  CHECK(words.tokens("Don't stop!") == Tokens{"do", "n't", "stop", "!"});
  CHECK(words.text({"do", "n't", "stop", "!"}) == "do n't stop !");
  const Tokenizer characters({.unit = Unit::character, .lower_case = false});
  CHECK(characters.tokens("A b") == Tokens{"A", " ", "b"});
  CHECK(characters.text({"A", " ", "b"}) == "A b");
  CHECK(words.bpe_codes() == nullptr);
  CHECK(words.sentencepiece() == nullptr);
}

TEST_CASE("a tokenizer of pieces first splits words by its options") {
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

TEST_CASE("a tokenizer can take the matches of a regular expression as words") {
  const Tokenizer tokenizer({.token_pattern = R"(\p{L}+(?:-\p{L}+)*|\d+)"});
  CHECK(tokenizer.tokens("Don't STOP, ice-cold Élan 3.14!") == Tokens{"don", "t", "stop", "ice-cold", "élan", "3", "14"});
  CHECK(tokenizer.text({"ice-cold", "élan"}) == "ice-cold élan");
  CHECK(tokenizer.tokens("?!").empty());
  CHECK(tokenizer.tokens("caf\xff") == Tokens{"caf"});
  CHECK(Tokenizer({.lower_case = false, .token_pattern = "[A-Z]\\w*"}).tokens("the House of Lords") == Tokens{"House", "Lords"});
  CHECK(Tokenizer({.token_pattern = "new york|\\w+"}).tokens("New York is big") == Tokens{"new", "york", "is", "big"});
  CHECK(tokenizer != Tokenizer());
  CHECK(tokenizer == Tokenizer(tokenizer.options()));

  const BpeCodes codes = {{"s", "t"}, {"o", "p</w>"}, {"st", "op</w>"}};
  CHECK(Tokenizer({.token_pattern = "\\w+"}, codes).tokens("Stop, do!") == Tokens{"stop", "d@@", "o"});
}

TEST_CASE("a token pattern must be valid, and only tokenizers of words take one") {
  using weft::ValueError;
  CHECK_THROWS_WITH_AS(Tokenizer({.token_pattern = "(a"}), "regular expression \"(a\": missing closing parenthesis, at byte 2",
                       ValueError);
  CHECK_THROWS_WITH_AS(Tokenizer({.unit = Unit::character, .token_pattern = "a"}),
                       "tokenizer: a token_pattern requires words or bpe, but the unit is char", ValueError);
  CHECK_THROWS_WITH_AS(tokenize("a b", {.token_pattern = "a"}), "tokenize: a token_pattern is for a text::Tokenizer", ValueError);
}

TEST_CASE("pieces of words need codes or a model") {
  CHECK_THROWS_WITH_AS(Tokenizer({.unit = Unit::bpe}), "tokenizer: the unit bpe needs codes", weft::ValueError);
  CHECK_THROWS_WITH_AS(Tokenizer({.unit = Unit::sentencepiece}), "tokenizer: the unit sentencepiece needs a model",
                       weft::ValueError);
}
