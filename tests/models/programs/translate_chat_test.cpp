// translate with conversations, from a file to answers, as a user runs it.
#include "tests/models/programs/run_program.h"

using weft::test::check_refused, weft::test::lines_in, weft::test::Run;

namespace {

Run translate(const std::string& arguments, const std::string& input = "") {
  return weft::test::run_program("translate", arguments, input);
}

// Each conversation mentions a color and asks for it later.
std::string conversations() {
  std::string lines;
  for (int i = 0; i < 12; ++i)
    for (const std::string color : {"red", "green", "blue"}) lines += color + "\nyes\nagain\n" + color + "\n\n";
  return lines;
}

}  // namespace

TEST_CASE("translate: learns conversations from a file, and chats with the context of training") {
  weft::test::TemporaryFolder folder;
  const std::string file = folder / "colors.chat", with = " --model " + (folder / "with"),
                    without = " --model " + (folder / "without");
  weft::test::write_file(file, conversations());
  const std::string train =
      "train --embedding-dim 12 --hidden 24 --epochs 25 --learning-rate 1e-2 --batch-size 12 --dropout 0 "
      "--train " +
      file + " --dev " + file;
  Run trained = translate(train + with + " --context 2 --separator '<sep>'");
  CAPTURE(trained.error);
  REQUIRE(trained.code == 0);
  REQUIRE(translate(train + without + " --context 0 --separator '<sep>'").code == 0);

  for (const std::string color : {"red", "blue"})
    CHECK(translate("chat" + with, color + "\nagain\n").out == "yes\n" + color + "\n");
  CHECK(translate("chat" + with + " --context 2 --separator '<sep>'", "red\nagain\n").out == "yes\nred\n");
  CHECK(translate("chat --context 0" + with, "red\nagain\n").out != "yes\nred\n");
  CHECK(translate("chat" + without, "red\n").out == "yes\n");

  // The lines of the file are joined as in training. "again" alone has three possible answers, one of which is right for this
  // line.
  auto exact = [&](const std::string& options) {
    const std::string out = translate("evaluate --test " + file + options).out;
    return out.substr(out.find("exact_match"), out.find("perplexity") - out.find("exact_match"));
  };
  CHECK(exact(with) == "exact_match 100.00\n");
  CHECK(exact(with + " --each-pair") == "exact_match 100.00\n");
  CHECK(exact(without) == "exact_match 100.00\n");
  CHECK(exact(without + " --each-pair") == "exact_match 66.67\n");
  const std::string shown = translate("show" + with).out;
  CHECK(shown.find("\ncontext = 2\n") != std::string::npos);
  CHECK(shown.find("\nseparator = \"<sep>\"\n") != std::string::npos);
  CHECK(lines_in(translate("score --pairs " + file + with).out) == 72);
}

TEST_CASE("translate: invalid conversations and options are refused in one line") {
  weft::test::TemporaryFolder folder;
  weft::test::write_file(folder / "odd.chat", "a\nb\nc\n");
  weft::test::write_file(folder / "pairs.tsv", "a\tb\nc\td\n");
  const std::string to = " --model " + (folder / "model");
  check_refused(translate("train --train " + (folder / "odd.chat") + to),
                "odd.chat:3: expected an answer after the line: \"c\"\n");
  check_refused(translate("train --context 2 --train " + (folder / "pairs.tsv") + to),
                "--context and --separator are for the format chat, not for tsv: " + (folder / "pairs.tsv"));
  weft::test::write_file(folder / "lines", "a\nb\n");
  check_refused(translate("train --context 2 --train " + (folder / "lines") + " " + (folder / "lines") + to),
                "--context and --separator are for files of pairs, not for SOURCE TARGET");
  check_refused(translate("train --context -1 --train " + (folder / "odd.chat") + to), "--context: \"-1\"");
  check_refused(weft::test::run_program("classify", "train --train " + (folder / "odd.chat") + to), "format chat: it has lines");
}
