#include <weft/models/charts/numbers.h>
#include <weft/models/data/label.h>
#include <weft/models/report/classifier_report.h>

#include <algorithm>

namespace weft::report {

namespace {

// Returns the form of a label to show: `shown`, if the model knows the label, perhaps in another Unicode normal form; otherwise
// the label as the file has it.
std::string shown_label(const TextClassifier& classifier, const std::vector<std::string>& shown, const std::string& label) {
  const auto known = classifier.find_label(label);
  return known ? shown[*known] : label;
}

}  // namespace

void add_evaluation(Report& report, TextClassifier& classifier, std::span<const text::LabelledText> texts,
                    const ClassifierScores& scores, std::size_t examples) {
  report.results.emplace_back("accuracy", fixed(100 * scores.accuracy, 2) + " %");
  if (scores.top_k > 1)
    report.results.emplace_back("top-" + std::to_string(scores.top_k) + " accuracy",
                                fixed(100 * scores.top_k_accuracy, 2) + " %");
  report.results.emplace_back("macro F1", fixed(100 * scores.macro_f1, 2) + " %");
  report.results.emplace_back("loss", fixed(scores.loss, 4));
  report.results.emplace_back("texts", std::to_string(texts.size()));
  report.confusion = scores.confusion;

  const std::vector<std::string> shown = text::distinct_labels(classifier.labels());
  // Texts are predicted one by one, and only those that may be shown are kept, because a prediction holds a number for each
  // label.
  std::vector<AttendedText> wrong, right;
  auto keep_surest = [&] {
    std::stable_sort(wrong.begin(), wrong.end(),
                     [](const AttendedText& a, const AttendedText& b) { return a.probability > b.probability; });
    if (wrong.size() > examples / 2) wrong.resize(examples / 2);
  };
  for (const text::LabelledText& text : texts) {
    Prediction prediction = classifier.predict(std::span(&text.text, 1)).front();
    AttendedText attended{std::move(prediction.words), std::move(prediction.weights), shown_label(classifier, shown, text.label),
                          shown_label(classifier, shown, prediction.label), prediction.probability};
    if (!attended.right())
      wrong.push_back(std::move(attended));
    else if (right.size() < examples)
      right.push_back(std::move(attended));
    if (wrong.size() > 4 * examples) keep_surest();
  }
  keep_surest();
  if (right.size() > examples - wrong.size()) right.resize(examples - wrong.size());
  report.attended = std::move(wrong);
  report.attended.insert(report.attended.end(), right.begin(), right.end());
}

}  // namespace weft::report
