#include <weft/models/data/detail/word_links.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include "tests/models/io/temporary_file.h"

namespace weft::text {

using Links = std::vector<std::int64_t>;

TEST_CASE("word links: all tokens of a word are linked") {
  const TokenizerOptions as_written{.lower_case = false, .split_punctuation = false};
  const Tokenizer words(as_written), cut(TokenizerOptions{});
  CHECK(token_links({"a b", "x y z", "0-2 1-0"}, words, words, "f:1") == Links{0, 2, 1, 0});
  CHECK(token_links({"a, b", "x y.", "0-1 1-0"}, cut, cut, "f:1") == Links{0, 1, 0, 2, 1, 1, 1, 2, 2, 0});
  CHECK(token_links({"a", "x", " "}, words, words, "f:1").empty());
  // A no-break space separates tokens but not words, as in aligners.
  CHECK(token_links({"10\u00A0000 euros", "10,000 euros", "0-0 1-1"}, words, words, "f:1") == Links{0, 0, 1, 0, 2, 1});

  auto message = [&](const std::string& alignment) -> std::string {
    try {
      token_links({"a b", "x", alignment}, words, words, "f.align:7");
    } catch (const FormatError& error) {
      return error.what();
    }
    return "";
  };
  CHECK(message("0-1") == "f.align:7: the link 0-1 is outside 2 source and 1 target words");
  for (const char* bad : {"0", "0-", "-0", "0-0-0", "a-0", "0:0", "0-0,"})
    CHECK(message(bad).find("expected links such as 0-0 2-1, found \"") != std::string::npos);
  CHECK_THROWS_WITH_AS(token_links({"a b", "x", "0-0"}, Tokenizer({.unit = Unit::character}), words, "f:1"),
                       doctest::Contains("splits each word separately"), FormatError);
}

TEST_CASE("alignment files: each pair has a line, which may be empty") {
  const std::vector<TextPair> pairs{{"a", "b"}, {"c", "d"}};
  const MemorySource<TextPair> source(pairs);
  auto aligned = [&](const std::string& content) {
    const test::TemporaryFile file(content);
    return read_all(*with_alignments(source, file.path()));
  };
  CHECK(aligned("0-0\n\n") == std::vector<TextPair>{{"a", "b", "0-0"}, {"c", "d", ""}});
  CHECK_THROWS_WITH_AS(aligned("0-0\n"), doctest::Contains("1 alignments, none for the pair at example 2"), FormatError);
  CHECK_THROWS_WITH_AS(aligned("0-0\n\n1-1\n"), doctest::Contains(":3: there are more alignments than pairs: \"1-1\""),
                       FormatError);
}

}  // namespace weft::text
