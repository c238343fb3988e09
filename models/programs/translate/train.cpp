// translate train.
#include <weft/models/io/model_file.h>
#include <weft/models/options/option_error.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/report_option.h>
#include <weft/models/programs/command_line/training_options.h>
#include <weft/models/programs/translate/command.h>
#include <weft/models/programs/translate/defaults.h>
#include <weft/models/report/learning_curves.h>
#include <weft/models/report/translator_report.h>
#include <weft/models/translator/translator.h>

#include <iostream>
#include <memory>
#include <optional>

namespace weft::programs {

namespace {

struct TrainOptions {
  Paths train, dev, vocabularies, saved_vocabularies;
  std::string alignments;
  double alignment_loss = 0.1;
  text::FileOptions files;
  bool freeze_vectors = false;
  TokenizerArguments tokenizer = recommended_tokenizer();
  TranslatorTraining training = recommended_training();
  TrainingRun run;
  ReportOption report;
};

// Without dev pairs the report has only curves, because the pairs that training held out are not kept.
void write_training_report(const ReportOption& option, std::vector<report::LineChart> curves, Translator& translator,
                           const text::PairSource* dev) {
  report::Report report = begin_report(option);
  report.curves = std::move(curves);
  if (!dev) {
    report.summary = "Without --dev there are only learning curves.";
  } else {
    const std::vector<text::TextPair> pairs = read_all(*dev);
    report.summary = "The results are those of the best epoch on the dev pairs, with greedy search.";
    const TranslatedSources translated = translator.translate_sources(pairs);
    report::add_evaluation(report, translated, translator.evaluate_translations(pairs, translated));
  }
  report::write_report(option.path, report);
}

void add_word_files(Command& command, TrainOptions& options) {
  command.flag("--freeze-vectors", &options.freeze_vectors, "do not train embeddings that start from given vectors");
  InGroup data(command, kDataGroup);
  command
      .option("--vocab", &options.vocabularies,
              "vocabulary files, one token per line: SOURCE TARGET, or one file with --joint-vocab; without them the "
              "vocabularies are made from the training pairs")
      .reads_file()
      .values(1, 2);
  command
      .option("--save-vocab", &options.saved_vocabularies,
              "files to write the tokens to, with their counts: SOURCE TARGET, or one with --joint-vocab")
      .writes_file()
      .values(1, 2);
  add_vectors(command, "--source-vectors", options.training.source_words.vectors, "source words");
  add_vectors(command, "--target-vectors", options.training.target_words.vectors, "target words");
}

void add_guided_alignment(Command& command, TrainOptions& options) {
  Option& file = command
                     .option("--alignments", &options.alignments,
                             "guides attention: a line for each training pair with the links of its words, from 0, as in 0-0 2-1")
                     .reads_file()
                     .group(kDataGroup);
  InGroup model(command, "Model");
  command  // has no default, which --save-config would write even without alignments
      .option("--alignment-loss", &options.alignment_loss,
              "weight of the loss for attention outside the links; 0.1 if it is not given")
      .without_default()
      .needs(file);
}

// Fills in the options for vocabularies and vectors. Throws ValueError if they do not fit together.
void set_word_files(Command& command, const TrainOptions& options, TranslatorTraining& training) {
  WordFiles &source = training.source_words, &target = training.target_words;
  const std::size_t files = training.joint_vocabulary || training.model.tie == Tie::all ? 1 : 2;
  auto check_count = [&](const char* name, const Paths& paths) {
    require_option(paths.empty() || paths.size() == files, OptionName{name}, " takes two files, SOURCE TARGET, or one with ",
                   OptionName{"--joint-vocab"});
  };
  check_count("--vocab", options.vocabularies);
  check_count("--save-vocab", options.saved_vocabularies);
  if (!options.vocabularies.empty()) source.vocabulary = options.vocabularies.front();
  if (options.vocabularies.size() == 2) target.vocabulary = options.vocabularies.back();
  if (!options.saved_vocabularies.empty()) source.save_vocabulary = options.saved_vocabularies.front();
  if (options.saved_vocabularies.size() == 2) target.save_vocabulary = options.saved_vocabularies.back();
  const bool vectors = !source.vectors.empty() || !target.vectors.empty();
  require_option(vectors || !options.freeze_vectors, OptionName{"--freeze-vectors"}, " needs ", OptionName{"--source-vectors"},
                 " or ", OptionName{"--target-vectors"});
  source.report = target.report = [](const std::string& line) { std::cerr << line << '\n'; };
  source.freeze_vectors = options.freeze_vectors && !source.vectors.empty();
  target.freeze_vectors = options.freeze_vectors && !target.vectors.empty();
  if (vectors) take_dim_from_vectors(command, training.model.embedding_dim);
}

}  // namespace

void add_train(Command& program) {
  auto options = std::make_shared<TrainOptions>();
  Command& command = program.subcommand("train", "Train a translator on pairs of lines");
  add_pairs(command, "--train", options->train, "training pairs").required();
  add_pairs(command, "--dev", options->dev,
            "pairs for choosing the best epoch; without them, 5 % of the training pairs are held out");
  add_pair_options(command, options->files, "without it none");
  add_word_files(command, *options);
  add_guided_alignment(command, *options);
  add_tokenizer_options(command, options->tokenizer, 2);
  add_training_options(command, options->training);
  add_run(command, options->training.fit, options->run);
  add_data_memory(command, options->training.data_memory);
  add_report(command, options->report, "learning curves, and the results of the best epoch on the dev pairs");
  command.action([options, &command] {
    TranslatorTraining& training = options->training;
    training.model_path = options->run.model;
    if (!options->alignments.empty()) training.model.alignment_loss = options->alignment_loss;
    check_vocabulary_options(command, {"--vocab-size", "--min-count"});
    complete_defaults(command, options->tokenizer, training);
    options->tokenizer.validate();
    set_word_files(command, *options, training);
    check_context(command);
    training.context = options->files.context;
    prepare_ranks(training.fit, options->run);
    const auto pairs = pair_source(options->train, options->files);
    complete_from_pairs(command, *pairs, options->tokenizer, training);
    training.config = prepare_run(command, training.fit, options->run);
    const auto history = keep_history(training.fit.callbacks);
    const auto aligned = options->alignments.empty() ? nullptr : text::with_alignments(*pairs, options->alignments);
    const text::PairSource& train = aligned ? *aligned : *pairs;
    const auto dev = options->dev.empty() ? nullptr : pair_source(options->dev, options->files);
    make_tokenizers(options->tokenizer, train, training);
    std::optional<Translator> translator;
    run_stoppable(training.fit, [&] { translator.emplace(Translator::train(train, dev.get(), training)); });
    if (!is_first_rank(training.fit.communicator)) return;
    const std::vector<report::LineChart> curves = report::learning_curves(*history, training.fit.monitor);
    if (options->report.picture) print_curves(curves);
    if (options->report.wanted()) write_training_report(options->report, curves, *translator, dev.get());
  });
}

}  // namespace weft::programs
