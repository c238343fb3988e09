// The defaults of translate train, and how other options change them.
#include <weft/models/translator/translator.h>
#include <weft/tensor/files/safetensors.h>

#include "tests/models/programs/run_program.h"

using namespace weft;
using test::check_refused, test::read_file, test::Run, test::run_program, test::TemporaryFolder, test::write_file;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Pairs of several words, and the log and the saved options of a training without epochs.
struct Begun {
  TemporaryFolder folder;
  std::string pairs = folder / "pairs.tsv", model = folder / "model", config = folder / "config.toml";

  explicit Begun(const std::string& tsv = sentences()) { write_file(pairs, tsv); }
  static std::string sentences() {
    std::string tsv;
    for (int i = 0; i < 40; ++i) tsv += i % 2 ? "the lower one\tla plus basse\n" : "the newest of all\tla plus neuve\n";
    return tsv;
  }
  std::string command(const std::string& options) const {
    return "train --train " + pairs + " --model " + model + " --save-config " + config + " --epochs 0 " + options;
  }
  // Returns the saved options, with lines such as "\nunit = \"bpe\"\n".
  std::string saved(const std::string& options) const {
    const Run run = run_program("translate", command(options));
    CAPTURE(run.error);
    REQUIRE(run.code == 0);
    return read_file(config);
  }
  Seq2SeqOptions trained(const std::string& options) const {
    saved("--embedding-dim 4 " + options);
    return Translator::load(model).model().options();
  }
};

// Pairs with more different words than an alphabet has letters.
std::string long_sentences() {
  std::string tsv;
  for (int i = 0; i < 210; ++i) {
    const std::string number = std::to_string(i);
    tsv += "the number " + number + "\tle nombre n" + number + "\n";
  }
  return tsv;
}

}  // namespace

TEST_CASE("translate train: the defaults are those of the recipe, in --help, configurations and models") {
  const std::string help = run_program("translate", "train --help").out;
  for (const char* option :
       {"--unit TEXT:{word,char,bpe,sentencepiece}=bpe", "--bpe-merges INT=5000", "--bidirectional,--one-way{false}=true",
        "--input-feeding,--no-input-feeding{false}=false", "--tie TEXT:{none,target,all}=target", "--embedding-dim INT=256",
        "--hidden INT=320", "--dropout FLOAT=0.3", "--label-smoothing FLOAT=0.1", "--learning-rate FLOAT=0.0015",
        "--schedule SCHEDULE=exponential:0.5/4000u", "--average FLOAT=0.999", "--batch-size INT=32", "--epochs INT=12",
        "--patience INT=2", "--monitor TEXT:{loss,accuracy,bleu}=accuracy"})
    CHECK_MESSAGE(has(help, option), option);
  const Begun begun(long_sentences());
  const std::string saved = begun.saved("");
  for (const char* line :
       {"unit = \"bpe\"", "bidirectional = true", "input-feeding = false", "tie = \"target\"", "embedding-dim = 256",
        "hidden = 320", "label-smoothing = 0.1", "monitor = \"accuracy\"", "schedule = \"exponential:0.5/4000u\""})
    CHECK_MESSAGE(has(saved, std::string("\n") + line + "\n"), line);
  const Seq2SeqOptions model = Translator::load(begun.model).model().options();
  CHECK(model.bidirectional);
  CHECK(model.tie == Tie::target);
  const std::string shown = run_program("translate", "show --model " + begun.model).out;
  for (const char* line : {"bidirectional = true", "input-feeding = false", "unit = \"bpe\""})
    CHECK_MESSAGE(has(shown, std::string("\n") + line + "\n"), line);
}

TEST_CASE("translate train: the number of merges depends on the length of the text") {
  const Begun begun;  // 260 words: 10 sqrt(260)
  CHECK(has(begun.saved("--embedding-dim 4"), "\nbpe-merges = 161\n"));
  CHECK(has(begun.saved("--embedding-dim 4 --unit char bpe"),
            "\nbpe-merges = 110\n"));  // 120 words on the side that is split into pieces
  CHECK(has(begun.saved("--embedding-dim 4 --bpe-merges 9"), "\nbpe-merges = 9\n"));
}

TEST_CASE("translate train: training ends when the dev score stops rising, with more patience for fewer pairs") {
  const Begun begun;  // an epoch has one update
  const std::string train = "train --train " + begun.pairs + " --model " + begun.model + " --save-config " + begun.config +
                            " --embedding-dim 4 --hidden 4 ";
  const Run flat = run_program("translate", train + "--learning-rate 1e-12");
  CHECK(flat.code == 0);
  CHECK(has(read_file(begun.config), "\nepochs = 100\n"));
  CHECK(has(read_file(begun.config), "\npatience = 20\n"));
  CHECK(has(flat.out, "\nepoch 21/100 "));
  CHECK_FALSE(has(flat.out, "\nepoch 22/100 "));
  CHECK(has(flat.out, "\nkept epoch 1\n"));
  const Run whole = run_program("translate", train + "--learning-rate 1e-12 --patience 0 --epochs 25");
  CHECK(has(whole.out, "\nepoch 25/25 "));
  // An epoch has 105 updates; the defaults correspond to 3000 and 1000 updates.
  const Begun longer(long_sentences());
  REQUIRE(run_program("translate", "train --train " + longer.pairs + " --model " + longer.model + " --save-config " +
                                       longer.config + " --embedding-dim 4 --hidden 4 --learning-rate 1e-12 --batch-size 2")
              .code == 0);
  CHECK(has(read_file(longer.config), "\nepochs = 28\n"));
  CHECK(has(read_file(longer.config), "\npatience = 9\n"));
}

TEST_CASE("translate train: input feeding is on if the target is read by character") {
  const Begun few, many(long_sentences());
  CHECK(few.trained("").input_feeding);
  CHECK(has(read_file(few.config), "\ninput-feeding = true\n"));
  CHECK_FALSE(few.trained("--no-input-feeding").input_feeding);
  CHECK_FALSE(many.trained("").input_feeding);
  CHECK(many.trained("--input-feeding").input_feeding);
  CHECK(many.trained("--unit char").input_feeding);
  CHECK(many.trained("--unit word char").input_feeding);
  CHECK_FALSE(many.trained("--unit char word").input_feeding);
}

TEST_CASE("translate train: the library keeps its own defaults") {
  const TranslatorTraining training;
  CHECK_FALSE(training.model.bidirectional);
  CHECK_FALSE(training.model.input_feeding);
  CHECK(training.model.tie == Tie::none);
  CHECK(training.label_smoothing == 0);
  CHECK(training.fit.patience == 0);
  CHECK(training.source_tokenizer.unit() == text::Unit::word);
}

TEST_CASE("translate train: every default can be turned off, and a configuration preserves that") {
  const Begun begun;
  const std::string off = "--unit word --one-way --no-input-feeding --tie none --label-smoothing 0 --average 0 --patience 0 ";
  const Seq2SeqOptions model = begun.trained(off);
  CHECK_FALSE(model.bidirectional);
  CHECK_FALSE(model.input_feeding);
  CHECK(model.tie == Tie::none);
  CHECK(Translator::load(begun.model).source_tokenizer() == text::Tokenizer(words_as_written()));
  const std::string saved = read_file(begun.config), copy = begun.folder / "copy.toml";
  for (const char* line : {"unit = \"word\"", "bidirectional = false", "input-feeding = false", "tie = \"none\"", "patience = 0"})
    CHECK_MESSAGE(has(saved, std::string("\n") + line + "\n"), line);
  REQUIRE(run_program("translate", "train --config " + begun.config + " --save-config " + copy).code == 0);
  CHECK(read_file(copy) == saved);
}

TEST_CASE("translate train: a configuration of plain options with the earlier number of merges has effect") {
  const Begun begun;
  write_file(begun.config,
             "[train]\nunit = \"word\"\nbpe-merges = 8000\nbidirectional = false\ninput-feeding = false\ntie = \"none\"\n"
             "embedding-dim = 4\nhidden = 8\nlabel-smoothing = 0\nschedule = \"cosine\"\naverage = 0\nepochs = 1\npatience = 0\n"
             "monitor = \"loss\"\n");
  const std::string files = " --train " + begun.pairs + " --model " + begun.model;
  const Run run = run_program("translate", "--config " + begun.config + " train" + files);
  CAPTURE(run.error);
  REQUIRE(run.code == 0);
  const Translator translator = Translator::load(begun.model);
  CHECK(translator.source_tokenizer().unit() == text::Unit::word);
  CHECK(has(translator.config(), "\nschedule = \"cosine\"\n"));
  // The command line takes precedence over it.
  REQUIRE(run_program("translate", "--config " + begun.config + " train --bidirectional --unit bpe" + files).code == 0);
  Translator other = Translator::load(begun.model);
  CHECK(other.model().options().bidirectional);
  CHECK(other.model().options().tie == Tie::none);
  CHECK(other.source_tokenizer().unit() == text::Unit::bpe);
}

TEST_CASE("translate train: defaults depend on other options of the command line") {
  const Begun begun;
  CHECK_FALSE(begun.trained("--attention additive --wiring bahdanau").input_feeding);
  CHECK_FALSE(begun.trained("--attention none").input_feeding);
  CHECK(has(read_file(begun.config), "\ninput-feeding = false\n"));
  CHECK_FALSE(begun.trained("--hidden 7").bidirectional);
  CHECK(has(read_file(begun.config), "\nbidirectional = false\n"));
  check_refused(run_program("translate", begun.command("--bidirectional --hidden 7")),
                "a bidirectional encoder needs an even --hidden, not");
  check_refused(run_program("translate", begun.command("--input-feeding --wiring bahdanau")),
                "--input-feeding needs --wiring luong");

  auto unit = [&](const std::string& options) {
    begun.trained(options);
    return Translator::load(begun.model).source_tokenizer().unit();
  };
  for (const char* of_words : {"--copy", "--min-count 1", "--vocab-size 50"}) CHECK(unit(of_words) == text::Unit::word);
  CHECK(has(read_file(begun.config), "\nunit = \"word\"\n"));
  CHECK(unit("--min-count 1 --bpe-merges 3") == text::Unit::bpe);
  CHECK(unit("--copy --unit char") == text::Unit::character);
  CHECK(unit("--token-pattern '[a-z]+'") == text::Unit::bpe);
}

TEST_CASE("translate train: frozen vectors of the target are not tied to trained weights") {
  const Begun begun;
  write_file(begun.folder / "vectors", "la 1 2 3 4\nplus 4 3 2 1\n");
  const std::string vectors = "--target-vectors " + (begun.folder / "vectors");
  CHECK(begun.trained(vectors).tie == Tie::target);
  CHECK(begun.trained(vectors + " --freeze-vectors").tie == Tie::none);
  CHECK(has(read_file(begun.config), "\ntie = \"none\"\n"));
  CHECK(begun.trained(vectors + " --freeze-vectors --tie target").tie == Tie::target);
}

TEST_CASE("translate bottleneck: the twins have the same defaults except those of attention") {
  const Begun begun;
  const Run run = run_program("translate", "bottleneck --train " + begun.pairs + " --test " + begun.pairs + " --model " +
                                               begun.model + " --embedding-dim 4 --hidden 4 --epochs 1");
  CAPTURE(run.error);
  REQUIRE(run.code == 0);
  auto options = [&](const std::string& twin) {
    const std::string shown = run_program("translate", "show --model " + begun.model + twin).out;
    std::string kept = shown.substr(shown.find("[bottleneck]"));
    for (const char* name : {"attention", "input-feeding", "scaled-scores", "wiring", "coverage-loss"})
      if (const std::size_t at = kept.find(std::string("\n") + name + " = "); at != std::string::npos)
        kept.erase(at, kept.find('\n', at + 1) - at);
    return kept;
  };
  const std::string attention = options("-attention-0");
  CHECK(attention == options("-fixed-0"));
  for (const char* line : {"unit = \"bpe\"", "bidirectional = true", "tie = \"target\"", "label-smoothing = 0.1"})
    CHECK_MESSAGE(has(attention, std::string("\n") + line + "\n"), line);
}

TEST_CASE("translate train: sides of single words are read by character, and the log says so") {
  std::string tsv;
  for (int i = 0; i < 50; ++i) tsv += "the number " + std::to_string(i) + "\tn" + std::to_string(i) + "\n";
  const Begun begun(tsv);
  const Run run = run_program("translate", begun.command("--embedding-dim 4"));
  CHECK(
      run.out.starts_with("target unit char: 100.00 % of its lines have no white space between words; --unit bpe cuts them into "
                          "pieces\npairs "));
  CHECK(has(read_file(begun.config), "\nunit = [\"bpe\", \"char\"]\n"));
  const Translator translator = Translator::load(begun.model);
  CHECK(translator.source_tokenizer().unit() == text::Unit::bpe);
  CHECK(translator.target_tokenizer().tokens("n12") == std::vector<std::string>{"n", "1", "2"});
  const std::string first = read_file(begun.model);
  REQUIRE(run_program("translate", "train --config " + begun.config).code == 0);
  CHECK(read_file(begun.model) == first);

  CHECK(has(begun.saved("--embedding-dim 4 --unit bpe"), "\nunit = \"bpe\"\n"));
  CHECK(has(begun.saved("--embedding-dim 4 --unit char"), "\nunit = \"char\"\n"));
  CHECK(has(begun.saved("--embedding-dim 4 --unit char word"), "\nunit = [\"char\", \"word\"]\n"));
  CHECK(has(begun.saved("--embedding-dim 4 --bpe-merges 9"), "\nunit = \"bpe\"\n"));
  // Labels are single words too, but there are only a few different ones.
  std::string labels;
  for (int i = 0; i < 60; ++i) labels += "some text " + std::to_string(i) + (i % 2 ? "\tgood\n" : "\tbad\n");
  CHECK(has(Begun(labels).saved("--embedding-dim 4"), "\nunit = \"bpe\"\n"));
}

TEST_CASE("translate train: a script without spaces is read by character unless it is split into words") {
  std::string phrases, words;
  for (int i = 0; i < 30; ++i) {
    const std::string number = std::to_string(i);
    phrases += "我们明天去北京 他们后天去上海" + number + "\twe go to beijing tomorrow " + number + "\n";
    words += "我们 明天 去 北京 " + number + "\twe go to beijing tomorrow " + number + "\n";
  }
  CHECK(has(Begun(phrases).saved("--embedding-dim 4"), "\nunit = [\"char\", \"bpe\"]\n"));
  CHECK(has(Begun(words).saved("--embedding-dim 4"), "\nunit = \"bpe\"\n"));
}

TEST_CASE("translate train: codes of a single side are saved and read again") {
  const Begun begun;
  const std::string codes = begun.folder / "codes";
  begun.trained("--unit char bpe --bpe-merges 4 --save-bpe-codes " + codes);
  const text::Tokenizer learnt = Translator::load(begun.model).target_tokenizer();
  CHECK(*learnt.bpe_codes() == text::read_bpe_codes(codes));
  begun.trained("--unit char bpe --bpe-codes " + codes);
  CHECK(Translator::load(begun.model).target_tokenizer() == learnt);
  CHECK(Translator::load(begun.model).source_tokenizer().unit() == text::Unit::character);
}
