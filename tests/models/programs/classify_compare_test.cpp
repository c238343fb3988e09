#include <weft/models/classifier/classify.h>

#include <algorithm>
#include <cmath>

#include "tests/models/charts/markup.h"
#include "tests/models/programs/classify_files.h"

using namespace weft;
using namespace weft::test;

namespace {

const std::string kQuick = " --embedding-dim 8 --epochs 2 --seed 3";

// Returns the command at the end of the output, without the program's name and with another model file.
std::string advised(const Run& run, const std::string& model) {
  const std::string line = lines_of(run.out).back(), begin = "    classify ", end = " --model classifier.weft";
  CAPTURE(run.out);
  REQUIRE(line.starts_with(begin));
  REQUIRE(line.ends_with(end));
  return line.substr(begin.size(), line.size() - begin.size() - end.size()) + " --model " + model;
}

// The fields of a table line: 14 columns for the score, in which ± takes two bytes, 9 for the seconds and 6 for the runs.
std::string score_of(const std::string& line) {
  const std::string score = line.substr(line.find_first_not_of(' '), 15);
  return score.substr(0, score.find_last_of("0123456789", 13) + 1);
}
std::string options_of(const std::string& line) { return line.substr(15 + 9 + 6 + 2); }

}  // namespace

TEST_CASE("classify compare: prints a table by falling score, and a command that runs as printed") {
  Files files;
  const std::string train = files.folder / "my texts.tsv";
  write_file(train, read_file(files.train));
  const Run run = classify("compare --train '" + train + "'" + kQuick + " --keep-case --unicode nfkc");
  CAPTURE(run.error);
  CAPTURE(run.out);
  REQUIRE(run.code == 0);
  CHECK(run.error.empty());
  const auto lines = lines_of(run.out);
  REQUIRE(lines.size() == 3 + 1 + 11 + 4);
  CHECK(lines[0] == "texts 300; in each run 60 of them are held out for the score");
  CHECK(lines[1] ==
        "37 trainings: 2 runs of 5 ways to read a text and 6 variants of the two best, then 3 more runs of the 5 best");
  CHECK(lines[3] == "  dev accuracy  seconds  runs  options of classify train");
  double before = 101;
  std::vector<std::string> options;
  for (std::size_t i = 4; i < 15; ++i) {
    CAPTURE(lines[i]);
    if (i == 9) before = 101;  // the candidates after the finalists begin here
    const double score = std::stod(lines[i]);
    CHECK(score <= before);
    before = score;
    CHECK(lines[i].find(" ± ") != std::string::npos);
    CHECK(lines[i].find(i < 9 ? "   5  " : "   2  ") != std::string::npos);
    options.push_back(options_of(lines[i]));
  }
  CHECK(std::count(options.begin(), options.end(), "no options") == 1);
  CHECK(lines[16].find("a standard error of their difference") != std::string::npos);

  const std::string command = advised(run, files.model);
  for (const char* part : {"/my texts.tsv' ", " --embedding-dim 8", " --epochs 2", " --seed 3", " --unicode nfkc"})
    CHECK(command.find(part) != std::string::npos);
  const bool found = std::any_of(options.begin(), options.begin() + 5, [&](const std::string& each) {
    return each == "no options" || command.find(" " + each + " --model") != std::string::npos;
  });
  CHECK(found);
  const Run trained = classify(command);
  CAPTURE(trained.error);
  REQUIRE(trained.code == 0);
  const TextClassifier model = TextClassifier::load(files.model);
  CHECK_FALSE(model.tokenizer().options().lower_case);
  CHECK(model.tokenizer().options().normalization == text::Normalization::nfkc);
}

TEST_CASE("classify compare: the scores depend on the seed, not on the threads") {
  Files files;
  auto scores = [&](const std::string& more) {
    const Run run = classify("compare --train " + files.train + " --embedding-dim 8 --epochs 1" + more);
    REQUIRE(run.code == 0);
    auto lines = lines_of(run.out);
    lines.pop_back();  // the command contains the options
    for (std::size_t i = 4; i < 15; ++i) lines[i] = score_of(lines[i]) + options_of(lines[i]);  // leaves out the seconds
    return lines;
  };
  const auto first = scores(" --seed 1");
  CHECK(scores(" --seed 1 --threads 2") == first);
  CHECK(scores(" --seed 2") != first);
}

TEST_CASE("classify compare: dev texts, other formats and the macro-averaged F1 can be used") {
  Files files;
  auto texts = text::generate_labelled(500, 7);
  std::string train = "id,body,topic\n", dev = train;
  for (std::size_t i = 0; i < texts.size(); ++i)
    (i < 250 ? train : dev) += "1,\"" + texts[i].text + "\"," + texts[i].label + "\n";
  const std::string train_path = files.folder / "a.txt", dev_path = files.folder / "b.txt";
  write_file(train_path, train);
  write_file(dev_path, dev);
  const Run run = classify("compare --format csv --columns topic,body --train " + train_path + " --dev " + dev_path +
                           " --monitor macro_f1" + kQuick);
  CAPTURE(run.error);
  REQUIRE(run.code == 0);
  CHECK(lines_of(run.out)[0] == "texts 250; in each run 125 dev texts give the score and the others choose the epoch");
  CHECK(lines_of(run.out)[3].starts_with("  dev macro_f1 "));
  const Run trained = classify(advised(run, files.model));
  CAPTURE(trained.error);
  CHECK(trained.code == 0);
  CHECK(trained.out.find("dev_macro_f1") != std::string::npos);
}

TEST_CASE("classify compare: the report shows every setting and the command") {
  Files files;
  const std::string page = files.folder / "report.html", command = "compare --train " + files.train + kQuick;
  const Run run = classify(command + " --report " + page + " --report-date today");
  CAPTURE(run.error);
  REQUIRE(run.code == 0);
  const std::string html = read_file(page);
  CHECK(read_markup(html).error == "");
  CHECK(html.find("<h1>classify compare: train.tsv</h1>") != std::string::npos);
  const auto lines = lines_of(run.out);
  CHECK(html.find(lines[16]) != std::string::npos);
  for (std::size_t i = 4; i < 15; ++i) {
    const std::string options = options_of(lines[i]), score = score_of(lines[i]);
    CAPTURE(lines[i]);
    CHECK(html.find("<code>" + options + "</code>") != std::string::npos);
    CHECK(html.find("<td>" + score + "</td>") != std::string::npos);
  }
  CHECK(html.find(lines.back().substr(4)) != std::string::npos);
}

TEST_CASE("classify compare: bad files and options are refused before anything is trained") {
  Files files;
  const std::string bad = files.folder / "bad.tsv", train = "compare --train ";
  auto refused = [&](const std::string& content, const std::string& message) {
    write_file(bad, content);
    check_refused(classify(train + bad), message);
  };
  std::string one, few;
  for (int i = 0; i < 30; ++i) one += "a\ttext " + std::to_string(i) + "\n";
  for (int i = 0; i < 19; ++i) few += (i % 2 ? "a\tone\n" : "b\ttwo\n");
  refused(one, "compare: needs at least two labels, but the data has 1");
  refused(few, "compare: needs at least 20 texts, but the data has 19");
  refused("a\tb\nno tab here\n", "bad.tsv:2: ");
  check_refused(classify(train + (files.folder / "nothing.tsv")), "nothing.tsv");
  check_refused(classify("compare"), "expected --train FILE or --data debian");
  check_refused(classify(train + files.train + " --monitor loss"), "--monitor: loss not in {accuracy,macro_f1}");
  write_file(bad, "oven\tone text\nno such label\tanother\n");
  check_refused(classify(train + files.train + " --dev " + bad), "is not in the training data");
  check_refused(classify(train + files.train + " --report " + (files.folder / "no folder" + "/r.html")), "r.html");
}
