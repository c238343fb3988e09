// The translate program as a user runs it.
#include <weft/models/data/files.h>

#include <filesystem>

#include "tests/models/io/temporary_file.h"
#include "tests/models/programs/run_program.h"

using weft::test::check_refused, weft::test::lines_in, weft::test::read_file, weft::test::Run;

namespace {

Run translate(const std::string& arguments, const std::string& input = "") {
  return weft::test::run_program("translate", arguments, input);
}

}  // namespace

TEST_CASE("translate: trains, evaluates and runs from files, with the same results for one and two threads") {
  std::string tsv, sources, targets;
  const std::string digits[] = {"one", "two", "three", "four"}, numbers[] = {"1", "2", "3", "4"};
  for (std::size_t i = 0; i < 64; ++i) {
    std::string source = digits[i % 4] + " and " + digits[i / 4 % 4] + (i / 16 % 2 ? " and " + digits[i / 32] : "");
    std::string target = numbers[i % 4] + " " + numbers[i / 4 % 4] + (i / 16 % 2 ? " " + numbers[i / 32] : "");
    tsv += source + "\t" + target + "\n";
    sources += source + "\n";
    targets += target + "\n";
  }
  weft::test::TemporaryFile pairs(tsv), source_file(sources), target_file(targets), model(""), other("");
  std::string sizes =
      " --embedding-dim 16 --hidden 32 --epochs 40 --learning-rate 1e-2 --batch-size 8 --dropout 0 --unit word --seed 1";
  Run train = translate("train --train " + pairs.path() + " --dev " + pairs.path() + " --model " + model.path() + sizes);
  CAPTURE(train.error);
  REQUIRE(train.code == 0);
  CHECK(train.out.starts_with("pairs 64, dev pairs 64\nparameters "));
  CHECK(train.out.find("\nunknown tokens in dev: source 0.00 %, target 0.00 %\nonly 64 dev pairs choose the best epoch; with "
                       "fewer than 200 the choice is partly luck\nepoch 1/40 ") != std::string::npos);
  CHECK(train.error.empty());
  Run parallel = translate("train --threads=2 --train " + source_file.path() + " " + target_file.path() + " --dev " +
                           pairs.path() + " --model " + other.path() + sizes);
  CHECK(parallel.code == 0);
  CHECK(read_file(model.path()) == read_file(other.path()));

  Run scores = translate("evaluate --threads 2 --beam 3 --model " + model.path() + " --test " + source_file.path() + " " +
                         target_file.path());
  CHECK(scores.code == 0);
  CHECK(scores.out.find("bleu ") == 0);
  CHECK(scores.out.find("\nexact_match 100.00\n") != std::string::npos);
  CHECK(scores.out.find("\nperplexity 1.") != std::string::npos);
  CHECK(scores.out.find("\nchrf 100.00\nchrf++ 100.00\n") != std::string::npos);
  CHECK(scores.out.find("\nsignature nrefs:var|case:mixed|eff:no|tok:none|smooth:exp|version:2.6.0\nBLEU = ") !=
        std::string::npos);
  CHECK(scores.out.find("rouge") == std::string::npos);
  std::string jsonl;
  for (const weft::text::TextPair& pair : weft::text::read_pairs(pairs.path()))
    jsonl += "{\"en\": \"" + pair.source + "\", \"digits\": \"" + pair.target + "\"}\n";
  CHECK(translate("evaluate --beam 3 --format jsonl --columns en,digits --test - --model " + model.path(), jsonl).out ==
        scores.out);
  Run more = translate("evaluate --rouge --bleu-tokenizer char --lower-case --model " + model.path() + " --test " + pairs.path());
  CHECK(more.out.find("\nrouge_1 100.00\n") != std::string::npos);
  CHECK(more.out.find("\nsignature nrefs:var|case:lc|eff:no|tok:char|smooth:exp|version:2.6.0\n") != std::string::npos);

  Run run = translate("run --model " + model.path(), "two and three\n\none and one\n");
  CHECK(run.out == "2 3\n\n1 1\n");
  Run aligned = translate("run --alignment --model " + model.path(), "two and three\n");
  CHECK(aligned.out.find("2 3\n    2  ") == 0);
  CHECK(lines_in(aligned.out) == 3);
}

TEST_CASE("translate: several files of pairs, or several times SOURCE TARGET, are one data set, in their order") {
  weft::test::TemporaryFolder folder;
  std::string all, part, sources, targets;
  std::vector<std::string> names;
  for (int i = 0; i < 60; ++i) {
    const std::string source = "word " + std::to_string(i % 7), target = "mot " + std::to_string(i % 7);
    all += source + "\t" + target + "\n";
    part += source + "\t" + target + "\n";
    sources += source + "\n";
    targets += target + "\n";
    if (i % 20 != 19) continue;
    const std::string name = folder / std::to_string(i);
    weft::test::write_file(name + ".tsv", part);
    weft::test::write_file(name + ".en", sources);
    weft::test::write_file(name + ".fr", targets);
    part = sources = targets = "";
    names.push_back(name);
  }
  weft::test::write_file(folder / "all.tsv", all);
  std::string alignments;
  for (int i = 0; i < 60; ++i) alignments += "0-0 1-1\n";
  weft::test::write_file(folder / "links", alignments);
  auto model_of = [&](const std::string& files, const std::string& more) {
    const Run run = translate("train --train " + files + " --model " + (folder / "model") +
                              " --epochs 1 --hidden 8 --embedding-dim 4 --alignments " + (folder / "links") + more);
    CAPTURE(run.error);
    CHECK(run.code == 0);
    return read_file(folder / "model");
  };
  const std::string expected = model_of(folder / "all.tsv", "");
  CHECK(model_of(names[0] + ".tsv " + names[1] + ".tsv " + names[2] + ".tsv", "") == expected);
  CHECK(model_of(
            names[0] + ".en " + names[0] + ".fr " + names[1] + ".en " + names[1] + ".fr " + names[2] + ".en " + names[2] + ".fr",
            "") == expected);
  for (const std::string& name : names) std::filesystem::rename(name + ".tsv", name);
  CHECK(model_of(names[0] + " " + names[1] + " " + names[2], " --format tsv") == expected);
}

TEST_CASE("translate: a joint vocabulary, and vocabularies and vectors from files, are used") {
  weft::test::TemporaryFolder folder;
  std::string tsv;
  for (int i = 0; i < 30; ++i) tsv += "one two both\teins zwei both\nthree both\tdrei both\n";
  weft::test::write_file(folder / "pairs", tsv);
  weft::test::write_file(folder / "vectors", "both 0.5 0.25\n");
  const std::string train = "train --epochs 1 --hidden 8 --train " + (folder / "pairs") + " --model " + (folder / "model");
  auto run = [&](const std::string& options) {
    Run run = translate(train + options);
    CAPTURE(run.error);
    REQUIRE(run.code == 0);
    return run;
  };
  const std::string source = " " + (folder / "source"), target = " " + (folder / "target"), joint = " " + (folder / "joint");
  run(" --embedding-dim 4 --save-vocab" + source + target);
  CHECK(lines_in(read_file(folder / "source")) == 4 + 4);
  CHECK(read_file(folder / "target").find("eins\t") != std::string::npos);
  run(" --embedding-dim 4 --joint-vocab --save-vocab" + joint);
  CHECK(lines_in(read_file(folder / "joint")) == 4 + 7);
  CHECK(read_file(folder / "joint").find("\nboth\t") < read_file(folder / "joint").find("\neins\t"));
  run(" --embedding-dim 4 --joint-vocab --vocab" + joint);
  run(" --embedding-dim 4 --vocab" + source + joint);
  Run vectors = run(" --source-vectors " + (folder / "vectors") + " --freeze-vectors --vocab" + source + target);
  CHECK(vectors.out.find("\nvectors 1 of 8 words, ") != std::string::npos);
  CHECK(translate("run --model " + (folder / "model"), "one two both\n").code == 0);

  check_refused(translate(train + " --vocab" + source), "--vocab takes two files, SOURCE TARGET, or one with --joint-vocab");
  check_refused(translate(train + " --joint-vocab --save-vocab" + source + target), "--save-vocab takes two files");
  check_refused(translate(train + " --freeze-vectors"), "--freeze-vectors needs --source-vectors or --target-vectors");
  check_refused(translate(train + " --embedding-dim 4 --target-vectors " + (folder / "vectors")),
                "vectors have 2 numbers per word, but --embedding-dim is 4");
  check_refused(translate(train + " --embedding-dim 0"), "--embedding-dim is 0, not at least 1");
}

TEST_CASE("translate: errors are reported in one line") {
  weft::test::TemporaryFile pairs("a b\tc d\ne f\tg h\n"), bad("no tab in this line\n"),
      no_model("this is no model file, whatever its name");
  weft::test::TemporaryFolder folder;
  const std::string to = " --model " + (folder / "never_written"), good = "train --train " + pairs.path() + to;
  check_refused(translate(good + " --louder"), "--louder");
  check_refused(translate(good + " --attention loud"), "loud");
  check_refused(translate(good + " --hidden 0"), "--hidden: \"0\" is not a whole number from 1 to 100000 (see --help)\n");
  check_refused(translate(good + " --layers 0"), "--layers: \"0\"");
  check_refused(translate(good + " --min-count -1"), "--min-count: \"-1\"");
  check_refused(translate(good + " --context-starts-only"), "--context-starts-only needs --attention none, not general\n");
  check_refused(translate(good + " --bidirectional --hidden 33"), "a bidirectional encoder needs an even --hidden, not 33\n");
  check_refused(translate(good + " --wiring bahdanau --input-feeding"), "--input-feeding needs --wiring luong");
  check_refused(translate(good + " --threads 0"), "--threads");
  check_refused(translate("train --train " + bad.path() + to), bad.path() + ":1");
  check_refused(translate("train --train /nowhere/file.tsv" + to), "/nowhere/file.tsv");
  check_refused(translate("train --columns 1,2 --train " + pairs.path() + " " + pairs.path() + to),
                "--format, --columns, --header, --context and --separator are for files of pairs, not for SOURCE TARGET: ");
  check_refused(translate("train --train " + pairs.path() + " " + pairs.path() + " " + pairs.path() + to),
                "SOURCE TARGET are two files, or several times two, but not 3: ");
  check_refused(translate("train --format fasttext --train " + pairs.path() + to), "--format: fasttext not in {");
  weft::test::TemporaryFolder tables;
  weft::test::write_file(tables / "more.csv", "a,b\n");
  check_refused(translate("train --train " + pairs.path() + " " + (tables / "more.csv") + to),
                "two files are SOURCE TARGET, with a sentence on each line, but the name of " + (tables / "more.csv") +
                    " is that of a file of pairs");
  check_refused(translate("train --train - " + pairs.path() + " --dev - " + to),
                "standard input can be read only once, not as 2 inputs");
  check_refused(translate("train --train - --vocab - " + pairs.path() + to),
                "standard input can be read only once, not as 2 inputs");
  check_refused(translate("train --train - --source-vectors -" + to), "standard input can be read only once, not as 2 inputs");
  check_refused(translate("bottleneck --train - --test /dev/stdin"), "standard input can be read only once, not as 2 inputs");
  check_refused(translate("run --model " + pairs.path() + " --prefix -"),
                "standard input can be read only once, not as 2 inputs");
  check_refused(translate("train --header yes --train " + pairs.path() + " " + pairs.path() + to),
                "--format, --columns, --header, --context and --separator");
  check_refused(translate(good + " --vocab " + pairs.path() + " " + pairs.path() + " --min-count 3"),
                "--min-count and --vocab exclude each other: the file determines the vocabulary");
  check_refused(translate(good + " --vocab-size 9 --vocab " + pairs.path() + " " + pairs.path()),
                "--vocab-size and --vocab exclude each other");
  check_refused(translate("train --train " + pairs.path() + " --model " + pairs.path()), "would replace another file");
  check_refused(translate("train --train " + no_model.path() + " --dev " + pairs.path() + " --model " + pairs.path()),
                "would replace another file");
  CHECK(folder.files() == 0);
  check_refused(translate("run --model m --beam 0"), "--beam: \"0\" is not a whole number from 1 to 1000");
  check_refused(translate("run --model m --beam 1001"), "--beam: \"1001\"");
  check_refused(translate("evaluate --model " + no_model.path() + " --test " + pairs.path()), no_model.path());
  check_refused(translate("run --model /nowhere/model"), "/nowhere/model");
  check_refused(translate(""), "subcommand");
  check_refused(translate("run"), "--model");
}

TEST_CASE("translate: help shows every option with its default") {
  Run help = translate("train --help");
  CHECK(help.code == 0);
  for (const char* option : {"--train",
                             "--dev",
                             "--model",
                             "--unit",
                             "--unicode",
                             "--lower-case",
                             "--split-punctuation",
                             "--bpe-merges",
                             "--separate-codes",
                             "--bpe-codes",
                             "--save-bpe-codes",
                             "--sentencepiece",
                             "--cell",
                             "--attention",
                             "--wiring",
                             "--input-feeding",
                             "--bidirectional",
                             "--bridge",
                             "--context-starts-only",
                             "--layers",
                             "--embedding-dim",
                             "--hidden",
                             "--vocab-size",
                             "--min-count",
                             "--epochs",
                             "--batch-size",
                             "--learning-rate",
                             "--dropout",
                             "--variational-dropout",
                             "--residual",
                             "--layer-norm",
                             "--copy",
                             "--tie",
                             "--teacher-forcing",
                             "--teacher-forcing-schedule",
                             "--teacher-forcing-steps",
                             "--word-dropout-source",
                             "--word-dropout-target",
                             "--label-smoothing",
                             "--clip-norm",
                             "--patience",
                             "--max-length",
                             "--seed",
                             "--threads",
                             "=general",
                             "=luong",
                             "=bpe",
                             "=lstm"})
    CHECK_MESSAGE(help.out.find(option) != std::string::npos, option);
}
