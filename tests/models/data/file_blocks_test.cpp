// Ranks that each read their own blocks of files.
#include <doctest/doctest.h>
#include <weft/models/data/map_examples.h>
#include <weft/models/data/selected_source.h>

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <thread>

#include "tests/models/distributed/thread_ranks.h"
#include "tests/models/io/compressed.h"
#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using namespace weft::text;
using test::ends_of_ranks, test::RankEnd, test::results_of_ranks, test::TemporaryFolder, test::ThreadRank, test::write_file;

namespace {

template <class Example>
using MakeSource = std::function<std::unique_ptr<ExampleSource<Example>>()>;

struct Found {
  std::string text, place;
  auto fields() { return std::tie(text, place); }
  bool operator==(const Found&) const = default;
};

template <class Example>
std::vector<Found> find_all(const ExampleSource<Example>& source, Communicator* ranks) {
  std::vector<Found> all;
  auto find = [](const Example& example, const std::string& place) {
    Found found{"", place};
    for (const std::string_view part : text::detail::parts(example)) found.text.append(part).append("|");
    return found;
  };
  map_examples(
      source, find, [&](Found found) { all.push_back(std::move(found)); }, {}, ranks);
  return all;
}

// Whether ranks find in several readings what one rank finds.
template <class Example>
void check_same(const MakeSource<Example>& make) {
  const std::vector<Found> expected = find_all(*make(), nullptr);
  REQUIRE_FALSE(expected.empty());
  for (int count : {2, 4}) {
    CAPTURE(count);
    const std::vector<int> different = results_of_ranks(count, [&](ThreadRank& ranks) {
      const auto source = make();
      int wrong = 0;
      for (int reading = 0; reading < 3; ++reading) wrong += find_all(*source, &ranks) != expected;
      return wrong;
    });
    CHECK(std::ranges::count(different, 0) == count);
  }
}

// `count` lines that line(i) returns.
std::string lines(int count, const std::function<std::string(int)>& line) {
  std::string all;
  for (int i = 0; i < count; ++i) all += line(i) + (i % 5 == 0 ? "\r\n" : "\n");
  return all;
}

std::string number(int i) { return std::to_string(i); }
std::string labelled(int i) { return number(i % 7) + "\ttext " + number(i); }

// The bytes that this process has read from files.
std::size_t bytes_read() {
  std::ifstream counters("/proc/self/io");
  std::string name;
  std::size_t count = 0;
  counters >> name >> count;
  return count;
}

// How all ranks end that read these contents, one file each or the same.
std::vector<RankEnd> ends_of_reading(const std::vector<std::string>& contents, const std::string& name, int readings = 1) {
  const TemporaryFolder folder;
  for (std::size_t i = 0; i < contents.size(); ++i) {
    std::filesystem::create_directory(folder / number(static_cast<int>(i)));
    write_file(folder / number(static_cast<int>(i)) + "/" + name, contents[i]);
  }
  auto ends = ends_of_ranks(4, [&](ThreadRank& ranks) {
    const std::size_t file = contents.size() == 1 ? 0 : static_cast<std::size_t>(ranks.rank());
    const auto source = labelled_file(folder / number(static_cast<int>(file)) + "/" + name);
    for (int reading = 0; reading < readings; ++reading) find_all(*source, &ranks);
  });
  for (RankEnd& end : ends)
    if (const std::size_t at = end.error.find(name); at != std::string::npos) end.error.erase(0, at);
  return ends;
}

}  // namespace

TEST_CASE("ranks read their blocks of each format, as one rank reads them") {
  const TemporaryFolder folder;
  auto check_file = [&](const std::string& name, const std::string& content, const FileOptions& options = {}) {
    CAPTURE(name);
    write_file(folder / name, content);
    check_same<LabelledText>([&] { return labelled_file(folder / name, options); });
  };
  check_file("plain.tsv", lines(30'000, labelled));
  check_file("few.tsv", lines(3, labelled));
  check_file("whole.tsv", lines(8192, labelled));
  check_file("mark.tsv", "\xEF\xBB\xBFtext\tlabel\n" + lines(30'000, labelled) + "last\tline");
  check_file("repaired.tsv", lines(9'000, [](int i) { return labelled(i) + (i % 1000 == 0 ? "\xFF" : ""); }));
  check_file("columns.tsv", "id\ttext\tlabel\n" + lines(9'000, [](int i) { return number(i) + "\t" + labelled(i); }),
             {.columns = {"label", "text"}});
  check_file("long.tsv", lines(40, [](int i) { return labelled(i) + std::string(100'000, 'x'); }));
  check_file("lines.jsonl", lines(9'000, [](int i) { return R"({"label": ")" + number(i) + R"(", "text": "a b"})"; }));
  check_file("words.ft", lines(9'000, [](int i) { return "__label__" + number(i % 3) + " some words " + number(i); }));
  check_file("rows.csv", "label,text\n" + lines(9'000, [](int i) { return number(i) + ",\"two\nlines\n\nof \"\"text\"\"\""; }));
  check_file("packed.tsv", test::gzip(lines(9'000, labelled)));
}

TEST_CASE("ranks read their blocks of pairs, of several files and of what is chosen") {
  const TemporaryFolder folder;
  write_file(folder / "a", lines(20'000, [](int i) { return "source " + number(i); }));
  write_file(folder / "b", lines(20'000, [](int i) { return std::string(static_cast<std::size_t>(i % 300), 't') + number(i); }));
  write_file(folder / "links", lines(20'000, [](int i) { return i % 2 == 0 ? "0-0" : ""; }));
  write_file(folder / "c.chat", lines(15'000, [](int i) { return i % 15 == 14 ? "" : "line " + number(i); }));
  auto parallel = [&] { return parallel_files(folder / "a", folder / "b"); };
  check_same<TextPair>(parallel);
  check_same<TextPair>([&] { return pair_file(folder / "c.chat"); });
  const auto pairs = parallel();
  check_same<TextPair>([&] { return with_alignments(*pairs, folder / "links"); });
  auto joined = [&] {
    JoinedSource<TextPair>::Parts parts;
    parts.push_back(parallel());
    parts.push_back(pair_file(folder / "c.chat"));
    parts.push_back(parallel());
    return std::make_unique<JoinedSource<TextPair>>(std::move(parts));
  };
  check_same<TextPair>(joined);
  for (int every : {2, 50, 9000}) {
    CAPTURE(every);
    std::vector<bool> chosen(find_all(*joined(), nullptr).size());
    for (std::size_t i = 0; i < chosen.size(); i += static_cast<std::size_t>(every)) chosen[i] = true;
    for (bool wanted : {true, false}) {
      // Both readings know the blocks of the files, which the selection does not change.
      const auto expected = find_all(SelectedSource<TextPair>(*joined(), chosen, wanted), nullptr);
      for (const auto& found : results_of_ranks(4, [&](ThreadRank& ranks) {
             const auto all = joined();
             find_all(*all, &ranks);
             return find_all(SelectedSource<TextPair>(*all, chosen, wanted), &ranks);
           }))
        CHECK((found == expected));
    }
  }
}

TEST_CASE("a rank reads only its own blocks of a file once it knows where they begin") {
  const TemporaryFolder folder;
  const std::string path = folder / "data.tsv", content = lines(200'000, labelled);
  write_file(path, content);
  const BlockLimits limits{.hash = true};
  auto read = [&](const LabelledSource& source, std::int64_t own) {
    const std::size_t before = bytes_read();
    std::int64_t number = 0, examples = 0, kept = 0;
    const auto reader = source.open();
    while (const auto block = reader->next_block(limits, number++ % 8 == own)) {
      examples += block->size;
      kept += std::ssize(block->examples);
    }
    CHECK(examples == 200'000);
    CHECK(kept > 20'000);
    return bytes_read() - before;
  };
  const auto source = labelled_file(path);
  CHECK(read(*source, 0) >= content.size());
  for (std::int64_t own : {0, 3, 7}) CHECK(read(*source, own) < content.size() / 4);

  write_file(path + ".gz", test::gzip(content));
  const auto packed = labelled_file(path + ".gz");
  for (int reading = 0; reading < 2; ++reading) CHECK(read(*packed, 1) > 0);

  // Of a pipe, it is the copy that the first reading made.
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  std::thread writer([&] { write_file(folder / "pipe", content); });
  const auto piped = labelled_file(folder / "pipe");
  CHECK(read(*piped, 0) >= content.size());
  writer.join();
  for (std::int64_t own : {0, 7}) CHECK(read(*piped, own) < content.size() / 4);
}

TEST_CASE("a line that one rank finds wrong is the error of all ranks") {
  struct Case {
    int line;  // which is wrong, from 1
    std::string content, error;
  };
  const std::vector<Case> cases{{1, "no tab", ":1: expected label<TAB>text, found no tab: \"no tab\""},
                                {2, "no tab", ":2: expected label<TAB>text, found no tab: \"no tab\""},
                                {5'000, "\tno label", ":5000: the label is empty: \"\tno label\""},
                                {9'000, "a\tb\tc", ":9000: expected label<TAB>text, found 2 tabs: \"a\tb\tc\""},
                                {20'000, "label\ttext", ":20000: a header below the first line"},
                                {30'000, "", ":30000: expected label<TAB>text, found no tab: \"\""}};
  for (const Case& each : cases) {
    CAPTURE(each.line);
    auto line = [&](int i) { return i + 1 == each.line ? each.content : i + 1 > each.line + 50 ? "wrong too" : labelled(i); };
    for (const RankEnd& end : ends_of_reading({lines(30'000, line)}, "data.tsv")) {
      CAPTURE(end.error);
      CHECK(end.error.starts_with("data.tsv" + each.error));
      CHECK_FALSE(end.for_another);
      CHECK_THROWS_AS(std::rethrow_exception(end.failure), FormatError);
    }
  }
  for (const RankEnd& end : ends_of_reading({"label\ttext\n"}, "data.tsv"))
    CHECK(end.error.ends_with("the file has nothing below its header"));
  const std::string packed = test::gzip(lines(30'000, [](int i) { return labelled(i * 7919); }));
  for (const RankEnd& end : ends_of_reading({packed.substr(0, packed.size() / 2)}, "data.tsv.gz")) {
    CHECK(end.error.find("data.tsv.gz") == 0);
    CHECK_FALSE(end.for_another);
  }
}

TEST_CASE("parallel files of different lengths are an error of all ranks, after the lines that are wrong before it") {
  const TemporaryFolder folder;
  write_file(folder / "a", lines(20'000, number));
  write_file(folder / "b", lines(19'000, [](int i) { return i == 15'000 ? "" : number(i); }));
  write_file(folder / "c", lines(19'000, number));
  auto check_ends = [&](const std::string& target, const std::string& error) {
    for (const RankEnd& end :
         ends_of_ranks(4, [&](ThreadRank& ranks) { find_all(*parallel_files(folder / "a", folder / target), &ranks); })) {
      CHECK(end.error == folder / target + error);
      CHECK_FALSE(end.for_another);
    }
  };
  check_ends("b", ":15001: expected one sentence per line: the line is empty: \"\"");
  check_ends("c", ":19001: parallel files must have the same number of lines: 20000 in " + (folder / "a") + ", 19000 in " +
                      (folder / "c"));
}

TEST_CASE("files that differ between ranks are an error, in whatever block they do") {
  for (int changed : {0, 5'000, 29'999}) {
    CAPTURE(changed);
    std::vector<std::string> contents(4, lines(30'000, labelled));
    contents[2] = lines(30'000, [&](int i) { return i == changed ? "6\tTEXT " + number(i) : labelled(i); });
    for (const RankEnd& end : ends_of_reading(contents, "data.tsv"))
      CHECK(end.error.find(" reads other data than this rank: all ranks need the same files") != std::string::npos);
  }
}

TEST_CASE("a file that changes between two readings of its ranks is refused") {
  const TemporaryFolder folder;
  const std::string path = folder / "data.tsv";
  write_file(path, lines(30'000, labelled));
  for (const RankEnd& end : ends_of_ranks(4, [&](ThreadRank& ranks) {
         const auto source = labelled_file(path);
         find_all(*source, &ranks);
         on_first_rank(&ranks, [&] { write_file(path, lines(30'001, labelled)); });
         find_all(*source, &ranks);
       }))
    CHECK(end.error == path + ": was changed after it was first read");
}
