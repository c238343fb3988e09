// classify train.
#include <weft/models/classify.h>
#include <weft/models/model_file.h>
#include <weft/models/programs/classify_command.h>
#include <weft/models/programs/report_option.h>
#include <weft/models/programs/tokenizer_options.h>
#include <weft/models/programs/training_options.h>
#include <weft/models/report/classifier_report.h>
#include <weft/models/report/learning_curves.h>
#include <weft/models/text/label_check.h>
#include <weft/models/text/map_examples.h>
#include <weft/models/text/selected_source.h>
#include <weft/models/training/progress.h>

#include <memory>
#include <optional>

namespace weft::programs {

namespace {

struct TrainOptions {
  std::string train, dev, data, attention = "self", row_updates = "exact";
  text::FileOptions files;
  TokenizerArguments tokenizer;
  ClassifierTraining training;
  TrainingRun run;
  ReportOption report;
};

// What training without dev texts held out.
std::vector<text::LabelledText> read_held_out(const text::LabelledSource& all, std::uint64_t seed) {
  std::size_t count = 0;
  auto reader = all.open();
  for (text::LabelledText example; reader->next(example);) ++count;
  const std::vector<bool> held_out = held_out_texts(count, seed);
  return read_all(text::SelectedSource<text::LabelledText>(all, held_out));
}

void write_training_report(const ReportOption& option, std::vector<report::LineChart> curves, TextClassifier& classifier,
                           const std::vector<text::LabelledText>& dev) {
  report::Report report = begin_report(option);
  report.summary = "The results are those of the best epoch on the dev texts.";
  report.curves = std::move(curves);
  report::add_evaluation(report, classifier, dev, classifier.evaluate(dev));
  report::write_report(option.path, report);
}

}  // namespace

void add_train(CLI::App& app) {
  auto options = std::make_shared<TrainOptions>();
  ClassifierTraining& training = options->training;
  CLI::App* command = app.add_subcommand("train", "Train a classifier on labelled texts");
  reads_file(command->add_option("--train", options->train, kLabelledFile))->group(kDataGroup);
  add_data(command, options->data, "--train");
  reads_file(command->add_option("--dev", options->dev,
                                 "labelled texts that choose the best epoch; without them 5 % of the training texts do"))
      ->group(kDataGroup);
  add_labelled_options(command, options->files);
  add_tokenizer_options(command, options->tokenizer, 1);
  command
      ->add_option(
          "--attention", options->attention,
          "self: dot-product self-attention, then the mean; pooling: one learnt weight per word; without attention: mean, "
          "of the words' embeddings, or bag-of-words, logistic regression on which words occur")
      ->check(CLI::IsMember({"self", "pooling", "mean", "bag-of-words"}))
      ->capture_default_str();
  add_named(command, "--term-weights", training.term_weights, term_weights_from_string, {"binary", "tfidf"},
            "what the words of a bag-of-words count: binary: all the same; tfidf: the more, the fewer texts have them");
  add_word_files(command, training.words);
  add_whole_number(command, "--vocab-size", training.vocabulary_size, 3, kMostRows, "rows of the embedding, specials included");
  add_whole_number(command, "--embedding-dim", training.embedding_dim, 0, kMostNumbers,
                   "numbers per word; with --vectors as many as they have, also written 0");
  command->add_option("--learning-rate", training.learning_rate, "Adam's step size")->capture_default_str();
  command->add_option("--weight-decay", training.weight_decay, "AdamW's: weights shrink by this share of the step size each step")
      ->capture_default_str();
  command
      ->add_option(
          "--row-updates", options->row_updates,
          "exact: Adam on all embeddings; lazy: those of words that a batch lacks stay, which is much faster with many rows")
      ->check(CLI::IsMember({"lazy", "exact"}))
      ->capture_default_str();
  command->add_option("--dropout", training.dropout, "share of embeddings and of the text's vector that training hides")
      ->capture_default_str();
  command->add_option("--word-dropout", training.word_dropout, "share of whole words that training hides")->capture_default_str();
  command->add_option("--label-smoothing", training.label_smoothing, "share of a label that training spreads over all labels")
      ->capture_default_str();
  add_whole_number(command, "--ngrams", training.ngrams, 1, 5,
                   "1: words alone; 2: pairs of neighbouring words that occur twice are tokens too; 3: and triples");
  add_whole_number(command, "--max-length", training.max_length, 1, kMany, "tokens of a text that are read");
  add_whole_number(command, "--seed", training.fit.seed, 0, kLargestSeed, "of initial weights, order and dropout");
  add_updates(command, training.fit);
  add_monitor(command, training.fit, {"accuracy", "loss", "macro_f1"}, "accuracy, loss, or macro_f1, the mean F1 of the labels");
  add_run(command, training.fit, options->run);
  add_data_memory(command, training.data_memory);
  add_report(command, options->report, "learning curves, and how the best epoch does on the dev texts");
  command->callback([options, command] {
    ClassifierTraining& training = options->training;
    training.attention = classifier_attention_from_string(options->attention);
    training.row_updates = options->row_updates == "lazy" ? optim::RowUpdates::lazy : optim::RowUpdates::exact;
    training.model_path = options->run.model;
    if (!training.words.vectors.empty()) take_dim_from_vectors(command, training.embedding_dim);
    check_vocabulary_options(command, {"--vocab-size"});
    if (!options->data.empty() && options->dev.empty()) check_no_file_options(options->files);
    options->tokenizer.validate();
    training.config = prepare_run(*command, training.fit, options->run);
    auto keeper = std::make_shared<report::HistoryKeeper>();
    training.fit.callbacks.push_back(keeper);
    const auto train = labelled_source("--train", options->train, options->data, text::DataPart::train, options->files);
    const auto dev = options->dev.empty() ? nullptr : text::labelled_file(options->dev, options->files);
    if (options->data.empty()) text::check_labels(*train, options->train, options->files);
    training.tokenizer = text::make_tokenizer(options->tokenizer.choice(0), [&](const text::Tokenizer& words) {
      return text::count_tokens(
          *train, [&](const text::LabelledText& example) { return words.tokens(example.text); },
          reading_progress(training.fit.progress, "counting words", "texts"));
    });
    training.fit.callbacks.push_back(when_started([&own = *options] { own.tokenizer.save_codes(0, own.training.tokenizer); }));
    std::optional<TextClassifier> classifier;
    run_stoppable(training.fit, [&] { classifier.emplace(TextClassifier::train(*train, dev.get(), training)); });
    const std::vector<report::LineChart> curves = report::learning_curves(keeper->history, training.fit.monitor);
    if (options->report.picture) print_curves(curves);
    if (!options->report.wanted()) return;
    write_training_report(options->report, curves, *classifier, dev ? read_all(*dev) : read_held_out(*train, training.fit.seed));
  });
}

}  // namespace weft::programs
