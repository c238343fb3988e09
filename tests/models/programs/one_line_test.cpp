// Each input gives one line of output, whatever labels and outputs contain. Also a long line among short ones.
#include "tests/models/programs/classify_files.h"

using namespace weft;
using test::check_refused, test::classify, test::lines_in, test::Run, test::TemporaryFolder, test::write_file;

namespace {

Run translate(const std::string& arguments, const std::string& input = "") {
  return test::run_program("translate", arguments, input);
}

const std::string kSmall = " --epochs 1 --embedding-dim 8";

}  // namespace

TEST_CASE("classify: a label that would break its line is refused with its place") {
  TemporaryFolder folder;
  const std::string file = folder / "texts.jsonl", model = folder / "model";
  for (const std::string label : {"a\\nb", "a\\tb", "a\\u0000b", "a\\rb", "a\\u2028b", "a\\u0085b"}) {
    std::string lines;
    for (int i = 0; i < 12; ++i)
      lines += "{\"label\": \"" + std::string(i % 2 ? "c" : i == 4 ? label : "d") + "\", \"text\": \"x\"}\n";
    write_file(file, lines);
    check_refused(classify("train --train " + file + " --model " + model + kSmall), file + ":5: the label \"a");
  }
}

TEST_CASE("classify: labels are compared in the normal form of texts, and invisible differences are reported") {
  TemporaryFolder folder;
  const std::string file = folder / "texts.tsv", model = folder / "model", test = folder / "test.tsv";
  std::string lines;
  for (int i = 0; i < 20; ++i) lines += std::string(i % 4 == 0 ? "cafe\u0301" : i % 4 == 1 ? "café" : "bar") + "\ta text\n";
  write_file(file, lines);
  const Run train = classify("train --train " + file + " --dev " + file + " --model " + model + kSmall);
  CAPTURE(train.error);
  REQUIRE(train.code == 0);
  CHECK(train.out.find("labels 2\n") != std::string::npos);
  write_file(test, "cafe\u0301\ta text\n");
  CHECK(classify("evaluate --model " + model + " --test " + test).code == 0);
  write_file(test, "bar\ta text\nb\u0430r\ta text\n");
  check_refused(
      classify("evaluate --model " + model + " --test " + test),
      test + ":2: the label \"b\u0430r\" is not in the training data, which has \"bar\": character 2 is U+0430, not U+0061");
}

TEST_CASE("classify: joined files are repaired and reported, or refused") {
  TemporaryFolder folder;
  const std::string file = folder / "joined.tsv", model = folder / "model", mark = "\xEF\xBB\xBF";
  std::string part;
  for (int i = 0; i < 12; ++i) part += std::string(i % 2 ? "neg" : "pos") + "\ta text\n";
  write_file(file, mark + part + mark + part);
  const Run train = classify("train --train " + file + " --dev " + file + " --model " + model + kSmall);
  CHECK(train.code == 0);
  CHECK(train.out.find("labels 2\n") != std::string::npos);
  CHECK(train.error.find(file + ":13: a byte order mark") != std::string::npos);
  write_file(file, "label\ttext\n" + part + mark + "label\ttext\n" + part);
  const Run refused = classify("train --train " + file + " --model " + model + kSmall);
  CHECK(refused.code == 2);
  CHECK(refused.error.find(file + ":14: a header below the first line") != std::string::npos);
}

TEST_CASE("translate: an output with line breaks is written on one line, and a long line does not pad short ones") {
  TemporaryFolder folder;
  const std::string file = folder / "pairs.jsonl", model = folder / "model";
  std::string lines;
  for (int i = 0; i < 40; ++i)
    lines += "{\"source\": \"" + std::string(i % 2 ? "one" : "two") + "\", \"target\": \"x\\ny\\tz\"}\n";
  write_file(file, lines);
  const Run train = translate("train --train " + file + " --dev " + file + " --unit char --model " + model +
                              " --epochs 8 --learning-rate 0.03 --hidden 8 --embedding-dim 8 --dropout 0 --batch-size 8");
  CAPTURE(train.error);
  REQUIRE(train.code == 0);
  CHECK(translate("run --model " + model, "one\ntwo\n").out == "x␊y␉z\nx␊y␉z\n");
  CHECK(lines_in(translate("run --n-best 2 --beam 2 --scores --model " + model, "one\n").out) == 2);
  CHECK(translate("chat --model " + model, "one\n").out == "x␊y␉z\n");

  std::string input, expected;
  for (int i = 0; i < 64; ++i) {
    input += i == 20 ? std::string(20000, 'o') + "\n" : i % 2 ? "one\n" : "two\n";
    expected += i == 20 ? "" : "x␊y␉z\n";
  }
  Run run = translate("run --max-length 12 --model " + model, input);
  CHECK(run.code == 0);
  std::vector<std::string> outputs = test::lines_of(run.out);
  REQUIRE(outputs.size() == 64);
  outputs.erase(outputs.begin() + 20);
  std::string others;
  for (const std::string& output : outputs) others += output + '\n';
  CHECK(others == expected);
}
