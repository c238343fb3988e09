// --report and --picture of the programs as a user runs them.
#include "tests/models/charts/markup.h"
#include "tests/models/io/temporary_file.h"
#include "tests/models/programs/run_program.h"

using weft::test::check_refused, weft::test::read_file, weft::test::read_markup, weft::test::Run, weft::test::run_program;

namespace {

std::string labelled_texts() {
  std::string lines;
  for (int i = 0; i < 40; ++i) lines += i % 2 ? "sun\tit is warm & bright <today>\n" : "rain\tit is cold and wet\n";
  return lines;
}

std::string pairs() {
  std::string lines;
  for (int i = 0; i < 40; ++i) lines += i % 2 ? "one two\t1 2\n" : "two one two one\t2 1 2 1\n";
  return lines;
}

std::string checked_page(const std::string& path) {
  const std::string page = read_file(path);
  CHECK(read_markup(page).error == "");
  return page;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("classify: writes reports of training and evaluation, and draws in the terminal") {
  weft::test::TemporaryFile texts(labelled_texts());
  weft::test::TemporaryFolder folder;
  const std::string model = folder / "model", report = folder / "report.html";
  Run train = run_program("classify", "train --train " + texts.path() + " --model " + model + " --epochs 3 --embedding-dim 8 " +
                                          "--vocab-size 50 --report " + report + " --report-date '1 <May>' --picture");
  CAPTURE(train.error);
  REQUIRE(train.code == 0);
  CHECK(has(train.out, "  loss (best epoch "));
  CHECK(has(train.out, "  accuracy (best epoch "));
  std::string page = checked_page(report);
  const std::string data = std::filesystem::path(texts.path()).filename();
  for (const std::string& part :
       {"<h1>classify train: model trained on " + data + "</h1>", std::string("Learning curves"), std::string("Confusion matrix"),
        std::string("Words by attention"), std::string("1 &lt;May&gt;"), std::string(">--learning-rate<"),
        std::string("classify train --train ")})
    CHECK_MESSAGE(has(page, part), part);

  Run evaluate = run_program("classify", "evaluate --model " + model + " --test " + texts.path() +
                                             " --top-k 2 --confusion --picture --report " + report);
  CAPTURE(evaluate.error);
  REQUIRE(evaluate.code == 0);
  CHECK(has(evaluate.out, "true label (rows)"));
  CHECK(evaluate.out.find("true label (rows)") == evaluate.out.rfind("true label (rows)"));
  page = checked_page(report);
  CHECK(has(page, ">&lt;</span>"));
  CHECK(has(page, "<h1>classify evaluate: model on " + data + "</h1>"));
  CHECK(has(page, "top-2 accuracy"));
  CHECK_FALSE(has(page, "Learning curves"));
}

TEST_CASE("classify: look-alike labels are distinguished in attended texts as in tables") {
  std::string lines;
  for (int i = 0; i < 40; ++i) lines += i % 2 ? "sport\tit is warm\n" : "sport\u200B\tit is cold\n";
  weft::test::TemporaryFile texts(lines);
  weft::test::TemporaryFolder folder;
  const std::string model = folder / "model", report = folder / "report.html";
  const Run train = run_program("classify", "train --train " + texts.path() + " --model " + model +
                                                " --epochs 20 --learning-rate 0.1 --embedding-dim 8 --vocab-size 50");
  CAPTURE(train.error);
  REQUIRE(train.code == 0);
  REQUIRE(run_program("classify", "evaluate --model " + model + " --test " + texts.path() + " --report " + report).code == 0);
  const std::string page = checked_page(report);
  CHECK(has(page, "✓ right: <b><bdi>sport\\u{200b}</bdi></b>"));
  CHECK_FALSE(has(page, "<bdi>sport\u200B</bdi>"));
}

TEST_CASE("reports show the flags in effect and an equivalent command line") {
  weft::test::TemporaryFile texts(labelled_texts());
  weft::test::TemporaryFolder folder;
  const std::string report = folder / "report.html";
  auto train = [&](const std::string& model, const std::string& flag) {
    REQUIRE(run_program("classify", "train --train " + texts.path() + " --model " + (folder / model) +
                                        " --epochs 1 --embedding-dim 8" + " --vocab-size 50 --report " + report + " " + flag)
                .code == 0);
    return checked_page(report);
  };
  const std::string page = train("a", "--keep-case");
  CHECK(has(page, ">--lower-case</th><td class=\"text\"><bdi>false<"));
  CHECK(has(page, ">--split-punctuation</th><td class=\"text\"><bdi>true<"));
  CHECK(has(page, ">--resume</th><td class=\"text\"><bdi>false<"));
  CHECK(has(page, " --lower-case=false "));
  CHECK_FALSE(has(page, "--split-punctuation "));
  train("b", "--lower-case=false");
  CHECK(read_file(folder / "a") == read_file(folder / "b"));
  CHECK(has(train("c", "--lower-case"), " --lower-case "));
}

TEST_CASE("translate: writes reports of training and evaluation, and draws in the terminal") {
  weft::test::TemporaryFile data(pairs());
  weft::test::TemporaryFolder folder;
  const std::string model = folder / "model", report = folder / "report.html";
  Run train = run_program("translate", "train --train " + data.path() + " --dev " + data.path() + " --model " + model +
                                           " --epochs 2 --embedding-dim 8 --hidden 8 --report " + report + " --picture");
  CAPTURE(train.error);
  REQUIRE(train.code == 0);
  CHECK(has(train.out, "  loss (best epoch "));
  std::string page = checked_page(report);
  for (const char* part : {"Learning curves", "Quality by length", "Samples", ">gradient norm<", "--hidden"})
    CHECK_MESSAGE(has(page, part), part);

  const std::string scored = "evaluate --model " + model + " --test " + data.path() + " --picture --report " + report;
  Run evaluate = run_program("translate", scored);
  REQUIRE(evaluate.code == 0);
  CHECK(has(evaluate.out, "  4+ words "));
  page = checked_page(report);
  run_program("translate", scored);
  CHECK(page == read_file(report));
}

TEST_CASE("translate align: draws given targets in the terminal, or in a report") {
  weft::test::TemporaryFile data(pairs());
  weft::test::TemporaryFolder folder;
  const std::string model = folder / "model", fixed = folder / "fixed", report = folder / "report.html";
  const std::string train = "train --train " + data.path() + " --epochs 1 --embedding-dim 8 --hidden 8";
  REQUIRE(run_program("translate", train + " --model " + model).code == 0);
  const std::string align = "align --pairs " + data.path() + " --first 2 --model " + model;
  const Run drawn = run_program("translate", align);
  CAPTURE(drawn.error);
  REQUIRE(drawn.code == 0);
  CHECK(has(drawn.out, "two one two one </s>\n2 1 2 1  (ln p of a token -"));
  CHECK(weft::test::lines_in(drawn.out) == 2 * 3 + 4 + 2);
  const Run reported = run_program("translate", align + " --report " + report);
  CHECK(reported.code == 0);
  CHECK(reported.out.empty());
  CHECK(read_markup(checked_page(report)).count("figure", "heatmap") == 2);
  REQUIRE(run_program("translate", train + " --attention none --model " + fixed).code == 0);
  check_refused(run_program("translate", "align --pairs " + data.path() + " --model " + fixed), "no attention");
}

TEST_CASE("translate bottleneck: trains both twins and draws them") {
  weft::test::TemporaryFile data(pairs());
  weft::test::TemporaryFolder folder;
  const std::string report = folder / "report.html";
  const Run run = run_program("translate", "bottleneck --train " + data.path() + " --test " + data.path() + " --seeds 2" +
                                               " --bounds 2,3 --epochs 2 --embedding-dim 8 --hidden 8 --report " + report);
  CAPTURE(run.error);
  REQUIRE(run.code == 0);
  CHECK(has(run.out, "parameters with attention "));
  CHECK(has(run.out, "  up to 2 words with attention"));
  const std::string page = checked_page(report);
  CHECK(has(page, "BLEU fixed vector"));
  CHECK(has(page, "fixed vector (best epoch "));
}

TEST_CASE("translate bottleneck: each run has its own log and model") {
  weft::test::TemporaryFile data(pairs());
  weft::test::TemporaryFolder folder;
  const std::string command = "bottleneck --train " + data.path() + " --test " + data.path() +
                              " --epochs 2 --seed 4 --embedding-dim 8 --hidden 8 --csv-log " + (folder / "log");
  const Run run = run_program("translate", command + " --model " + (folder / "model") + " --tensorboard " + (folder / "board"));
  CAPTURE(run.error);
  REQUIRE(run.code == 0);
  for (const char* name : {"attention-4", "fixed-4"}) {
    CHECK(weft::test::lines_in(read_file((folder / "log-") + name)) == 3);
    CHECK(std::filesystem::is_directory((folder / "board/") + name));
    const Run shown = run_program("translate", "show --model " + (folder / "model-") + name);
    CHECK(has(shown.out, "\n[bottleneck]\n"));
    CHECK(has(shown.out, "decoder.attention") == (name[0] == 'a'));
  }
  check_refused(run_program("translate", command + " --model " + (folder / "log")), "would replace another file of the same run");
  check_refused(run_program("translate", command + " --model /nowhere/model"), "/nowhere/model-attention-4");
}

TEST_CASE("files of the first run cannot replace each other") {
  weft::test::TemporaryFile texts(labelled_texts()), data(pairs()), vocabulary("a\n");
  weft::test::TemporaryFolder folder;
  const std::string out = folder / "out", same = folder / "./out";
  const std::string classify = "train --train " + texts.path(), translate = "train --train " + data.path();
  const std::string replaces = "would replace another file of the same run, ";
  check_refused(run_program("classify", classify + " --model " + out + " --report " + same), replaces + out);
  check_refused(run_program("translate", translate + " --model " + out + " --report " + same), replaces + out);
  check_refused(run_program("classify", classify + " --model " + out + " --save-vocab " + same), replaces + same);
  check_refused(run_program("translate", translate + " --model " + out + " --joint-vocab --save-vocab " + same), replaces + same);
  check_refused(
      run_program("translate", translate + " --model " + out + " --save-vocab " + (folder / "v") + " " + (folder / "v")),
      replaces + (folder / "v"));
  const std::string with_report = classify + " --model " + out + " --report " + vocabulary.path();
  check_refused(run_program("classify", with_report + " --vocab " + vocabulary.path()), replaces + vocabulary.path());
  CHECK(folder.files() == 0);
}

TEST_CASE("reports that cannot be written are refused before training") {
  weft::test::TemporaryFile texts(labelled_texts()), data(pairs());
  weft::test::TemporaryFolder folder;
  check_refused(
      run_program("classify", "train --train " + texts.path() + " --model " + (folder / "m") + " --report /nowhere/r.html"),
      "/nowhere/r.html");
  check_refused(
      run_program("translate", "train --train " + data.path() + " --model " + (folder / "m") + " --report " + data.path()),
      data.path());
  CHECK(folder.files() == 0);
}
