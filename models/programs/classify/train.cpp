// classify train.
#include <weft/models/classifier/classify.h>
#include <weft/models/data/label_check.h>
#include <weft/models/programs/classify/command.h>
#include <weft/models/programs/classify/training_report.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/report_option.h>
#include <weft/models/programs/command_line/tokenizer_options.h>
#include <weft/models/programs/command_line/training_options.h>
#include <weft/models/progress/progress.h>
#include <weft/models/report/learning_curves.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

namespace weft::programs {

namespace {

struct TrainOptions {
  std::string train, dev, data;
  std::optional<TermWeights> term_weights;  // if unset, the attention decides
  text::FileOptions files;
  TokenizerArguments tokenizer = {.options = {.split_unspaced = true}};
  ClassifierTraining training = recommended_classifier_training();
  TrainingRun run;
  ReportOption report;
};

}  // namespace

void add_train(Command& program) {
  auto options = std::make_shared<TrainOptions>();
  ClassifierTraining& training = options->training;
  Command& command = program.subcommand("train", "Train a classifier on labelled texts");
  command.option("--train", &options->train, kLabelledFile).reads_file().group(kDataGroup);
  add_data(command, options->data, "--train");
  command.option("--dev", &options->dev, "labelled texts that choose the best epoch; without them some of the training texts do")
      .reads_file()
      .group(kDataGroup);
  add_labelled_options(command, options->files);
  add_tokenizer_options(command, options->tokenizer, 1);
  command.option("--attention", &training.attention, kClassifierAttentionNames,
                 "self: dot-product self-attention, then the mean; pooling: one learnt weight per word; without attention: mean, "
                 "of the words' embeddings, or bag-of-words, logistic regression on which words occur");
  command.option(
      "--term-weights", &options->term_weights, kTermWeightsNames,
      "what the words of a bag-of-words count: binary: all the same; tfidf: the more, the fewer texts have them; auto: "
      "tfidf for a bag-of-words");
  add_word_files(command, training.words);
  command
      .option("--vocab-size", &training.vocabulary_size,
              "rows of the embedding, specials included, at least 3; 0: as many as the training texts ask for, up to 30000")
      .range(0, kMostRows);
  command
      .option("--embedding-dim", &training.embedding_dim, "numbers per word; with --vectors as many as they have, also written 0")
      .range(0, kMostNumbers);
  command.option("--learning-rate", &training.learning_rate, "Adam's step size");
  command.option("--weight-decay", &training.weight_decay, "AdamW's: weights shrink by this share of the step size each step");
  command.option("--row-updates", &training.row_updates, optim::kRowUpdatesNames,
                 "exact: Adam on all embeddings; lazy: those of words that a batch lacks stay, which is much faster with many "
                 "rows; auto: "
                 "lazy above 10000 rows");
  command.option("--dropout", &training.dropout, "share of embeddings and of the text's vector that training hides");
  command.option("--word-dropout", &training.word_dropout, "share of whole words that training hides");
  command.option("--label-smoothing", &training.label_smoothing, "share of a label that training spreads over all labels");
  command
      .option("--ngrams", &training.ngrams,
              "1: words alone; 2: pairs of neighbouring words that occur twice are tokens too; 3: and triples; 0: 2, or 1 "
              "where texts have over 100 words on average")
      .range(0, kLongestWordNgram);
  command.option("--max-length", &training.max_length, "words of a text that are read").range(1, kMany);
  command
      .option("--least-dev-texts", &training.least_dev_texts,
              "without --dev: where 5 % of the training texts are fewer, larger shares and up to 5 folds of "
              "cross-validation choose the number of epochs, and all texts are trained on")
      .range(0, kMany);
  command.option("--seed", &training.fit.seed, "of initial weights, order and dropout").range(0, kLargestSeed);
  add_updates(command, training.fit);
  training.fit.monitor = "auto";
  add_monitor(
      command, training.fit, {"auto", "accuracy", "loss", "macro_f1"},
      "accuracy, loss, or macro_f1, the mean F1 of the labels; auto: accuracy, or loss where --dev has fewer than 100 texts");
  add_run(command, training.fit, options->run);
  add_data_memory(command, training.data_memory);
  add_report(command, options->report, "learning curves, and how the best epoch does on the dev texts");
  command.action([options, &command] {
    ClassifierTraining& training = options->training;
    const bool bag = training.attention == ClassifierAttention::bag_of_words;
    training.term_weights = options->term_weights.value_or(bag ? TermWeights::tfidf : training.term_weights);
    training.model_path = options->run.model;
    if (!training.words.vectors.empty()) take_dim_from_vectors(command, training.embedding_dim);
    check_vocabulary_options(command, {"--vocab-size"});
    if (!options->data.empty() && options->dev.empty()) check_no_file_options(options->files);
    options->tokenizer.validate();
    training.config = prepare_run(command, training.fit, options->run);
    const Observed observed = observe(training, options->report.wanted());
    const auto train = labelled_source("--train", options->train, options->data, text::DataPart::train, options->files);
    const auto dev = options->dev.empty() ? nullptr : text::labelled_file(options->dev, options->files);
    std::error_code absent;  // for a path that is not a file, such as an empty one
    if (std::filesystem::equivalent(options->train, options->dev, absent))
      std::cout << "dev texts are the training texts: their scores say nothing about other texts" << std::endl;
    if (training.fit.monitor == "auto") training.fit.monitor = recommended_monitor(dev.get());
    if (options->data.empty()) text::check_labels(*train, options->train, options->files);
    training.tokenizer =
        classifier_tokenizer(options->tokenizer, *train, reading_progress(training.fit.progress, "counting words", "texts"));
    auto save_codes = [&own = *options](const History&) { own.tokenizer.save_codes(0, own.training.tokenizer); };
    training.fit.callbacks.push_back({.on_start = save_codes});
    std::optional<TextClassifier> classifier;
    run_stoppable(training.fit, [&] { classifier.emplace(TextClassifier::train(*train, dev.get(), training)); });
    if (options->report.picture) print_curves(observed.curves(training.fit.monitor));
    if (!options->report.wanted()) return;
    auto read_dev = [&] { return dev ? read_all(*dev) : read_held_out(*train, training.fit.seed); };
    write_training_report(options->report, observed, training.fit.monitor, *classifier, read_dev);
  });
}

}  // namespace weft::programs
