// translate train with coverage and alignments, translate run with words outside the vocabulary.
#include <vector>

#include "tests/models/io/temporary_file.h"
#include "tests/models/programs/run_program.h"

using weft::test::check_refused, weft::test::Run, weft::test::TemporaryFile;

namespace {

Run translate(const std::string& arguments, const std::string& input = "") {
  return weft::test::run_program("translate", arguments, input);
}

// Each line has digits spelt out and a name that no other line has. The links say which words belong together.
struct Guided {
  TemporaryFile pairs, links, model{""};
  Guided() : pairs(lines(false)), links(lines(true)) {}

  static std::string lines(bool of_links) {
    const std::string digits[] = {"one", "two", "three"}, numbers[] = {"1", "2", "3"};
    std::string text;
    for (std::size_t i = 0; i < 300; ++i) {
      const std::string name = "name" + std::to_string(i);
      const bool before = i % 2 == 0;
      const std::string &digit = digits[i % 3], &number = numbers[i % 3];
      text += of_links
                  ? "0-0 1-1\n"
                  : (before ? name + " " + digit + "\t" + name + " " + number : digit + " " + name + "\t" + number + " " + name) +
                        "\n";
    }
    return text;
  }
  std::string command() const {
    return "train --model " + model.path() + " --train " + pairs.path() +
           " --embedding-dim 12 --hidden 24 --dropout 0 --epochs 10 --batch-size 16 --learning-rate 1e-2 --min-count 2 ";
  }
};

}  // namespace

TEST_CASE("translate: alignments guide the attention, which replaces unknown words") {
  const Guided guided;
  const Run trained =
      translate(guided.command() + "--coverage --coverage-loss 0.1 --alignment-loss 1 --alignments " + guided.links.path());
  CAPTURE(trained.error);
  REQUIRE(trained.code == 0);
  CHECK(trained.out.find("  extra_loss ") != std::string::npos);
  const std::string run = "run --alignment pharaoh --model " + guided.model.path();
  CHECK(translate(run + " --replace-unknown", "Zoe three\ntwo Max\n").out == "Zoe 3 ||| 0-0 1-1\n2 Max ||| 0-0 1-1\n");
  CHECK(translate(run, "Zoe three\n").out.find("Zoe") == std::string::npos);
}

TEST_CASE("translate train: alignments that do not fit are refused in one line") {
  const Guided guided;
  std::string links = "0-0\n";
  for (int i = 1; i < 300; ++i) links += "0-7\n";
  const TemporaryFile wrong(links), few("0-0\n");
  check_refused(translate(guided.command() + "--alignments " + wrong.path()),
                wrong.path() + ":2: the link 0-7 is outside 2 source and 2 target words");
  check_refused(translate(guided.command() + "--alignments " + few.path()), "1 alignments, none for the pair at ");
  check_refused(translate(guided.command() + "--alignment-loss 1"), "--alignment-loss requires --alignments");
  check_refused(translate(guided.command() + "--attention none --alignments " + guided.links.path()),
                "--alignment-loss requires attention, but --attention is none");
  check_refused(translate(guided.command() + "--attention none --coverage"),
                "--coverage requires attention, but --attention is none");
  check_refused(translate(guided.command() + "--separator x"), "--context, which is not given");
}
