#include <weft/models/data/example_source.h>
#include <weft/models/data/selected_source.h>
#include <weft/models/io/detail/order.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/models/io/compressed.h"
#include "tests/models/io/temporary_file.h"
#include "tests/tensor/files/old_file.h"

using namespace weft;
using namespace weft::text;
using test::gzip, test::TemporaryFile;
using Texts = std::vector<LabelledText>;
using Pairs = std::vector<TextPair>;

namespace {

Texts read(const std::string& content, const FileOptions& options) {
  return read_all(*labelled_file(TemporaryFile(content).path(), options));
}
Texts csv(const std::string& content, FileOptions options = {}) {
  options.format = FileFormat::csv;
  return read(content, options);
}
Texts jsonl(const std::string& content, FileOptions options = {}) {
  options.format = FileFormat::jsonl;
  return read(content, options);
}

struct Refused {
  std::string content, message;
  FileOptions options = {};
};

void check_refused(FileFormat format, const std::vector<Refused>& rows) {
  for (Refused row : rows) {
    CAPTURE(row.content);
    row.options.format = format;
    const TemporaryFile file(row.content);
    const auto source = labelled_file(file.path(), row.options);
    CHECK_THROWS_WITH_AS(read_all(*source), (file.path() + row.message).c_str(), FormatError);
  }
}

}  // namespace

TEST_CASE("the format is recognised by the file name") {
  for (const auto& row : std::vector<std::pair<std::string, FileFormat>>{{"a.csv", FileFormat::csv},
                                                                         {"a.csv.gz", FileFormat::csv},
                                                                         {"a.tsv", FileFormat::tsv},
                                                                         {"a.gz", FileFormat::tsv},
                                                                         {"-", FileFormat::tsv},
                                                                         {"csv", FileFormat::tsv},
                                                                         {"a.jsonl", FileFormat::jsonl},
                                                                         {"a.ndjson.gz", FileFormat::jsonl},
                                                                         {"a.ft", FileFormat::fasttext},
                                                                         {"a.fasttext.gz", FileFormat::fasttext}})
    CHECK_MESSAGE(format_of_name(row.first) == row.second, row.first);
}

TEST_CASE("every format gives the same examples, plain and gzipped, each time they are read") {
  const Texts expected{{"music", "play a song"}, {"weather", "will it \"rain\", or not ?"}, {"müsik", "ein Lied 🎵"}};
  const std::vector<std::pair<FileFormat, std::string>> files{
      {FileFormat::tsv, "music\tplay a song\nweather\twill it \"rain\", or not ?\nmüsik\tein Lied 🎵\n"},
      {FileFormat::csv, "music,play a song\r\nweather,\"will it \"\"rain\"\", or not ?\"\r\nmüsik,ein Lied 🎵"},
      {FileFormat::fasttext,
       "__label__music play a song\n__label__weather\twill it \"rain\", or not ?\r\nein Lied 🎵 __label__müsik\n"},
      {FileFormat::jsonl,
       "{\"label\": \"music\", \"text\": \"play a song\"}\n"
       "{\"text\": \"will it \\\"rain\\\", or not ?\", \"id\": [1, {\"text\": null}], \"label\": \"weather\"}\r\n"
       "{\"label\":\"m\\u00fcsik\",\"text\":\"ein Lied \\ud83c\\udfb5\"}\n"}};
  for (const auto& file_row : files) {
    const auto& [format, content] = file_row;
    CAPTURE(to_string(file_row.first));
    for (const std::string& bytes : {content, "\xEF\xBB\xBF" + content, gzip(content)}) {
      const TemporaryFile file(bytes);
      const auto source = labelled_file(file.path(), {.format = format});
      CHECK(read_all(*source) == expected);
      CHECK(read_all(*source) == expected);
    }
  }
  CHECK(read_all(MemorySource<LabelledText>(expected)) == expected);
}

TEST_CASE("pairs are read from every format with columns and from parallel files") {
  const Pairs expected{{"she sings", "elle chante"}, {"he sleeps", "il dort"}};
  auto read = [](FileFormat format, const std::string& content, const std::vector<std::string>& columns = {}) {
    return read_all(*pair_file(TemporaryFile(content).path(), {.format = format, .columns = columns}));
  };
  CHECK(read(FileFormat::tsv, "she sings\telle chante\nhe sleeps\til dort\n") == expected);
  CHECK(read(FileFormat::csv, "target,source\nelle chante,she sings\nil dort,he sleeps\n") == expected);
  CHECK(read(FileFormat::jsonl, "{\"en\": \"she sings\", \"fr\": \"elle chante\"}\n{\"fr\": \"il dort\", \"en\": \"he sleeps\"}",
             {"en", "fr"}) == expected);
  const TemporaryFile sources(gzip("she sings\nhe sleeps\n")), targets("elle chante\r\nil dort");
  CHECK(read_all(*parallel_files(sources.path(), targets.path())) == expected);
  CHECK_THROWS_WITH_AS(pair_file("a.ft"), "format fasttext: it has labels, not source and target", ValueError);
  CHECK_THROWS_WITH_AS(parallel_files("-", "/dev/stdin"), "parallel files: both are standard input", ValueError);
}

TEST_CASE("quoted CSV fields may contain commas, quotes and line breaks") {
  CHECK(csv("a,\"x, y\"\nb,\"x \"\"y\"\"\"\nc,\"one\ntwo\r\nthree\"\n") ==
        Texts{{"a", "x, y"}, {"b", "x \"y\""}, {"c", "one\ntwo\r\nthree"}});
  CHECK(csv("\"a\",\"\"\"\"\n\"b\",\"\n\"\"\"") == Texts{{"a", "\""}, {"b", "\n\""}});
  CHECK(csv("a, x y \n") == Texts{{"a", " x y "}});
}

TEST_CASE("CSV columns are chosen by the header's names or by numbers") {
  const std::string table = "id,Text,title,Label\n1,the body,the title,news\n2,\"more, body\",,sport\n";
  const Texts bodies{{"news", "the body"}, {"sport", "more, body"}};
  CHECK(csv(table) == bodies);
  CHECK(csv(table, {.columns = {"Label", "Text"}}) == bodies);
  CHECK(csv(table, {.columns = {"4", "2"}}) == bodies);
  CHECK(csv(table, {.columns = {"Label", "2"}}) == bodies);
  CHECK(csv(table, {.columns = {"4", "2"}, .header = Header::yes}) == bodies);
  CHECK(csv(table, {.columns = {"Label", "title", "Text"}}) == Texts{{"news", "the title the body"}, {"sport", " more, body"}});
  CHECK(csv(table, {.columns = {"4", "2"}, .header = Header::no})[0] == LabelledText{"Label", "Text"});
  CHECK(csv("class,words\na,b\n", {.header = Header::yes}) == Texts{{"a", "b"}});
  CHECK(csv("class,words\na,b\n") == Texts{{"class", "words"}, {"a", "b"}});
  CHECK(csv("label,text\na,b\n", {.header = Header::no}) == Texts{{"label", "text"}, {"a", "b"}});
  CHECK(csv("class,words\na,b\n", {.columns = {"1", "2"}}) == Texts{{"class", "words"}, {"a", "b"}});
}

TEST_CASE("TSV columns are chosen in the same way, without quoting") {
  auto tsv = [](const std::string& content, FileOptions options) {
    options.format = FileFormat::tsv;
    return read(content, options);
  };
  const std::string table = "id\tlabel\tsay \"it\"\n1\ta\tone \"two\n";
  CHECK(tsv(table, {.columns = {"label", "say \"it\""}}) == Texts{{"a", "one \"two"}});
  CHECK(tsv(table, {.columns = {"2", "3"}, .header = Header::no}).size() == 2);
  CHECK(tsv("x\ty\na\tb\n", {.header = Header::yes}) == Texts{{"a", "b"}});
}

TEST_CASE("the prefix of fastText labels can be set") {
  CHECK(read("#a one\n#b two three\n", {.format = FileFormat::fasttext, .label_prefix = "#"}) ==
        Texts{{"a", "one"}, {"b", "two three"}});
}

TEST_CASE("JSONL numbers and booleans are read as text, and fields are joined") {
  CHECK(jsonl("{\"label\": 3, \"text\": true}\n{\"label\": -1, \"text\": 1.50}\n") == Texts{{"3", "true"}, {"-1", "1.50"}});
  CHECK(jsonl("{\"c\": \"x\", \"title\": \"a\", \"body\": \"b\"}", {.columns = {"c", "title", "body"}}) == Texts{{"x", "a b"}});
}

TEST_CASE("invalid CSV is refused with line, rule and value") {
  check_refused(
      FileFormat::csv,
      {{"", ":1: expected comma-separated values: the file is empty"},
       {"label,text\n", ":1: expected comma-separated values: the file has nothing below its header"},
       {"a,b\n\nc,d\n", ":2: expected comma-separated values: the line is empty"},
       {"a,b\nc\n", ":2: expected 2 fields as in the first row, found 1: \"c\""},
       {"a,b\nc,\"x\ny\",z\n", ":2: expected 2 fields as in the first row, found 3: \"c,\"x\\x0ay\",z\""},
       {"a,b\nc,say \"it\"\n", ":2: a quote inside a field that does not begin with one: \"say \"it\"\""},
       {"a,\"b\" \n", ":1: expected a comma behind a closing quote: \"\" \""},
       {"a,b\nc,\"d\ne,f\n", ":2: a quoted field has no closing quote: \"d\\x0ae,f\\x0a\""},
       {"a,b\n,text\n", ":2: the label is empty: \",text\""},
       {"a,\" \n\"\n", ":1: the text is empty: \"a,\" \\x0a\"\""},
       {"one\n", ":1: expected columns label and text, or two columns, found 1; choose the columns (--columns): \"one\""},
       {"a,b,c\n", ":1: expected columns label and text, or two columns, found 3; choose the columns (--columns): \"a, b, c\""},
       {"a,b\nc,d\n", ":1: the header has no column \"topic\": \"a, b\"", {.columns = {"topic", "b"}}},
       {"a,b\nc,d\n", ":1: there is no column 3, the first row has 2: \"a, b\"", {.columns = {"1", "3"}}}});
}

TEST_CASE("invalid TSV, fastText and JSONL are refused with line, rule and value") {
  check_refused(
      FileFormat::tsv,
      {{"a\tb\tc\nd\te\n", ":2: expected 3 fields as in the first row, found 2: \"d\te\"", {.columns = {"1", "3"}}},
       {"a\tb\n", ":1: expected lines of fields between tabs: the file has nothing below its header", {.columns = {"a", "b"}}},
       {"", ":1: expected lines of fields between tabs: the file is empty", {.columns = {"a", "b"}}}});
  check_refused(FileFormat::fasttext,
                {{"", ":1: expected lines of __label__label text: the file is empty"},
                 {"__label__a x\nno label\n", ":2: expected __label__label text, found no label: \"no label\""},
                 {"\n", ":1: expected __label__label text, found no label: \"\""},
                 {"__label__a __label__b x\n", ":1: expected one label, found 2: \"__label__a __label__b x\""},
                 {"__label__ x\n", ":1: the label is empty: \"__label__ x\""},
                 {"__label__a \n", ":1: the text is empty: \"__label__a \""}});
  const std::string good = "{\"label\": \"a\", \"text\": \"b\"}\n";
  check_refused(
      FileFormat::jsonl,
      {{"", ":1: expected one JSON object per line: the file is empty"},
       {good + "\n", ":2: expected one JSON object per line: the line is empty"},
       {"{\"label\": \"a\", \"text\": 1e400}", ":1: a number is out of range: '1e400': \"{\"label\": \"a\", \"text\": 1e400}\""},
       {"[1]", ":1: expected one object per line, found an array: \"[1]\""},
       {"\"a\"", ":1: expected one object per line, found a value: \"\"a\"\""},
       {"null", ":1: expected one object per line, found null: \"null\""},
       {good + "{\"label\": \"a\"}", ":2: there is no field \"text\": \"{\"label\": \"a\"}\""},
       {"{\"label\": null, \"text\": \"b\"}",
        ":1: the field \"label\" is null, not a string: \"{\"label\": null, \"text\": \"b\"}\""},
       {"{\"label\": [], \"text\": 1}", ":1: the field \"label\" is an array, not a string: \"{\"label\": [], \"text\": 1}\""},
       {"{\"text\": {}, \"label\": 1}", ":1: the field \"text\" is an object, not a string: \"{\"text\": {}, \"label\": 1}\""},
       {"{\"label\": 1, \"label\": 2}", ":1: the field \"label\" occurs twice: \"{\"label\": 1, \"label\": 2}\""},
       {"{\"label\": \"\", \"text\": \"b\"}", ":1: the label is empty: \"{\"label\": \"\", \"text\": \"b\"}\""}});
  for (const std::string& broken :
       {std::string("{\"label\": \"a\", \"text\": \"\\ud83c\"}"), std::string("{\"label\": \"a\" \"text\"}"), good.substr(0, 20),
        good.substr(0, 27) + " }", std::string("{\"label\": \"\\x\"}")}) {
    const TemporaryFile file(good + broken);
    CAPTURE(broken);
    const std::string begin = file.path() + ":2: this is not JSON: column ";
    CHECK_THROWS_WITH_AS(read_all(*labelled_file(file.path(), {.format = FileFormat::jsonl})), doctest::Contains(begin.c_str()),
                         FormatError);
  }
}

TEST_CASE("the header of a TSV file is not an example, and gives the order of its columns") {
  const Texts expected{{"news", "the body"}, {"sport", "more"}};
  auto tsv = [](const std::string& content, Header header = Header::automatic) {
    return read(content, {.format = FileFormat::tsv, .header = header});
  };
  CHECK(tsv("label\ttext\nnews\tthe body\nsport\tmore\n") == expected);
  CHECK(tsv("Text\tLABEL\r\nthe body\tnews\r\nmore\tsport\r\n") == expected);
  CHECK(tsv("text\tlabel\nthe body\tnews\nmore\tsport\n", Header::yes) == expected);
  CHECK(tsv("class\twords\nnews\tthe body\nsport\tmore\n", Header::yes) == expected);
  CHECK(tsv("label\ttext\na\tb\n", Header::no) == Texts{{"label", "text"}, {"a", "b"}});
  CHECK(tsv("label\ta text\na\tb\n") == Texts{{"label", "a text"}, {"a", "b"}});
  CHECK(tsv("a\tb\nlabel\ttext\n", Header::no) == Texts{{"a", "b"}, {"label", "text"}});
  const TemporaryFile pairs("target\tsource\nelle chante\tshe sings\n");
  CHECK(read_all(*pair_file(pairs.path())) == Pairs{{"she sings", "elle chante"}});
  check_refused(FileFormat::tsv,
                {{"label\ttext\n", ":1: expected lines of label<TAB>text: the file has nothing below its header"},
                 {"label", ":1: expected label<TAB>text, found no tab: \"label\""}});
}

TEST_CASE("a header in the middle of a file is refused") {
  const std::string tsv_rule = ": a header below the first line: were files joined? (--header no reads it as a record): ",
                    csv_rule = ": a header below the first row: were files joined? (--header no reads it as a record): ";
  check_refused(FileFormat::tsv, {{"label\ttext\na\tb\nlabel\ttext\nc\td\n", ":3" + tsv_rule + "\"label\ttext\""},
                                  {"a\tb\nText\tLabel\n", ":2" + tsv_rule + "\"Text\tLabel\""},
                                  {"x\ty\na\tb\nx\ty\n", ":3" + tsv_rule + "\"x\ty\"", {.header = Header::yes}},
                                  {"x\ty\na\tb\nx\ty\n", ":3" + csv_rule + "\"x\ty\"", {.columns = {"x", "y"}}}});
  check_refused(
      FileFormat::csv,
      {{"label,text\na,b\n\xEF\xBB\xBFlabel,text\nc,d\n", ":3" + csv_rule + "\"label,text\""},
       {"a,b\nlabel,text\n", ":2" + csv_rule + "\"label,text\""},
       {"id,label,text\n1,a,b\nid,label,text\n", ":3" + csv_rule + "\"id,label,text\""},
       {"1,a,b\nid,label,text\n", ":2" + csv_rule + "\"id,label,text\"", {.columns = {"2", "3"}}},
       {"id,topic,words\n1,a,b\nid,topic,words\n", ":3" + csv_rule + "\"id,topic,words\"", {.columns = {"topic", "3"}}}});
  CHECK(csv("label,text\na,b\nlabel,a text\ntext,label of it\n").size() == 3);
}

TEST_CASE("a header that names a column twice is refused") {
  check_refused(FileFormat::csv,
                {{"label,text,text\na,b,c\n", ":1: the header names the column \"text\" twice: \"label, text, text\""},
                 {"label,Text,text\na,b,c\n", ":1: the header names the column text 2 times: \"label, Text, text\""},
                 {"label,label\na,b\n", ":1: the header names the column \"label\" twice: \"label, label\""},
                 {"x,y,x\na,b,c\n", ":1: the header names the column \"x\" twice: \"x, y, x\"", {.columns = {"x", "y"}}}});
  check_refused(FileFormat::tsv,
                {{"label\tlabel\na\tb\n", ":1: the header names the column label twice: \"label\tlabel\""},
                 {"x\ty\tx\na\tb\tc\n", ":1: the header names the column \"x\" twice: \"x, y, x\"", {.columns = {"x", "y"}}}});
  CHECK(csv("label,text,,\na,b,c,d\n") == Texts{{"a", "b"}});
}

TEST_CASE("a column cannot be both label and text, or occur twice in the text") {
  struct Row {
    FileFormat format;
    std::vector<std::string> columns;
    const char* message;
  };
  const std::vector<Row> rows = {
      {FileFormat::csv, {"1", "1"}, "columns: 1 is named twice, as the label and as the text"},
      {FileFormat::csv, {"1", "01"}, "columns: 01 is named twice, as the label and as the text"},
      {FileFormat::tsv, {"1", "2", "2"}, "columns: 2 is named twice, as the text and as the text"},
      {FileFormat::tsv, {"body", "body"}, "columns: body is named twice, as the label and as the text"},
      {FileFormat::jsonl, {"body", "body"}, "columns: body is named twice, as the label and as the text"},
      {FileFormat::jsonl, {"id", "body", "id"}, "columns: id is named twice, as the label and as the text"},
  };
  for (const Row& row : rows)
    CHECK_THROWS_WITH_AS(labelled_file("/nowhere", {.format = row.format, .columns = row.columns}), row.message, ValueError);
  CHECK_THROWS_WITH_AS(text_file("/nowhere", {.format = FileFormat::csv, .columns = {"2", "2"}}),
                       "columns: 2 is named twice, as the text and as the text", ValueError);
  CHECK_THROWS_WITH_AS(pair_file("/nowhere", {.format = FileFormat::jsonl, .columns = {"de", "de"}}),
                       "columns: de is named twice, as the source and as the target", ValueError);
  const std::string twice = ":1: columns: column 2 is named twice, as the label and as the text: \"id, body\"";
  check_refused(FileFormat::csv, {{"id,body\n1,a\n", twice, {.columns = {"body", "2"}}}});
  check_refused(FileFormat::tsv, {{"id\tbody\n1\ta\n", twice, {.columns = {"2", "body"}}}});
}

TEST_CASE("impossible options are refused before the file is read") {
  auto refuse = [](const FileOptions& options, const char* message) {
    CHECK_THROWS_WITH_AS(labelled_file("/nowhere", options), message, ValueError);
  };
  const FileFormat csv = FileFormat::csv;
  refuse({.format = csv, .columns = {"a"}}, "columns: expected one for the label and at least one for the text, got \"a\" alone");
  refuse({.format = FileFormat::jsonl, .columns = {"a"}},
         "columns: expected one for the label and at least one for the text, got \"a\" alone");
  refuse({.format = csv, .columns = {"0", "1"}}, "columns: \"0\" is neither the name of a column nor a number from 1");
  refuse({.format = csv, .columns = {"1", ""}}, "columns: \"\" is neither the name of a column nor a number from 1");
  refuse({.format = csv, .columns = {"1", "b"}, .header = Header::no}, "columns: \"b\" is a name, but the file has no header");
  refuse({.format = FileFormat::fasttext, .columns = {"1", "2"}}, "format fasttext: it has no columns, got \"1\"");
  refuse({.format = FileFormat::fasttext, .label_prefix = ""}, "format fasttext: the prefix of labels is empty");
}

TEST_CASE("bad bytes are reported with their place the first time that a source is read") {
  const TemporaryFile file("a,\"one\ntwo \xFF\xFE\"\nb,caf\xE9\n");
  std::vector<std::string> reported;
  const auto source = labelled_file(
      file.path(), {.format = FileFormat::csv, .on_bad_bytes = [&](const BadBytes& bad) { reported.push_back(to_string(bad)); }});
  const Texts expected{{"a", "one\ntwo \uFFFD\uFFFD"}, {"b", "caf\uFFFD"}};
  CHECK(read_all(*source) == expected);
  CHECK(read_all(*source) == expected);
  CHECK(reported == std::vector<std::string>{file.path() + ":2: not UTF-8 at byte 4: replaced by U+FFFD (2 places in this line)",
                                             file.path() + ":3: not UTF-8 at byte 5: replaced by U+FFFD"});
}

TEST_CASE("a reader reports the place of its example") {
  const TemporaryFile file("a,\"one\ntwo\"\nb,three\n");
  const auto source = labelled_file(file.path(), {.format = FileFormat::csv});
  const auto reader = source->open();
  LabelledText example;
  REQUIRE(reader->next(example));
  CHECK(reader->place() == file.path() + ":1");
  REQUIRE(reader->next(example));
  CHECK(reader->place() == file.path() + ":3");
  CHECK_FALSE(reader->next(example));
}

TEST_CASE("randomly changed files are read or refused in one line") {
  const std::vector<std::pair<FileFormat, std::string>> seeds{
      {FileFormat::tsv, "music\tplay a song\nweather\twill it rain\n"},
      {FileFormat::csv, "label,text\nmusic,\"play \"\"a\"\" song\"\nweather,\"will\nit\r\nrain\"\n"},
      {FileFormat::fasttext, "__label__music play a song\n__label__weather will it rain\n"},
      {FileFormat::jsonl, "{\"label\": \"m\\u00fcsik\", \"text\": \"\\ud83c\\udfb5 song\", \"n\": [1.5e3, {\"a\": null}]}\n"}};
  const std::vector<std::string> pieces{
      "\"",        ",",   "\n",      "\r\n",  "\t", "\\",     "{", "[", "}", "\xFF", "\xEF\xBB\xBF", std::string(1, '\0'),
      "__label__", "\\u", "\\ud800", "1e999", "é",  "\x1B[2J"};
  for (const auto& seed_row : seeds) {
    const auto& [format, seed] = seed_row;
    CAPTURE(to_string(seed_row.first));
    CounterRandom random(7);
    int refused = 0, accepted = 0;
    for (int round = 0; round < 1500; ++round) {
      std::string content = seed;
      for (std::uint64_t change = 0, changes = 1 + random.below(4); change < changes; ++change) {
        const auto at = static_cast<std::size_t>(random.below(content.size() + 1));
        const auto length = static_cast<std::size_t>(random.below(6));
        if (random.chance(0.4))
          content.insert(at, random.pick(pieces));
        else if (random.chance(0.5))
          content.erase(at, length);
        else if (random.chance(0.5))
          content.insert(at, content.substr(at, 3 * length));
        else if (at < content.size())
          content[at] = static_cast<char>(random.below(256));
      }
      const TemporaryFile file(content);
      test::make_old(file.path());
      try {
        for (const LabelledText& example : read_all(*labelled_file(file.path(), {.format = format})))
          CHECK((!example.label.empty() && !example.text.empty()));
        ++accepted;
      } catch (const FormatError& error) {
        const std::string message = error.what();
        CAPTURE(message);
        CHECK(message.starts_with(file.path() + ":"));
        CHECK(std::count(message.begin(), message.end(), '\n') == 0);
        CHECK(message.find('\x1B') == std::string::npos);
        CHECK(message.size() < file.path().size() + 700);
        ++refused;
      }
    }
    CHECK(refused > 100);
    CHECK(accepted > 50);
  }
}

TEST_CASE("selected examples keep their order and place") {
  const TemporaryFile file("a\tone\nb\ttwo\nc\tthree\n");
  const auto all = labelled_file(file.path());
  const std::vector<bool> chosen{true, false, true};
  CHECK(read_all(SelectedSource<LabelledText>(*all, chosen)) == Texts{{"a", "one"}, {"c", "three"}});
  const SelectedSource<LabelledText> others(*all, chosen, false);
  CHECK(read_all(others) == Texts{{"b", "two"}});
  const auto reader = others.open();
  LabelledText example;
  REQUIRE(reader->next(example));
  CHECK(reader->place() == file.path() + ":2");
  const std::vector<bool> fewer{true, true};
  const std::string changed = file.path() + ":3: the data changed while it was read";
  CHECK_THROWS_WITH_AS(read_all(SelectedSource<LabelledText>(*all, fewer)), changed.c_str(), FormatError);
}

TEST_CASE("several files are read as one, each in its format and with its header, and places name the file") {
  const TemporaryFile first("label,text\na,one\nb,two\n"), second(gzip("__label__c three\n")), bad("d\tfour\nfive\n");
  JoinedSource<LabelledText>::Parts parts;
  parts.push_back(labelled_file(first.path(), {.format = FileFormat::csv}));
  parts.push_back(labelled_file(second.path(), {.format = FileFormat::fasttext}));
  const JoinedSource<LabelledText> joined(std::move(parts));
  for (int time : {1, 2}) {
    CAPTURE(time);
    CHECK(read_all(joined) == Texts{{"a", "one"}, {"b", "two"}, {"c", "three"}});
  }
  const auto reader = joined.open();
  LabelledText text;
  for (const std::string& place : {first.path() + ":2", first.path() + ":3", second.path() + ":1"}) {
    CHECK(reader->next(text));
    CHECK(reader->place() == place);
  }
  for (int time : {1, 2}) {
    CAPTURE(time);
    CHECK_FALSE(reader->next(text));
    CHECK(reader->place() == second.path() + ":1");
  }
  JoinedSource<LabelledText>::Parts some;
  some.push_back(labelled_file(first.path(), {.format = FileFormat::csv}));
  some.push_back(labelled_file(bad.path()));
  const JoinedSource<LabelledText> broken(std::move(some));
  CHECK_THROWS_WITH_AS(read_all(broken), doctest::Contains((bad.path() + ":2: expected ").c_str()), FormatError);
  CHECK(read_all(JoinedSource<LabelledText>({})).empty());
}

TEST_CASE("CSV: a first line sep= sets the separator, as in Excel") {
  const Texts expected{{"a", "b; \"c\""}, {"d", "e,f"}};
  for (const char* first : {"sep=;\r\n", "\"sep=;\"\n", "\xEF\xBB\xBFsep=;\n"})
    CHECK(csv(first + std::string("label;text\na;\"b; \"\"c\"\"\"\nd;e,f\n")) == expected);
  CHECK(csv("sep=,\na,b\n") == Texts{{"a", "b"}});
  CHECK(csv("sep=\t\na\tb\n") == Texts{{"a", "b"}});
  CHECK(csv("a,b\nsep=;,c\n") == Texts{{"a", "b"}, {"sep=;", "c"}});
}
