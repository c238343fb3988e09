#include <weft/models/report/classifier_report.h>
#include <weft/models/report/numbers.h>

#include <algorithm>

namespace weft::report {

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

  std::vector<std::string> lines;
  for (const text::LabelledText& text : texts) lines.push_back(text.text);
  std::vector<AttendedText> wrong, right;
  std::vector<Prediction> predictions = classifier.predict(lines);
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    Prediction& prediction = predictions[i];
    AttendedText attended{std::move(prediction.words), std::move(prediction.weights), texts[i].label, prediction.label,
                          prediction.probability};
    (attended.right() ? right : wrong).push_back(std::move(attended));
  }
  std::stable_sort(wrong.begin(), wrong.end(),
                   [](const AttendedText& a, const AttendedText& b) { return a.probability > b.probability; });
  if (wrong.size() > examples / 2) wrong.resize(examples / 2);
  if (right.size() > examples - wrong.size()) right.resize(examples - wrong.size());
  report.attended = std::move(wrong);
  report.attended.insert(report.attended.end(), right.begin(), right.end());
}

}  // namespace weft::report
