// The log of a training, and the report about it.
#pragma once

#include <weft/models/classifier/classify.h>
#include <weft/models/programs/command_line/report_option.h>
#include <weft/models/report/learning_curves.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace weft::programs {

// Returns the texts that a training without dev texts and without cross-validation held out.
std::vector<text::LabelledText> read_held_out(const text::LabelledSource& all, std::uint64_t seed);

// Collects the results of the folds of cross-validation, on the texts that they were not trained on, for one report.
class FoldReport {
 public:
  void add(TextClassifier& fold, const std::vector<text::LabelledText>& texts);
  void write_to(report::Report& report) const;
  bool empty() const { return texts_ == 0; }

 private:
  metrics::ConfusionMatrix confusion_;
  std::vector<report::AttendedText> attended_;
  double loss_ = 0;
  std::size_t texts_ = 0;
};

// The results that a training reports while it runs.
struct Observed {
  std::shared_ptr<const History> history;
  std::shared_ptr<const History> cross_validated;  // empty without cross-validation
  std::shared_ptr<const FoldReport> folds;         // likewise

  // Returns whether the training had no texts to score its epochs.
  bool unscored() const { return !history->empty() && !history->back().validation; }
  std::vector<report::LineChart> curves(const std::string& monitor) const;
};

// Adds observers to `training` and returns what they collect; both share it, so that neither must outlive the other. The folds
// are evaluated only if `reports`.
Observed observe(ClassifierTraining& training, bool reports);

// `read_dev` returns the texts that scored the epochs; it is not called if there were none.
void write_training_report(const ReportOption& option, const Observed& observed, const std::string& monitor,
                           TextClassifier& classifier, const std::function<std::vector<text::LabelledText>()>& read_dev);

}  // namespace weft::programs
