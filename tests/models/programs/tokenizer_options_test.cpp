// --unit and the options that depend on it, in both programs.
#include "tests/models/io/temporary_file.h"
#include "tests/models/programs/run_program.h"

#include <weft/models/classifier/classify.h>
#include <weft/models/translator/translator.h>

using weft::test::check_refused, weft::test::read_file, weft::test::Run, weft::test::run_program;

namespace {

std::string pairs_tsv() {
  std::string tsv;
  for (int i = 0; i < 40; ++i) tsv += i % 2 ? "Lower, lowest\tweiter weiteste\n" : "newer low\tneuere\n";
  return tsv;
}

struct TranslateFiles {
  weft::test::TemporaryFile pairs{pairs_tsv()}, model{""}, codes{""}, target_codes{""};
  std::string train(const std::string& more) const {
    return "train --train " + pairs.path() + " --model " + model.path() + " --epochs 0 --embedding-dim 4 --hidden 4 " + more;
  }
};

}  // namespace

TEST_CASE("translate: codes are learnt from both sides or from each, saved and read again") {
  TranslateFiles files;
  REQUIRE(run_program("translate", files.train("--unit bpe --bpe-merges 12 --save-bpe-codes " + files.codes.path())).code == 0);
  weft::Translator joint = weft::Translator::load(files.model.path());
  CHECK(joint.source_tokenizer() == joint.target_tokenizer());
  CHECK(joint.source_tokenizer().bpe_codes()->size() == 12);
  CHECK(*joint.source_tokenizer().bpe_codes() == weft::text::read_bpe_codes(files.codes.path()));
  CHECK_FALSE(joint.source_tokenizer().options().lower_case);

  REQUIRE(run_program("translate", files.train("--unit bpe --bpe-codes " + files.codes.path())).code == 0);
  CHECK(weft::Translator::load(files.model.path()).source_tokenizer() == joint.source_tokenizer());

  const std::string both = files.codes.path() + " " + files.target_codes.path();
  REQUIRE(run_program("translate", files.train("--unit bpe --bpe-merges 5 --separate-codes --save-bpe-codes " + both)).code == 0);
  weft::Translator separate = weft::Translator::load(files.model.path());
  CHECK(separate.source_tokenizer() != separate.target_tokenizer());
  CHECK(*separate.source_tokenizer().bpe_codes() == weft::text::read_bpe_codes(files.codes.path()));
  CHECK(*separate.target_tokenizer().bpe_codes() == weft::text::read_bpe_codes(files.target_codes.path()));
  REQUIRE(run_program("translate", files.train("--unit bpe --bpe-codes " + both)).code == 0);
  CHECK(weft::Translator::load(files.model.path()).target_tokenizer() == separate.target_tokenizer());
}

TEST_CASE("translate: the cleaning and splitting of text can be chosen") {
  TranslateFiles files;
  REQUIRE(run_program("translate", files.train("--unit word --lower-case --split-punctuation --unicode nfkc")).code == 0);
  CHECK(weft::Translator::load(files.model.path()).source_tokenizer() ==
        weft::text::Tokenizer({.normalization = weft::text::Normalization::nfkc}));
}

TEST_CASE("classify: tokens can be other than words") {
  weft::test::TemporaryFile texts("a\tsome words here\nb\tOther letters\na\tsome letters\nb\tother words\n"), model("");
  const std::string train = "train --train " + texts.path() + " --dev " + texts.path() + " --model " + model.path() +
                            " --epochs 0 --vocab-size 100 --embedding-dim 4 ";
  REQUIRE(run_program("classify", train + "--unit bpe --bpe-merges 3").code == 0);
  weft::TextClassifier pieces = weft::TextClassifier::load(model.path());
  CHECK(pieces.tokenizer().bpe_codes()->size() == 3);
  CHECK(pieces.tokenizer().options().lower_case);
  const Run predicted = run_program("classify", "predict --attention --model " + model.path(), "some words\n");
  CHECK(predicted.code == 0);
  CHECK(predicted.out.find("@@:") != std::string::npos);
  REQUIRE(run_program("classify", train + "--unit char --keep-case").code == 0);
  CHECK(weft::TextClassifier::load(model.path()).tokenizer() ==
        weft::text::Tokenizer({.unit = weft::text::Unit::character, .lower_case = false}));
}

TEST_CASE("a token pattern is stored in the model and the configuration, and applies to prediction") {
  weft::test::TemporaryFile texts("a\tSome-words #here\nb\tother #letters\na\tsome-words\nb\tother x\n"), model(""), config("");
  const std::string train = "train --train " + texts.path() + " --dev " + texts.path() + " --model " + model.path() +
                            " --epochs 0 --vocab-size 100 --embedding-dim 4 ";
  REQUIRE(run_program("classify", train + "--token-pattern '[#\"a-z]+(?:-\\w+)*'").code == 0);
  const weft::text::Tokenizer expected({.token_pattern = "[#\"a-z]+(?:-\\w+)*"});
  CHECK(weft::TextClassifier::load(model.path()).tokenizer() == expected);
  const Run predicted = run_program("classify", "predict --attention --model " + model.path(), "some-words, 12 #here\n");
  CHECK(predicted.code == 0);
  CHECK(predicted.out.find("some-words:") != std::string::npos);
  CHECK(predicted.out.find("#here:") != std::string::npos);
  CHECK(predicted.out.find("12:") == std::string::npos);

  weft::test::TemporaryFile again(weft::TextClassifier::load(model.path()).config());
  const std::string data = " --train " + texts.path() + " --dev " + texts.path();
  REQUIRE(run_program("classify", "train --config " + again.path() + data + " --model " + config.path()).code == 0);
  CHECK(weft::TextClassifier::load(config.path()).tokenizer() == expected);
}

TEST_CASE("incompatible tokenizer options are refused before training") {
  TranslateFiles files;
  auto refused = [&](const std::string& options, const std::string& message) {
    check_refused(run_program("translate", files.train(options)), message);
  };
  refused("--unit syllable", "--unit: syllable not in {word,char,bpe,sentencepiece}");
  refused("--unit char --token-pattern a", "--token-pattern requires --unit word or bpe");
  refused("--token-pattern '(a'", "regular expression \"(a\": missing closing parenthesis, at byte 2");
  refused("--unit word --separate-codes", "--bpe-codes, --save-bpe-codes and --separate-codes require --unit bpe");
  refused("--unit word --bpe-merges 5", "--bpe-merges requires --unit bpe without --bpe-codes, whose merges are all used");
  refused("--unit char --bpe-codes " + files.pairs.path(),
          "--bpe-codes, --save-bpe-codes and --separate-codes require --unit bpe");
  refused("--unit sentencepiece", "--unit sentencepiece and --sentencepiece FILE must be given together");
  refused("--sentencepiece " + files.pairs.path(), "--unit sentencepiece and --sentencepiece FILE must be given together");
  refused("--unit bpe --separate-codes --save-bpe-codes " + files.codes.path(),
          "--save-bpe-codes needs a file for each of the two sets of codes, not 1");
  refused("--unit bpe --save-bpe-codes " + files.pairs.path(),
          files.pairs.path() + ": would replace another file of the same run");
  refused("--unit bpe --bpe-codes " + files.pairs.path(), files.pairs.path() + ":1: BPE codes must begin with \"#version: 0.2\"");
  refused("--unit sentencepiece --sentencepiece " + files.pairs.path(), files.pairs.path() + ": ");
  CHECK(read_file(files.model.path()).empty());
}
