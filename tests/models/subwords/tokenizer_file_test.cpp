#include <weft/models/subwords/detail/tokenizer_file.h>

#include <doctest/doctest.h>

namespace weft {

namespace {

text::Tokenizer saved_and_read(const text::Tokenizer& tokenizer) {
  Metadata metadata;
  add_tokenizer(metadata, "source", tokenizer);
  return read_tokenizer("m", metadata, "source");
}

// Metadata with one changed entry.
void check_refused(const text::Tokenizer& tokenizer, const std::string& key, const char* value, const std::string& message) {
  Metadata metadata;
  add_tokenizer(metadata, "source", tokenizer);
  metadata.erase(key);
  if (value) metadata[key] = value;
  CHECK_THROWS_WITH_AS(read_tokenizer("m", metadata, "source"), message.c_str(), FormatError);
}

const text::BpeCodes kCodes = {{"a", "b"}, {"ab", "é</w>"}};

}  // namespace

TEST_CASE("tokenizers are restored from a model's metadata") {
  for (text::Normalization form : {text::Normalization::nfc, text::Normalization::nfkc, text::Normalization::none})
    for (bool lower : {false, true})
      for (bool split : {false, true}) {
        const text::TokenizerOptions options = {.normalization = form, .lower_case = lower, .split_punctuation = split};
        CHECK(saved_and_read(text::Tokenizer(options)) == text::Tokenizer(options));
        CHECK(saved_and_read(text::Tokenizer(options, kCodes)) == text::Tokenizer(options, kCodes));
      }
  const text::Tokenizer characters({.unit = text::Unit::character}), words, pieces({}, kCodes), none({}, text::BpeCodes{});
  CHECK(saved_and_read(characters) == characters);
  CHECK(characters != words);
  CHECK(pieces != words);
  CHECK(pieces != none);
  CHECK(saved_and_read(pieces).tokens("ABÉ ba") == std::vector<std::string>{"abé", "b@@", "a"});
}

TEST_CASE("metadata that describes no tokenizer is refused") {
  const text::Tokenizer words, pieces({}, kCodes);
  check_refused(words, "source.unit", nullptr, "m: the model's metadata lacks source.unit");
  check_refused(words, "source.unit", "line", "m: source.unit is \"line\", not word, char, bpe or sentencepiece");
  check_refused(words, "source.normalization", "nfd", "m: source.normalization is \"nfd\", not nfc, nfkc or none");
  check_refused(words, "source.lower_case", "no", "m: source.lower_case is \"no\", not 0 or 1");
  check_refused(words, "source.split_punctuation", nullptr, "m: the model's metadata lacks source.split_punctuation");
  check_refused(pieces, "source.bpe_codes", nullptr, "m: the model's metadata lacks source.bpe_codes");
  check_refused(pieces, "source.bpe_codes", "[1]", "m: a list of strings in the model's metadata is broken");
  check_refused(pieces, "source.bpe_codes", "[\"a b\", \"ab\"]",
                "m: source.bpe_codes:2: a merge of BPE codes is two symbols with a space between them: \"ab\"");
  check_refused(words, "source.unit", "sentencepiece", "m: the model's metadata lacks source.sentencepiece");
}

TEST_CASE("a SentencePiece model is stored in a model's metadata") {
  Metadata metadata;
  add_tokenizer(metadata, "source", text::Tokenizer());
  metadata["source.unit"] = "sentencepiece";
  for (const char* broken : {"A", "AAA", "A===", "AA=A", "AA*A", "=AAA"}) {
    metadata["source.sentencepiece"] = broken;
    CHECK_THROWS_WITH_AS(read_tokenizer("m", metadata, "source"), "m: source.sentencepiece in the model's metadata is not base64",
                         FormatError);
  }
  metadata["source.sentencepiece"] = "bm8gbW9kZWw=";  // "no model"
  CHECK_THROWS_WITH_AS(read_tokenizer("m", metadata, "source"),
                       text::has_sentencepiece() ? "m: is not a SentencePiece model"
                                                 : "m: weft was built without SentencePiece: install libsentencepiece-dev "
                                                   "(Debian, Ubuntu) and build again",
                       Error);
}

}  // namespace weft
