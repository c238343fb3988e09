#include "tests/models/io/temporary_file.h"

#include <weft/models/data/files.h>
#include <weft/models/io/utf8.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace weft::text;
using weft::test::TemporaryFile;
using Lines = std::vector<std::string>;

TEST_CASE("lines end with LF or CRLF, except perhaps the last") {
  for (const char* content : {"a\nb\n", "a\r\nb\r\n", "a\nb", "a\r\nb",
                              "\xEF\xBB\xBF"
                              "a\nb\n"}) {
    CHECK(read_lines(TemporaryFile(content).path()) == Lines{"a", "b"});
  }
  CHECK(read_lines(TemporaryFile("\n\nx\r\r\n").path()) == Lines{"", "", "x\r"});
  CHECK(read_lines(TemporaryFile("").path()).empty());
}

TEST_CASE("labelled lines are read") {
  const TemporaryFile file("\xEF\xBB\xBFmusic\tplay a song\r\nweather\t will it rain ? \r\n");
  CHECK(read_labelled(file.path()) == std::vector<LabelledText>{{"music", "play a song"}, {"weather", " will it rain ? "}});
}

TEST_CASE("pairs and parallel files agree") {
  const TemporaryFile pairs("she sings .\telle chante .\nhe sleeps .\til dort .\n");
  const TemporaryFile sources("she sings .\nhe sleeps .\n");
  const TemporaryFile targets("elle chante .\r\nil dort .");
  CHECK(read_pairs(pairs.path()).size() == 2);
  CHECK(read_pairs(pairs.path()) == read_parallel(sources.path(), targets.path()));
}

TEST_CASE("bad bytes are replaced and reported with their place") {
  const TemporaryFile file("a\tcaf\xE9\nb\tfine\nc\t\xFF and \xFE\n");
  BadBytesReport report;
  const std::vector<LabelledText> examples = read_labelled(file.path(), &report);
  CHECK(examples[0].text == "caf\uFFFD");
  CHECK(examples[2].text == "\uFFFD and \uFFFD");
  REQUIRE(report.size() == 2);
  CHECK(to_string(report[0]) == file.path() + ":1: not UTF-8 at byte 5: replaced by U+FFFD");
  CHECK(to_string(report[1]) == file.path() + ":3: not UTF-8 at byte 2: replaced by U+FFFD (2 places in this line)");
  CHECK(read_labelled(file.path()) == examples);
}

TEST_CASE("byte order marks of joined files are removed and reported") {
  const TemporaryFile file(
      "\xEF\xBB\xBF"
      "a\tone\n\xEF\xBB\xBF"
      "a\ttwo\nb\t\xEF\xBB\xBFthree\n");
  BadBytesReport report;
  CHECK(read_labelled(file.path(), &report) == std::vector<LabelledText>{{"a", "one"}, {"a", "two"}, {"b", "\uFEFFthree"}});
  REQUIRE(report.size() == 2);
  CHECK(to_string(report[0]) == file.path() + ":2: a byte order mark, as in joined files: removed");
  CHECK(to_string(report[1]) == file.path() + ":3: a byte order mark at byte 2, as in files joined without a line break: kept");
}

TEST_CASE("a byte order mark inside a line is reported in every format") {
  const std::string mark = "\xEF\xBB\xBF", told = "a byte order mark at byte ";
  const std::vector<std::pair<FileFormat, std::string>> rows{
      {FileFormat::fasttext, "__label__a one" + mark + "__label__b two\n"},
      {FileFormat::csv, "label,text\na,one" + mark + "\nb,two\n"},
      {FileFormat::jsonl, "{\"label\": \"a\", \"text\": \"one" + mark + "two\"}\n"},
      {FileFormat::tsv, "a\tone" + mark + " two\n"},
      {FileFormat::tsv, mark + mark + "a\tone" + mark + " two\n"}};
  for (const auto& row : rows) {
    CAPTURE(row.second);
    const TemporaryFile file(row.second);
    std::vector<std::string> report;
    const auto texts = read_all(*labelled_file(
        file.path(), {.format = row.first, .on_bad_bytes = [&](const BadBytes& bad) { report.push_back(to_string(bad)); }}));
    CHECK(texts[0].label == "a");
    REQUIRE_FALSE(report.empty());
    CHECK(report.back().find(told) != std::string::npos);
    const std::size_t at = row.second.find(mark, row.second.find("one")), line = row.second.rfind('\n', at),
                      begin = line == std::string::npos ? row.second.starts_with(mark) * mark.size() : line + 1;
    CHECK(report.back().find(told + std::to_string(at - begin) + ",") != std::string::npos);
  }
  // Two fields have become three.
  for (const std::string& content : {"a\tone" + mark + "b\ttwo\n", "label\ttext\na\tone" + mark + "label\ttext\nb\ttwo\n"}) {
    const TemporaryFile file(content);
    CHECK_THROWS_WITH_AS(read_labelled(file.path()), doctest::Contains("expected label<TAB>text, found 2 tabs"),
                         weft::FormatError);
  }
}

TEST_CASE("UTF-16 is refused even without a mark, and NUL is reported") {
  for (const std::string text :
       {"label\ttext\nb\tc d\n", "a\tb", "\u4E2D\t\u6587\n\u6587\t\u4E2D\n", "\u043E\u0434\t\u0438\n\u0434\t\u0435\n"})
    for (const bool big : {false, true}) {
      std::string bytes;
      for (CodePoint c : CodePoints(text)) {
        const char high = static_cast<char>(c.value >> 8), low = static_cast<char>(c.value & 0xFF);
        bytes += big ? std::string{high, low} : std::string{low, high};
      }
      const TemporaryFile file(bytes);
      CAPTURE(text);
      CHECK_THROWS_WITH_AS(read_lines(file.path()),
                           doctest::Contains("text must be UTF-8: this looks like UTF-16 without a byte order mark"),
                           weft::FormatError);
    }
  const TemporaryFile file(std::string("a\tx\0y\nb\tz\n", 10));
  BadBytesReport report;
  CHECK(read_labelled(file.path(), &report)[0].text == std::string("x\0y", 3));
  REQUIRE(report.size() == 1);
  CHECK(to_string(report[0]) == file.path() + ":1: NUL at byte 3: kept");
}

TEST_CASE("a few NULs in any line do not count as UTF-16") {
  auto lines_of = [](const std::string& content) {
    BadBytesReport report;
    const TemporaryFile file(content);
    const std::size_t lines = read_lines(file.path(), &report).size();
    CHECK(report.size() == 1);
    return lines;
  };
  for (const std::string& bad : {std::string(1, '\0'), std::string("\0a\0", 3), std::string("a\0", 2), std::string("a b\0", 4),
                                 std::string("\0a", 2), std::string("\0", 1) + "one word"}) {
    CAPTURE(bad);
    CHECK(lines_of(bad + "\n") == 1);
    CHECK(lines_of(bad + "\ngood\n") == 2);
    CHECK(lines_of("good\n" + bad + "\n") == 2);
    CHECK(lines_of("good\n" + bad) == 2);
  }
  BadBytesReport report;
  const TemporaryFile blank(std::string("\0\n\0\n\0\n\0\n\0\n\0\n\0\n\0\n", 16)),
      short_lines(std::string("\0a\0\n\0b\0\n\0c\0\n", 12));
  CHECK(read_lines(blank.path(), &report).size() == 8);
  CHECK(report.size() == 8);
  CHECK_THROWS_WITH_AS(read_lines(short_lines.path()),
                       (short_lines.path() + ":3: text must be UTF-8: this looks like UTF-16 without a byte order mark").c_str(),
                       weft::FormatError);
}

TEST_CASE("malformed lines are reported with file, line, rule and value") {
  struct Row {
    std::string content, message;
  };
  const std::vector<Row> rows = {
      {"", ":1: expected lines of label<TAB>text: the file is empty"},
      {"\xEF\xBB\xBF", ":1: expected lines of label<TAB>text: the file is empty"},
      {"a\tb\nno tab here\n", ":2: expected label<TAB>text, found no tab: \"no tab here\""},
      {"a\tb\n\nc\td\n", ":2: expected label<TAB>text, found no tab: \"\""},
      {"a\tb\tc\n", ":1: expected label<TAB>text, found 2 tabs: \"a\tb\tc\""},
      {"a\tb\n\ttext\n", ":2: the label is empty: \"\ttext\""},
      {"a\t  \r\n", ":1: the text is empty: \"a\t  \""},
      {std::string(70, 'x'), ":1: expected label<TAB>text, found no tab: \"" + std::string(60, 'x') + "...\""},
      {"\xFF\xFE"
       "a",
       ":1: text must be UTF-8: the file begins with a byte order mark of UTF-16"},
  };
  for (const Row& row : rows) {
    const TemporaryFile file(row.content);
    const std::string message = file.path() + row.message;
    CHECK_THROWS_WITH_AS(read_labelled(file.path()), message.c_str(), weft::FormatError);
  }
}

TEST_CASE("errors in pairs name their fields") {
  const TemporaryFile file("source only");
  const std::string message = file.path() + ":1: expected source<TAB>target, found no tab: \"source only\"";
  CHECK_THROWS_WITH_AS(read_pairs(file.path()), message.c_str(), weft::FormatError);
}

TEST_CASE("parallel files must have the same number of lines, none of them empty") {
  const TemporaryFile three("a\nb\nc\n"), two("x\ny\n"), gap("x\n \nz\n"), none("");
  const std::string counts =
      two.path() + ":3: parallel files must have the same number of lines: 3 in " + three.path() + ", 2 in " + two.path();
  CHECK_THROWS_WITH_AS(read_parallel(three.path(), two.path()), counts.c_str(), weft::FormatError);
  const std::string empty_line = gap.path() + ":2: expected one sentence per line: the line is empty: \" \"";
  CHECK_THROWS_WITH_AS(read_parallel(three.path(), gap.path()), empty_line.c_str(), weft::FormatError);
  const std::string empty_file = none.path() + ":1: expected one sentence per line: the file is empty";
  CHECK_THROWS_WITH_AS(read_parallel(none.path(), none.path()), empty_file.c_str(), weft::FormatError);
}

TEST_CASE("files that cannot be read are errors") {
  CHECK_THROWS_WITH_AS(read_labelled("no/such/file.tsv"), "cannot open no/such/file.tsv: No such file or directory",
                       weft::IoError);
  CHECK_THROWS_WITH_AS(read_lines("/"), "cannot read /: it is a folder", weft::IoError);
  CHECK_THROWS_WITH_AS(read_lines("/proc/self/mem"), "cannot read /proc/self/mem: Input/output error", weft::IoError);
}
