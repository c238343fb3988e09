// demo: trains both reference models on generated data and shows what they learnt.
#include <weft/models/classifier/classify.h>
#include <weft/models/generated/generate_labelled.h>
#include <weft/models/io/decimal.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/report_option.h>
#include <weft/models/programs/demo/command.h>
#include <weft/models/progress/progress.h>
#include <weft/models/report/classifier_report.h>

#include <chrono>
#include <cstdio>
#include <iostream>

namespace {

using namespace weft;

// Shows what the classifiers learnt. The report has the scores and texts of the last one.
void show_classifiers(report::Report& report) {
  auto texts = text::generate_labelled(5000, 1);
  std::vector<text::LabelledText> train(texts.begin(), texts.begin() + 4000), test(texts.begin() + 4000, texts.end());
  for (ClassifierAttention attention : {ClassifierAttention::self, ClassifierAttention::pooling}) {
    programs::title("Text classifier, attention " + to_string(attention) + ": 4000 generated requests about 8 topics");
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

}  // namespace

int main(int argc, char** argv) {
  weft::programs::Command program("demo", "Train both reference models on generated data and show what they have learnt");
  weft::programs::ReportOption option;
  weft::programs::add_report_alone(program, option, "the classifier's mistakes and attention, alignments, BLEU by length");
  weft::programs::add_threads(program);
  weft::programs::add_write(program);
  return weft::programs::run(program, argc, argv, [&] {
    if (program.find_subcommand("write")->is_given()) return;
    weft::report::Report report = weft::programs::begin_report(option);
    auto start = std::chrono::steady_clock::now();
    show_classifiers(report);
    weft::programs::show_translators(report);
    std::cout << "\ndone in " << format_duration(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count())
              << '\n';
    if (option.wanted()) weft::report::write_report(option.path, report);
  });
}
