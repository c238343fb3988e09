#include <weft/models/text/vocabulary_file.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include "tests/models/io/compressed.h"
#include "tests/models/io/temporary_file.h"
#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using namespace weft::text;
using test::TemporaryFile, test::TemporaryFolder;
using Tokens = std::vector<std::string>;

namespace {

Tokens loaded(const std::string& content, bool sentence_marks = false) {
  return load_vocabulary(TemporaryFile(content).path(), sentence_marks).tokens();
}

}  // namespace

TEST_CASE("a vocabulary read from its file has the same ids, whatever its tokens are") {
  const TokenCounts counts{{"a", 9},  {"# comment", 8}, {" ", 7},   {"\t", 6},   {"\n", 5},
                           {"\r", 5}, {"\\", 4},        {"\\n", 3}, {"é漢🎵", 2}, {"<pad>", 50}};
  TemporaryFolder folder;
  const std::string path = folder / "words";
  for (const bool marks : {false, true}) {
    const Vocabulary vocabulary = Vocabulary::build(counts, {.sentence_marks = marks});
    save_vocabulary(path, vocabulary, counts);
    CHECK(load_vocabulary(path, marks).tokens() == vocabulary.tokens());
    CHECK(load_vocabulary(path, marks).has_sentence_marks() == marks);
    const std::string content = test::read_file(path),
                      head = marks ? "<pad>\t0\n<unk>\t0\n<s>\t0\n</s>\t0\n" : "<pad>\t0\n<unk>\t0\n";
    CHECK(content == head + "a\t9\n# comment\t8\n \t7\n\\t\t6\n\\n\t5\n\\r\t5\n\\\\\t4\n\\\\n\t3\né漢🎵\t2\n");
    CHECK(loaded(test::gzip(content), marks) == vocabulary.tokens());
  }
}

TEST_CASE("a plain list of words gets the special tokens at its front") {
  CHECK(loaded("b\na\n") == Tokens{"<pad>", "<unk>", "b", "a"});
  CHECK(loaded("b\r\na", true) == Tokens{"<pad>", "<unk>", "<s>", "</s>", "b", "a"});
  CHECK(loaded("\xEF\xBB\xBF<pad>\n<unk>\nb\t3\na\n") == Tokens{"<pad>", "<unk>", "b", "a"});
}

TEST_CASE("a file that is not a vocabulary is refused with place and rule") {
  struct Row {
    std::string content, message;
    bool sentence_marks = false;
  };
  const std::vector<Row> rows{
      {"", ":1: expected one token per line: the file is empty"},
      {"a\n\nb\n", ":2: the token is empty: \"\""},
      {"a\n\t4\n", ":2: the token is empty: \"\t4\""},
      {"a\tmany\n", ":1: expected token<TAB>count, the count is not a whole number: \"a\tmany\""},
      {"a\t1\t2\n", ":1: expected token<TAB>count, the count is not a whole number: \"a\t1\t2\""},
      {"a\\x\n", ":1: a backslash must be one of \\\\ \\t \\n \\r: \"a\\x\""},
      {"a\\", ":1: a backslash must be one of \\\\ \\t \\n \\r: \"a\\\""},
      {"a\n<unk>\n", ":2: specials come first, in the order <pad> <unk> <s> </s>: \"<unk>\""},
      {"<pad>\nb\n", ":1: specials come first, in the order <pad> <unk> <s> </s>: \"<pad>\""},
      {"<pad>\n<unk>\n<s>\nb\n", ":3: specials come first, in the order <pad> <unk> <s> </s>: \"<s>\""},
      {"<pad>\n<unk>\nb\n", ":3: expected <s> and </s> after <unk>: the vocabulary is made for texts that are only read", true},
      {"a\nb\na\n", ": tokens 2 and 4 are the same: \"a\""},
      {"a\ncaf\xE9\n", ":2: not UTF-8 at byte 3"}};
  for (const Row& row : rows) {
    const TemporaryFile file(row.content);
    CAPTURE(row.content);
    CHECK_THROWS_WITH_AS(load_vocabulary(file.path(), row.sentence_marks), (file.path() + row.message).c_str(), FormatError);
  }
  CHECK_THROWS_AS(load_vocabulary("/nowhere/words", false), IoError);
  CHECK_THROWS_AS(save_vocabulary("/nowhere/words", Vocabulary::build({}), {}), IoError);
}

TEST_CASE("vocabularies of other programs are read in the order of their ids") {
  const Tokens expected{"<pad>", "<unk>", "<s>", "</s>", "b", "a:", "it's"};
  for (const char* content :
       {"b 10\na: 9\nit's 8\n", "<s> 1\n<pad> 1\nb 10\na: 9\nit's 8\n\n", "</s>: 0\n<unk>: 1\nb: 2\n\"a:\": 3\n'it''s': 4\n",
        "it's: 9\na:: 7\nb: 5\n", "{\"</s>\": 0, \"it's\": 12,\n \"b\": 1, \"a:\": 11}", "[\"b\", \"a:\", \"it's\"]\n",
        "<unk>\t0\n<s>\t0\n</s>\t0\nb\t-1.5\na:\t-2\nit's\t-1e1\n"}) {
    CAPTURE(content);
    CHECK(loaded(content, true) == expected);
  }
  // Plain lists of words are not taken for another format.
  CHECK(loaded("{\n[\nb 1 2\nc\n") == Tokens{"<pad>", "<unk>", "{", "[", "b 1 2", "c"});
  CHECK(loaded("a b\t3\nc\t0\n") == Tokens{"<pad>", "<unk>", "a b", "c"});
}

TEST_CASE("JSON that is not a vocabulary is refused") {
  auto refused = [](const std::string& content, const std::string& message) {
    CAPTURE(content);
    CHECK_THROWS_WITH_AS(loaded(content), doctest::Contains(message.c_str()), FormatError);
  };
  const std::string rule = ":1: a vocabulary in JSON is {\"word\": id, ..} or [\"word\", ..], ";
  refused("{\"model\": {\"vocab\": {\"a\": 0}}}", rule + "this has object at \"model\"");
  refused("{\"a\": -1}", rule + "this has number at \"a\"");
  refused("[[\"a\", -1.5]]", rule + "this list has array");
  refused("{\"a\": 1, \"b\": 1}", ":1: the id 1 is given twice: \"a\" and \"b\"");
  refused("{}", ":1: the vocabulary has no words");
}
