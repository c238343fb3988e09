#include <weft/models/text/vocabulary_file.h>
#include <weft/tensor/error.h>

#include <doctest/doctest.h>

#include "compressed.h"
#include "temporary_file.h"
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

TEST_CASE("a vocabulary comes back from its file with the same ids, whatever its tokens are") {
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

TEST_CASE("a plain list of words gets the specials in front") {
  CHECK(loaded("b\na\n") == Tokens{"<pad>", "<unk>", "b", "a"});
  CHECK(loaded("b\r\na", true) == Tokens{"<pad>", "<unk>", "<s>", "</s>", "b", "a"});
  CHECK(loaded("\xEF\xBB\xBF<pad>\n<unk>\nb\t3\na\n") == Tokens{"<pad>", "<unk>", "b", "a"});
}

TEST_CASE("a file that is no vocabulary is refused with place and rule") {
  struct Row {
    std::string content, message;
    bool sentence_marks = false;
  };
  const std::vector<Row> rows{
      {"", ":1: expected one token per line: the file is empty"},
      {"a\n\nb\n", ":2: the token is empty: \"\""},
      {"a\n\t4\n", ":2: the token is empty: \"\t4\""},
      {"a\tmany\n", ":1: expected token<TAB>count, the count is no whole number: \"a\tmany\""},
      {"a\t1\t2\n", ":1: expected token<TAB>count, the count is no whole number: \"a\t1\t2\""},
      {"a\\x\n", ":1: a backslash must be one of \\\\ \\t \\n \\r: \"a\\x\""},
      {"a\\", ":1: a backslash must be one of \\\\ \\t \\n \\r: \"a\\\""},
      {"a\n<unk>\n", ":2: specials come first, in the order <pad> <unk> <s> </s>: \"<unk>\""},
      {"<pad>\nb\n", ":1: specials come first, in the order <pad> <unk> <s> </s>: \"<pad>\""},
      {"<pad>\n<unk>\n<s>\nb\n", ":3: specials come first, in the order <pad> <unk> <s> </s>: \"<s>\""},
      {"<pad>\n<unk>\nb\n", ":3: expected <s> and </s> behind <unk>: the vocabulary is made for texts that are only read", true},
      {"a\nb\na\n", ": tokens 2 and 4 are the same: \"a\""}};
  for (const Row& row : rows) {
    const TemporaryFile file(row.content);
    CAPTURE(row.content);
    CHECK_THROWS_WITH_AS(load_vocabulary(file.path(), row.sentence_marks), (file.path() + row.message).c_str(), FormatError);
  }
  CHECK_THROWS_AS(load_vocabulary("/nowhere/words", false), IoError);
  CHECK_THROWS_AS(save_vocabulary("/nowhere/words", Vocabulary::build({}), {}), IoError);
}
