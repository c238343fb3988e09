// demo: trains both reference models on generated data and shows what they learnt.
#include <weft/models/classifier/classify.h>
#include <weft/models/generated/generate_english_french.h>
#include <weft/models/generated/generate_labelled.h>
#include <weft/models/io/decimal.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/report_option.h>
#include <weft/models/programs/demo/command.h>
#include <weft/models/progress/progress.h>
#include <weft/models/report/alignment.h>
#include <weft/models/report/classifier_report.h>
#include <weft/models/report/quality_by_length.h>
#include <weft/models/report/translator_report.h>
#include <weft/models/translator/translator.h>
#include <weft/nn/module/module.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>

namespace {

using namespace weft;

void title(const std::string& text) { std::cout << "\n== " << text << "\n\n" << std::flush; }

// What the classifiers learnt; the last one's scores and texts stand in the report.
void show_classifiers(report::Report& report) {
  auto texts = text::generate_labelled(5000, 1);
  std::vector<text::LabelledText> train(texts.begin(), texts.begin() + 4000), test(texts.begin() + 4000, texts.end());
  for (ClassifierAttention attention : {ClassifierAttention::self, ClassifierAttention::pooling}) {
    title("Text classifier, attention " + to_string(attention) + ": 4000 generated requests about 8 topics");
    ClassifierTraining options;
    options.attention = attention;
    options.vocabulary_size = 2000;
    options.fit.epochs = 8;
    options.fit.log = &std::cout;
    TextClassifier classifier = TextClassifier::train(train, {}, options);
    ClassifierScores scores = classifier.evaluate(test);
    std::cout << "\ntest accuracy " << text::fixed(100 * scores.accuracy, 2) << " %, macro F1 "
              << text::fixed(100 * scores.macro_f1, 2) << " %\n\n";
    std::vector<std::string> samples;
    for (std::size_t i = 0; i < 4; ++i) samples.push_back(test[i].text);
    for (const Prediction& each : classifier.predict(samples)) {
      const report::AttendedText text{each.words, each.weights, "", each.label, each.probability};
      std::cout << report::terminal_picture(text, programs::output_style());
    }
    report::Report page;
    report::add_evaluation(page, classifier, test, scores);
    report.confusion = page.confusion;
    report.attended = page.attended;
  }
}

struct Trained {
  Translator translator;
  report::QualityCurve curve;
};

// Trains one twin and measures it on the test pairs.
Trained train_translator(const std::string& name, AttentionKind attention, const std::vector<text::TextPair>& train,
                         const std::vector<text::TextPair>& test) {
  title("Translator, " + name + ": " + std::to_string(train.size()) + " generated English-French pairs");
  TranslatorTraining options;
  options.model.attention = attention;
  options.model.embedding_dim = 96;
  options.model.hidden = 160;
  options.model.dropout = 0.1;
  options.learning_rate = 3e-3;
  options.fit.batch_size = 32;
  options.fit.epochs = 8;
  options.fit.log = &std::cout;
  Translator translator = Translator::train(train, {}, options);

  const TranslatedSources translated = translator.translate_sources(test);
  const std::vector<std::int64_t> bounds{6, 12, 18, 24};
  std::cout << "\ntest BLEU " << text::fixed(report::bleu_of(translated), 2) << '\n';
  return {std::move(translator), report::quality_of(name, translated, bounds)};
}

void show_translators(report::Report& report) {
  auto pairs = text::generate_pairs(12600, 1, {.min_words = 3, .max_words = 30});
  std::vector<text::TextPair> train(pairs.begin(), pairs.begin() + 12000), test(pairs.begin() + 12000, pairs.end());
  Trained attending = train_translator("with attention", AttentionKind::general, train, test);

  std::cout << '\n';
  auto is_short = [](const text::TextPair& pair) { return std::count(pair.source.begin(), pair.source.end(), ' ') < 9; };
  std::vector<std::string> samples;
  for (auto pair = test.begin(); pair != test.end() && samples.size() < 3; ++pair)
    if (is_short(*pair)) samples.push_back(pair->source);
  for (const Translation& translation : attending.translator.translate(samples)) {
    std::cout << "  " << text::join(translation.source) << "\n  " << translation.text << '\n';
    std::cout << alignment_picture(translation.source, translation.target, translation.attention) << '\n';
    report.alignments.push_back({translation.source, translation.target, translation.attention, translation.text});
  }

  Trained fixed = train_translator("fixed vector", AttentionKind::none, train, test);
  title("The bottleneck: BLEU by length of the English sentence");
  report.quality = {attending.curve, fixed.curve};
  std::cout << report::terminal_picture(report.quality);
}

}  // namespace

int main(int argc, char** argv) {
  weft::programs::Command program("demo", "Trains both reference models on generated data and shows what they learnt");
  weft::programs::ReportOption option;
  weft::programs::add_report_alone(program, option, "the classifier's mistakes and attention, alignments, BLEU by length");
  weft::programs::add_threads(program);
  weft::programs::add_write(program);
  return weft::programs::run(program, argc, argv, [&] {
    if (program.find_subcommand("write")->is_given()) return;
    weft::report::Report report = weft::programs::begin_report(option);
    auto start = std::chrono::steady_clock::now();
    show_classifiers(report);
    show_translators(report);
    std::cout << "\ndone in " << format_duration(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count())
              << '\n';
    if (option.wanted()) weft::report::write_report(option.path, report);
  });
}
