#include <weft/models/data/selected_source.h>
#include <weft/models/io/decimal.h>
#include <weft/models/programs/classify/training_report.h>
#include <weft/models/report/classifier_report.h>

namespace weft::programs {

std::vector<text::LabelledText> read_held_out(const text::LabelledSource& all, std::uint64_t seed) {
  std::size_t count = 0;
  auto reader = all.open();
  for (text::LabelledText example; reader->next(example);) ++count;
  const std::vector<bool> held_out = held_out_texts(count, seed);
  return read_all(text::SelectedSource<text::LabelledText>(all, held_out));
}

void FoldReport::add(TextClassifier& fold, const std::vector<text::LabelledText>& texts) {
  constexpr std::size_t kExamples = 8;  // example texts of each fold
  const ClassifierScores scores = fold.evaluate(texts);
  report::Report one;
  report::add_evaluation(one, fold, texts, scores, kExamples);
  attended_.insert(attended_.end(), one.attended.begin(), one.attended.end());
  if (texts_ == 0) confusion_ = metrics::ConfusionMatrix(scores.confusion.labels());
  confusion_.add(scores.confusion);
  loss_ += scores.loss * static_cast<double>(texts.size());
  texts_ += texts.size();
}

void FoldReport::write_to(report::Report& report) const {
  report.summary =
      "The results are those of cross-validation: of each fold's best epoch, on the texts that were held out. The model "
      "was then trained on all texts, for the best number of epochs.";
  report.results = {{"accuracy", text::fixed(100 * confusion_.accuracy(), 2) + " %"},
                    {"macro F1", text::fixed(100 * confusion_.macro_average().f1, 2) + " %"},
                    {"loss", text::fixed(loss_ / static_cast<double>(texts_), 4)},
                    {"texts", std::to_string(texts_)}};
  report.confusion = confusion_;
  report.attended = attended_;
}

Observed observe(ClassifierTraining& training, bool reports) {
  const auto cross_validated = std::make_shared<History>();
  const auto folds = std::make_shared<FoldReport>();
  training.on_cross_validated = [cross_validated](const History& all) { *cross_validated = all; };
  if (reports)
    training.on_fold = [folds](TextClassifier& fold, const text::LabelledSource& held_out) {
      folds->add(fold, read_all(held_out));
    };
  return {keep_history(training.fit.callbacks), cross_validated, folds};
}

std::vector<report::LineChart> Observed::curves(const std::string& monitor) const {
  return report::learning_curves(cross_validated->empty() ? *history : *cross_validated, monitor);
}

void write_training_report(const ReportOption& option, const Observed& observed, const std::string& monitor,
                           TextClassifier& classifier, const std::function<std::vector<text::LabelledText>()>& read_dev) {
  report::Report report = begin_report(option);
  report.curves = observed.curves(monitor);
  if (!observed.folds->empty()) {
    observed.folds->write_to(report);
  } else if (observed.unscored()) {
    report.summary = "No texts could be held out: there are only learning curves.";
  } else {
    const std::vector<text::LabelledText> dev = read_dev();
    report.summary = "The results are those of the best epoch on the dev texts.";
    report::add_evaluation(report, classifier, dev, classifier.evaluate(dev));
  }
  report::write_report(option.path, report);
}

}  // namespace weft::programs
