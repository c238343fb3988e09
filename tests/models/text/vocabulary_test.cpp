#include <weft/models/text/vocabulary.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

using namespace weft::text;
using Ids = std::vector<std::int64_t>;
using Tokens = std::vector<std::string>;

namespace {

TokenCounts counts_of(const Tokens& tokens) {
  TokenCounts counts;
  count_tokens(tokens, counts);
  return counts;
}

const Tokens kSentence = {"b", "a", "c", "b", "é", "z", "b", "c", "Z"};

}  // namespace

TEST_CASE("ids are ordered by count, then by bytes") {
  const Vocabulary vocabulary = Vocabulary::build(counts_of(kSentence));
  CHECK(vocabulary.tokens() == Tokens{"<pad>", "<unk>", "b", "c", "Z", "a", "z", "é"});
  CHECK(vocabulary.size() == 8);
  CHECK_FALSE(vocabulary.has_sentence_marks());
  CHECK(vocabulary.id("b") == 2);
  CHECK(vocabulary.id("never seen") == kUnknownId);
}

TEST_CASE("the order in which tokens were counted does not matter") {
  const Tokens reversed(kSentence.rbegin(), kSentence.rend());
  CHECK(Vocabulary::build(counts_of(kSentence)).tokens() == Vocabulary::build(counts_of(reversed)).tokens());
}

TEST_CASE("the size limit counts the specials") {
  CHECK(Vocabulary::build(counts_of(kSentence), {.size_limit = 4}).tokens() == Tokens{"<pad>", "<unk>", "b", "c"});
  CHECK(Vocabulary::build(counts_of(kSentence), {.size_limit = 5, .sentence_marks = true}).tokens() ==
        Tokens{"<pad>", "<unk>", "<s>", "</s>", "b"});
  CHECK(Vocabulary::build(counts_of(kSentence), {.size_limit = 2}).size() == 2);
  CHECK(Vocabulary::build(counts_of(kSentence), {.min_count = 2}).tokens() == Tokens{"<pad>", "<unk>", "b", "c"});
  CHECK_THROWS_WITH_AS(Vocabulary::build({}, {.size_limit = 3, .sentence_marks = true}),
                       "vocabulary: size limit 3 has no room for the 4 special tokens", weft::ValueError);
  CHECK_THROWS_WITH_AS(Vocabulary::build({}, {.min_count = 0}), "vocabulary: min_count must be at least 1, got 0",
                       weft::ValueError);
}

TEST_CASE("tokens are encoded and decoded") {
  const Vocabulary vocabulary = Vocabulary::build(counts_of(kSentence), {.sentence_marks = true});
  CHECK(vocabulary.encode(Tokens{"b", "x", "c"}) == Ids{4, kUnknownId, 5});
  const Ids ids = vocabulary.encode_sentence(Tokens{"b", "c"});
  CHECK(ids == Ids{kSentenceStartId, 4, 5, kSentenceEndId});
  CHECK(vocabulary.decode(ids) == Tokens{"b", "c"});
  CHECK(vocabulary.decode(Ids{2, 4, 1, 0, 3, 5, 5}) == Tokens{"b", "<unk>"});
  CHECK(vocabulary.decode(vocabulary.encode(kSentence)) == kSentence);
}

TEST_CASE("text that is spelt like a special token is unknown") {
  const Tokens text = {"<pad>", "<unk>", "<s>", "</s>"};
  const Vocabulary vocabulary = Vocabulary::build(counts_of(text), {.sentence_marks = true});
  CHECK(vocabulary.size() == 4);
  CHECK(vocabulary.encode(text) == Ids(4, kUnknownId));
}

TEST_CASE("a vocabulary is rebuilt from its tokens") {
  for (bool marks : {false, true}) {
    const Vocabulary built = Vocabulary::build(counts_of(kSentence), {.sentence_marks = marks});
    const Vocabulary loaded = Vocabulary::from_tokens(built.tokens());
    CHECK(loaded.tokens() == built.tokens());
    CHECK(loaded.has_sentence_marks() == marks);
    CHECK(loaded.encode(kSentence) == built.encode(kSentence));
  }
}

TEST_CASE("saved tokens that do not form a vocabulary are rejected") {
  CHECK_THROWS_WITH_AS(Vocabulary::from_tokens({}), "vocabulary: token 0 must be <pad>, got nothing", weft::FormatError);
  CHECK_THROWS_WITH_AS(Vocabulary::from_tokens({"<pad>", "a"}, "m.safetensors"),
                       "m.safetensors: token 1 must be <unk>, got \"a\"", weft::FormatError);
  CHECK_THROWS_WITH_AS(Vocabulary::from_tokens({"<pad>", "<unk>", "a", "b", "a"}),
                       "vocabulary: tokens 2 and 4 are the same: \"a\"", weft::FormatError);
  CHECK_THROWS_WITH_AS(Vocabulary::from_tokens({"<pad>", "<unk>", ""}), "vocabulary: token 2 is empty", weft::FormatError);
}

TEST_CASE("misuse names the line of the caller") {
  const Vocabulary vocabulary = Vocabulary::build(counts_of(kSentence), {.size_limit = 4});
  const weft::Where line{"demo.cpp", 7};
  CHECK_THROWS_WITH_AS(vocabulary.token(4, line), "vocabulary: id 4 is outside 0 .. 3, at demo.cpp:7", weft::IndexError);
  CHECK_THROWS_WITH_AS(vocabulary.decode(Ids{-1}, line), "vocabulary: id -1 is outside 0 .. 3, at demo.cpp:7", weft::IndexError);
  CHECK_THROWS_WITH_AS(vocabulary.encode_sentence(Tokens{"b"}, line),
                       "vocabulary: built without sentence marks, so <s> and </s> have no ids, at demo.cpp:7", weft::ValueError);
}
