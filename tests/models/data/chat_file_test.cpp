#include <weft/models/data/dialogue.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include "tests/models/io/temporary_file.h"

using namespace weft;
using namespace weft::text;
using test::TemporaryFile;
using Pairs = std::vector<TextPair>;

namespace {

Pairs read(const std::string& content, const ContextOptions& context = {}) {
  return read_all(*pair_file(TemporaryFile(content).path(), {.format = FileFormat::chat, .context = context}));
}

}  // namespace

TEST_CASE("chat files: each answer follows its line, with the requested context, and empty lines separate conversations") {
  const std::string content = "\n  \na\nb\nc\nd\ne\nf\n\n \ng\nh\r\n\n";
  CHECK(read(content) == Pairs{{"a", "b"}, {"c", "d"}, {"e", "f"}, {"g", "h"}});
  CHECK(read(content, {.lines = 2}) == Pairs{{"a", "b"}, {"a b c", "d"}, {"c d e", "f"}, {"g", "h"}});
  CHECK(read(content, {3, "<sep>"}) ==
        Pairs{{"a", "b"}, {"a <sep> b <sep> c", "d"}, {"b <sep> c <sep> d <sep> e", "f"}, {"g", "h"}});
  const std::vector<Dialogue> dialogues = {{"a", "b", "c", "d", "e", "f"}, {"g", "h"}};
  for (std::int64_t lines = 0; lines < 6; ++lines) CHECK(read(content, {lines, "|"}) == pairs_of(dialogues, {lines, "|"}));
  CHECK(format_of_name("desk.chat") == FileFormat::chat);
  CHECK(format_of_name("desk.chat.gz") == FileFormat::chat);
}

TEST_CASE("chat files: a reader reports the place of its line") {
  const TemporaryFile file("a\nb\n\nc\nd\n");
  const auto source = pair_file(file.path(), {.format = FileFormat::chat});
  const auto reader = source->open();
  TextPair pair;
  REQUIRE(reader->next(pair));
  CHECK(reader->place() == file.path() + ":1");
  REQUIRE(reader->next(pair));
  CHECK(reader->place() == file.path() + ":4");
  CHECK_FALSE(reader->next(pair));
}

TEST_CASE("invalid chat files and options are refused") {
  auto refuse = [](const std::string& content, const std::string& message) {
    const TemporaryFile file(content);
    CHECK_THROWS_WITH_AS(read_all(*pair_file(file.path(), {.format = FileFormat::chat})), (file.path() + message).c_str(),
                         FormatError);
  };
  refuse("", ":1: expected lines and answers in turn: the file is empty");
  refuse("\n\n", ":1: expected lines and answers in turn: the file is empty");
  refuse("a\nb\nc", ":3: expected an answer after the line: \"c\"");
  refuse("a\n\nb\nc\n", ":1: expected an answer after the line: \"a\"");
  const FileOptions chat{.format = FileFormat::chat};
  CHECK_THROWS_WITH_AS(labelled_file("/nowhere", chat), "format chat: it has lines and answers, not label and text", ValueError);
  CHECK_THROWS_WITH_AS(pair_file("/nowhere", {.format = FileFormat::chat, .columns = {"1", "2"}}),
                       "format chat: it has no columns, got \"1\"", ValueError);
  CHECK_THROWS_WITH_AS(pair_file("/nowhere", {.format = FileFormat::chat, .context = {.lines = -1}}),
                       "chat: context -1 is negative", ValueError);
  CHECK_THROWS_WITH_AS(pair_file("/nowhere.tsv", {.context = {.lines = 1}}),
                       "context and separator are for the format chat, not for tsv: /nowhere.tsv", ValueError);
}
