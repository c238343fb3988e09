// demo write as a user runs it.
#include <weft/models/data/files.h>
#include <weft/models/generated/generate_dialogues.h>
#include <weft/models/generated/generate_english_french.h>
#include <weft/models/generated/generate_headlines.h>
#include <weft/models/generated/generate_labelled.h>

#include "tests/models/programs/run_program.h"

using namespace weft;
using test::check_refused, test::lines_in, test::Run;

namespace {

Run demo(const std::string& arguments) { return test::run_program("demo", arguments); }

}  // namespace

TEST_CASE("demo write: writes generated data that the programs can read") {
  test::TemporaryFolder folder;
  auto written = [&](const std::string& data, const std::string& name) {
    const Run run = demo("write " + data + " --count 12 --seed 3 --output " + (folder / name));
    CAPTURE(run.error);
    CHECK(run.code == 0);
    CHECK(run.out.empty());
    return folder / name;
  };
  CHECK(text::read_pairs(written("english-french", "a.tsv")) == text::generate_pairs(12, 3));
  CHECK(text::read_labelled(written("labelled", "b.tsv")) == text::generate_labelled(12, 3));
  CHECK(text::read_pairs(written("headlines", "c.tsv")) == text::generate_headlines(12, 3));
  CHECK(text::read_pairs(written("dialogues", "d.chat")) == text::pairs_of(text::generate_dialogues(12, 3)));
  const Run shown = demo("write headlines --count 12 --seed 3");
  CHECK(shown.code == 0);
  CHECK(shown.out == test::read_file(folder / "c.tsv"));
  const Run fewer = demo("write headlines --count 5 --seed 3");
  CHECK(lines_in(fewer.out) == 5);
  CHECK(shown.out.starts_with(fewer.out));
}

TEST_CASE("demo write: errors are reported in one line") {
  test::TemporaryFolder folder;
  check_refused(demo("write"), "data is required");
  check_refused(demo("write news"), "news");
  check_refused(demo("write headlines --count 0"), "--count: \"0\" is not a whole number from 1 to 1000000000");
  check_refused(demo("write headlines --count -3"), "--count");
  check_refused(demo("write headlines --seed x"), "--seed: \"x\"");
  check_refused(demo("write headlines --report page.html"), "--report");
  check_refused(demo("--report page.html write headlines"), "--report is not an option of demo write\n");
  check_refused(demo("write headlines --output /nowhere/file"), "/nowhere/file");
  check_refused(demo("write headlines --output " + (folder / "")), folder / "");
}
