// translate run, score and chat as a user runs them.
#include <algorithm>
#include <vector>

#include "tests/models/io/temporary_file.h"
#include "tests/models/programs/run_program.h"

using weft::test::check_refused, weft::test::lines_in, weft::test::read_file, weft::test::Run, weft::test::TemporaryFile;

namespace {

Run translate(const std::string& arguments, const std::string& input = "") {
  return weft::test::run_program("translate", arguments, input);
}

std::vector<std::string> split(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find(separator, begin)) != std::string::npos; begin = end + separator.size())
    parts.push_back(text.substr(begin, end - begin));
  parts.push_back(text.substr(begin));
  return parts;
}

// Two small models that learnt to spell digits.
struct Models {
  TemporaryFile pairs, first, second;

  Models() : pairs(data()), first(""), second("") {
    const std::string sizes =
        " --embedding-dim 12 --hidden 24 --epochs 12 --learning-rate 1e-2 --batch-size 8 --dropout 0 --train " + pairs.path() +
        " --dev " + pairs.path();
    REQUIRE(translate("train --seed 1 --model " + first.path() + sizes).code == 0);
    REQUIRE(translate("train --seed 2 --attention none --model " + second.path() + sizes).code == 0);
  }
  static std::string data() {
    const std::string digits[] = {"one", "two", "three", "four"}, numbers[] = {"1", "2", "3", "4"};
    std::string lines;
    for (std::size_t i = 0; i < 64; ++i)
      lines += digits[i % 4] + " " + digits[i / 4 % 4] + " " + digits[i / 16] + "\t" + numbers[i % 4] + " " + numbers[i / 4 % 4] +
               " " + numbers[i / 16] + "\n";
    return lines;
  }
};

const Models& models() {
  static const Models models;
  return models;
}

std::string run(const std::string& options, const std::string& input) {
  Run result = translate("run --model " + models().first.path() + " " + options, input);
  CAPTURE(result.error);
  CHECK(result.code == 0);
  return result.out;
}

void refused(const std::string& options, const std::string& part, const std::string& input = "one two\n") {
  check_refused(translate("run --model " + models().first.path() + " " + options, input), part);
}

}  // namespace

TEST_CASE("translate run: n-best lists have Moses' format") {
  const std::string out = run("--beam 4 --n-best 3", "one two three\n\nfour\n");
  auto lines = split(out, "\n");
  REQUIRE(lines.size() == 3 + 1 + 3 + 1);
  CHECK(lines[0].find("0 ||| 1 2 3 ||| -0.") == 0);
  CHECK(lines[3] == "1 |||  ||| 0.0000");
  for (std::size_t i : {0U, 1U, 4U, 5U}) {
    auto fields = split(lines[i], " ||| "), next = split(lines[i + 1], " ||| ");
    REQUIRE(fields.size() == 3);
    CHECK(fields[0] == (i < 3 ? "0" : "2"));
    CHECK(std::stod(fields[2]) >= std::stod(next[2]));
    CHECK(fields[1] != next[1]);
  }
  auto scored = split(run("--beam 2 --n-best 2 --scores --alignment pharaoh", "one two three\n"), " ||| ");
  REQUIRE(scored.size() == 9);
  CHECK(split(scored[2], " ").size() == 3);
  CHECK(scored[3].find("LogP= -") == 0);
  CHECK(split(scored[3].substr(scored[3].find("Tokens= ") + 8), " ").size() == 4);
}

TEST_CASE("translate run: scores, and alignments in each form, are written with the outputs or to a file") {
  auto fields = split(run("--scores", "two one\n"), " ||| ");
  REQUIRE(fields.size() == 3);
  CHECK(fields[1].find("LogP= -") == 0);
  const std::string links = run("--alignment pharaoh", "one two three\n");
  CHECK(links.find("1 2 3 ||| ") == 0);
  CHECK(links.find("-0 ") != std::string::npos);
  const std::string soft = run("--alignment soft", "one two\n\n");
  CHECK(soft.find("\n{\"source\":[\"one\",\"two\",\"</s>\"],\"target\":[") != std::string::npos);
  CHECK(soft.find("\n{\"source\":[],\"target\":[],\"weights\":[]}\n") != std::string::npos);
  CHECK(run("--alignment", "one two\n") == run("--alignment picture", "one two\n"));
  CHECK(lines_in(run("--alignment", "one two three\n")) == 4);
  TemporaryFile file("");
  const std::string plain = run("--alignment pharaoh --alignment-file " + file.path(), "one two three\n\ntwo\n");
  CHECK(plain == run("", "one two three\n\ntwo\n"));
  CHECK(lines_in(read_file(file.path())) == 3);
  run("--alignment pharaoh --alignment-threshold 1e-9 --alignment-file " + file.path(), "one two\n");
  CHECK(read_file(file.path()).find("0-0 1-0 ") == 0);
}

TEST_CASE("translate run: links in Pharaoh's format are between words, whatever their pieces") {
  TemporaryFile model("");
  const std::string train = "train --train " + models().pairs.path() + " --dev " + models().pairs.path() +
                            " --embedding-dim 8 --hidden 8 --epochs 1 --unit bpe --bpe-merges 1 --model " + model.path();
  REQUIRE(translate(train).code == 0);
  const std::string command = "run --alignment pharaoh --alignment-threshold 1e-9 --max-length 3 --model " + model.path();
  const std::string line = translate(command, "one two three\n").out;
  const std::size_t bars = line.find(" ||| ");
  REQUIRE(bars != std::string::npos);
  CHECK(line.substr(bars + 5, 11) == "0-0 1-0 2-0");  // all three words of the source and nothing else
  CHECK(line.find("3-0") == std::string::npos);
}

TEST_CASE("translate run: a failed run does not change an earlier file of alignments") {
  const TemporaryFile file("0-0 1-1\n"), model("no model"), prefixes("");
  const std::string options = " --alignment pharaoh --alignment-file " + file.path();
  CHECK(translate("run --model " + model.path() + options, "one\n").code == 2);
  CHECK(translate("run --model " + models().second.path() + options, "one\n").code == 2);  // the model has no attention
  CHECK(translate("run --model " + models().first.path() + options + " --prefix " + prefixes.path(), "one\n").code == 2);
  CHECK(read_file(file.path()) == "0-0 1-1\n");
  CHECK(translate("run --model " + models().first.path() + options, "").code == 0);
  CHECK(read_file(file.path()).empty());
}

TEST_CASE("translate run: the error for a full disk names the file of alignments, however late it is noticed") {
  const TemporaryFile file(""), input([] {
    std::string lines;
    for (int i = 0; i < 200; ++i) lines += "one two three\n";
    return lines;
  }());
  const weft::test::TemporaryFolder folder;
  const std::string command = "ulimit -f 1; " WEFT_BINARY_DIR "/bin/translate run --model " + models().first.path() +
                              " --alignment soft --alignment-file " + file.path() + " <" + input.path() + " >/dev/null 2>" +
                              (folder / "error");
  CHECK(std::system(command.c_str()) != 0);
  CHECK(read_file(folder / "error") == "translate: cannot write " + file.path() + ": File too large\n");
}

TEST_CASE("translate run: samples depend only on the seed and the number of the line") {
  std::string lines;
  for (int i = 0; i < 300; ++i) lines += "one two three\n";
  const std::string options = "--sample --temperature 2 --top-k 6 --top-p 0.99 --seed 7 --n-best 2";
  const std::string all = run(options, lines);
  CHECK(run(options + " --threads 2", lines) == all);
  const std::string few = run(options, "one two three\nfour\n");
  CHECK(split(few, "\n")[0] == split(all, "\n")[0]);
  CHECK(split(few, "\n")[1] == split(all, "\n")[1]);
  CHECK(run("--sample --temperature 2 --seed 8", lines) != run("--sample --temperature 2 --seed 7", lines));
}

TEST_CASE("translate run: limits of length and repetition and prefixes are respected") {
  CHECK(run("--max-length 2", "one two three\n") == "1 2\n");
  CHECK(split(run("--min-length 6", "one\n"), " ").size() >= 6);
  auto words = split(run("--min-length 4 --no-repeat-ngram 1", "one one one\n"), " ");
  std::sort(words.begin(), words.end());
  CHECK(std::adjacent_find(words.begin(), words.end()) == words.end());
  TemporaryFile prefixes("4 4\n\nnew\n");
  auto lines = split(run("--beam 3 --prefix " + prefixes.path(), "one two three\none two three\none\n"), "\n");
  CHECK(lines[0].find("4 4") == 0);
  CHECK(lines[1] == "1 2 3");
  CHECK(lines[2].find("new") == 0);
  Run few = translate("run --model " + models().first.path() + " --prefix " + prefixes.path(), "one\n");
  CHECK(few.code == 2);
  CHECK(few.error.find("more than the 1 lines of standard input") != std::string::npos);
  refused("--prefix " + prefixes.path(), "3 lines, but standard input has more", "one\none\none\none\n");
}

TEST_CASE("translate: several models form an ensemble for run, evaluate and score") {
  const std::string both = " --model " + models().first.path() + " " + models().second.path();
  Run one = translate("score --tokens --pairs " + models().pairs.path() + " --model " + models().first.path());
  Run two = translate("score --tokens --pairs " + models().pairs.path() + " --model " + models().second.path());
  Run ensemble = translate("score --tokens --pairs " + models().pairs.path() + both);
  REQUIRE(lines_in(ensemble.out) == 64);
  auto first = split(one.out, "\n"), second = split(two.out, "\n"), mean = split(ensemble.out, "\n");
  for (std::size_t i = 0; i < 64; ++i) {
    // The mean of the probabilities is between them for each word.
    auto tokens = [](const std::string& line) { return split(split(line, " ||| ")[1], " "); };
    auto a = tokens(first[i]), b = tokens(second[i]), both_tokens = tokens(mean[i]);
    REQUIRE(both_tokens.size() == 4);
    double sum = 0;
    for (std::size_t t = 0; t < 4; ++t) {
      CHECK(std::stod(both_tokens[t]) <= std::max(std::stod(a[t]), std::stod(b[t])) + 1e-4);
      CHECK(std::stod(both_tokens[t]) >= std::min(std::stod(a[t]), std::stod(b[t])) - 1e-4);
      sum += std::stod(both_tokens[t]);
    }
    CHECK(std::stod(mean[i]) == doctest::Approx(sum).epsilon(1e-3));
  }
  CHECK(translate("score --pairs " + models().pairs.path() + both).out.find(" ||| ") == std::string::npos);
  CHECK(translate("run --beam 2" + both, "one two three\n").out == "1 2 3\n");
  CHECK(
      translate("evaluate --beam 3 --length-norm gnmt --alpha 0.6 --coverage-penalty 0.1 --test " + models().pairs.path() + both)
          .out.find("bleu ") == 0);
}

TEST_CASE("translate run and chat: answers are written while the input is still open") {
  // The writer waits for each answer before it writes the next line. A program that first reads more lines would hang until the
  // timeout.
  weft::test::TemporaryFolder folder;
  for (const std::string command : {"run", "chat"}) {
    weft::test::write_file(folder / "script", "cd " + (folder / "") + R"(
rm -f to from; mkfifo to from
timeout 20 $1 $2 --model $3 <to >from &
exec 3>to 4<from
for line in one "one two three"; do
  echo $line >&3
  read -t 20 answer <&4
  echo $answer
done
exec 3>&-
wait
)");
    const std::string arguments = " " WEFT_BINARY_DIR "/bin/translate " + command + " " + models().first.path();
    CHECK(std::system(("bash " + (folder / "script") + arguments + " >" + (folder / "out")).c_str()) == 0);
    auto lines = split(read_file(folder / "out"), "\n");
    REQUIRE(lines.size() == 3);
    CHECK(lines[1] == "1 2 3");
  }
  Run chat = translate("chat --context 2 --model " + models().first.path(), "one two three\n\ntwo\n");
  CHECK(chat.code == 0);
  CHECK(lines_in(chat.out) == 3);
  CHECK(chat.out.find("1 2 3\n\n") == 0);
  check_refused(translate("chat --context 2 --separator '<sep>' --model " + models().first.path()), "separator \"<sep>\"");
}

TEST_CASE("translate: impossible search options are refused in one line") {
  refused("--n-best 3", "search: --n-best 3 is above --beam 1");
  refused("--sample --beam 4", "sampling cannot be combined with a beam, but --beam is 4");
  refused("--temperature 0.5", "--temperature requires --sample");
  refused("--seed 0.5 --sample", "--seed");
  refused("--sample --temperature 0", "search: --temperature is 0, not a finite number above 0");
  refused("--sample --top-p 1.5", "search: --top-p is 1.5");
  refused("--min-length 5 --max-length 4", "search: --min-length 5 is above --max-length 4");
  refused("--alpha -1", "search: --alpha is -1, not a finite number of at least 0");
  refused("--coverage-penalty -1", "search: --coverage-penalty is -1, not a finite number of at least 0");
  refused("--length-norm long", "long");
  refused("--repetition-penalty 0.5", "search: --repetition-penalty is 0.5");
  refused("--alignment rings", "\"rings\" is not one of picture, pharaoh, soft");
  refused("--alignment-file x", "--alignment-file requires --alignment");
  refused("--alignment pharaoh --alignment-threshold 2", "threshold is 2");
  refused("--alignment pharaoh --alignment-file /nowhere/links", "cannot write /nowhere/links");
  refused("--prefix /nowhere/prefixes", "/nowhere/prefixes");
  check_refused(translate("run --alignment --model " + models().second.path(), "one\n"), "the model has no attention");
  check_refused(translate("run --coverage-penalty 1 --model " + models().second.path(), "one\n"), "needs a model with attention");
}
