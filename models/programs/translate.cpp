// translate: trains, evaluates and runs an encoder-decoder on pairs of lines.
#include <weft/models/model_file.h>
#include <weft/models/programs/command_line.h>
#include <weft/models/report/alignment.h>
#include <weft/models/translator.h>

#include <memory>

namespace {

using namespace weft;

using Paths = std::vector<std::string>;

// One TSV file or two parallel ones; lines that are not UTF-8 are reported.
std::vector<text::TextPair> read(const Paths& paths) {
  text::BadBytesReport report;
  auto pairs = paths.size() == 2 ? text::read_parallel(paths[0], paths[1], &report) : text::read_pairs(paths[0], &report);
  for (const auto& bad : report) std::cerr << text::to_string(bad) << '\n';
  return pairs;
}

CLI::Option* add_pairs(CLI::App* command, const std::string& name, Paths& paths, const std::string& what) {
  return command->add_option(name, paths, what + ": FILE.tsv with source<TAB>target, or SOURCE TARGET, two parallel files")
      ->expected(1, 2)
      ->type_name("FILE");
}

// An option whose values are names.
template <class Kind, class Parse>
void add_named(CLI::App* command, const std::string& name, Kind& value, Parse parse, std::vector<std::string> names,
               const std::string& what) {
  command
      ->add_option_function<std::string>(
          name, [&value, parse](const std::string& text) { value = parse(text); }, what)
      ->check(CLI::IsMember(std::move(names)))
      ->default_str(to_string(value));
}

struct TrainOptions {
  Paths train, dev;
  std::string model;
  TranslatorTraining training;
};

void add_model_options(CLI::App* command, Seq2SeqOptions& model) {
  add_named(command, "--cell", model.cell, cell_from_string, {"lstm", "gru"}, "recurrent cell of both sides");
  add_named(command, "--attention", model.attention, attention_from_string, {"none", "dot", "general", "additive"},
            "how a state is scored against the source; none: one fixed vector for the whole source");
  add_named(command, "--wiring", model.wiring, wiring_from_string, {"luong", "bahdanau"},
            "luong: the current state asks, the context goes to the output; bahdanau: the state before asks, the context goes "
            "into the cell");
  command->add_flag("--input-feeding", model.input_feeding, "luong: the last attentional vector goes into the cell too");
  command->add_flag("--context-starts-only", model.context_starts_only,
                    "attention none: the source's vector starts the decoder and is not read again");
  command->add_flag("--bidirectional", model.bidirectional, "the encoder reads both ways, half of hidden each");
  command->add_flag("--bridge", model.bridge, "a learnt map between the encoder's last state and the decoder's first");
  programs::add_whole_number(command, "--layers", model.layers, 1, 100, "recurrent layers of each side");
  programs::add_whole_number(command, "--embedding-dim", model.embedding_dim, 1, programs::kMostNumbers, "numbers per token");
  programs::add_whole_number(command, "--hidden", model.hidden, 1, programs::kMostNumbers, "numbers of a recurrent state");
  command
      ->add_option("--dropout", model.dropout,
                   "share of embeddings, of what layers hand on and of the last vector that training hides")
      ->capture_default_str();
}

void add_train(CLI::App& app) {
  auto options = std::make_shared<TrainOptions>();
  TranslatorTraining& training = options->training;
  CLI::App* command = app.add_subcommand("train", "Train a translator on pairs of lines");
  add_pairs(command, "--train", options->train, "training pairs")->required();
  add_pairs(command, "--dev", options->dev, "pairs that choose the best epoch; without them 5 % of the training pairs do");
  command->add_option("--model", options->model, "file to write the model to")->required();
  add_named(command, "--unit", training.unit, text::unit_from_string, {"word", "char"},
            "tokens: words, cut at spaces, or characters");
  add_model_options(command, training.model);
  using programs::add_whole_number, programs::kMany;
  add_whole_number(command, "--vocab-size", training.vocabulary_size, 0, programs::kMostRows,
                   "rows of each embedding, specials included; 0: as many as the training data asks for, up to 10000");
  add_whole_number(command, "--min-count", training.min_count, 0, kMany,
                   "rarer tokens count as unknown; 0: 2, or 1 where that would hide over a tenth of the text");
  add_whole_number(command, "--epochs", training.epochs, 0, kMany, "passes over the training pairs");
  add_whole_number(command, "--batch-size", training.batch_size, 1, kMany, "pairs per step");
  command->add_option("--learning-rate", training.learning_rate, "Adam's first step size; it falls to 0 along half a cosine")
      ->capture_default_str();
  command->add_option("--clip-norm", training.clip_norm, "largest norm of all gradients together; 0: no limit")
      ->capture_default_str();
  add_whole_number(command, "--patience", training.patience, 0, kMany,
                   "stop after so many epochs without a better dev loss; 0: never");
  add_whole_number(command, "--max-length", training.max_length, 1, kMany,
                   "tokens: pairs with more on a side are not trained on, and no output gets longer");
  add_whole_number(command, "--seed", training.seed, 0, programs::kLargestSeed,
                   "of initial weights, order, dropout and the held-out pairs");
  programs::add_threads(command);
  command->callback([options] {
    options->training.log = &std::cout;
    Paths inputs = options->train;
    inputs.insert(inputs.end(), options->dev.begin(), options->dev.end());
    check_writable(options->model, inputs);
    std::vector<text::TextPair> dev;
    if (!options->dev.empty()) dev = read(options->dev);
    Translator::train(read(options->train), dev, options->training).save(options->model);
  });
}

void add_beam(CLI::App* command, std::int64_t& beam) {
  constexpr std::uint64_t kWidest = 1000;
  programs::add_whole_number(command, "--beam", beam, 1, kWidest, "hypotheses the search keeps; 1: greedy");
}

void add_evaluate(CLI::App& app) {
  struct Options {
    Paths test;
    std::string model;
    std::int64_t beam = 1;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("evaluate", "Score a translator; equal source lines are one source with several references");
  command->add_option("--model", options->model, "file from train")->required();
  add_pairs(command, "--test", options->test, "pairs")->required();
  add_beam(command, options->beam);
  programs::add_threads(command);
  command->callback([options] {
    TranslatorScores scores = Translator::load(options->model).evaluate(read(options->test), options->beam);
    programs::print_result("bleu", scores.bleu, 2);
    programs::print_result("exact_match", 100 * scores.exact_match, 2);
    programs::print_result("perplexity", scores.perplexity, 4);
  });
}

void add_run(CLI::App& app) {
  struct Options {
    std::string model;
    std::int64_t beam = 1;
    bool alignment = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("run", "Translate the lines on standard input, one output line each");
  command->add_option("--model", options->model, "file from train")->required();
  add_beam(command, options->beam);
  command->add_flag("--alignment", options->alignment, "after each output, where the decoder looked for each of its tokens");
  programs::add_threads(command);
  command->callback([options] {
    Translator translator = Translator::load(options->model);
    std::vector<std::string> lines = text::read_lines(std::cin, "standard input");
    for (const Translation& translation : translator.translate(lines, options->beam)) {
      std::cout << translation.text << '\n';
      if (options->alignment && translation.attention.defined())
        std::cout << alignment_picture(translation.source, translation.target, translation.attention);
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Encoder-decoder with attention for pairs of lines", "translate");
  add_train(app);
  add_evaluate(app);
  add_run(app);
  return weft::programs::run(app, argc, argv);
}
