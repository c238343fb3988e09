// What training tells of itself, and the report about it.
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

// What training without dev texts and without cross-validation held out.
std::vector<text::LabelledText> read_held_out(const text::LabelledSource& all, std::uint64_t seed);

// How the folds of cross-validation did on the texts that they did not train on, as parts of one report.
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

// What a training reports while it runs.
struct Observed {
  std::shared_ptr<const History> history;
  std::shared_ptr<const History> cross_validated;  // empty without cross-validation
  std::shared_ptr<const FoldReport> folds;         // likewise

  // Whether training had no texts to score its epochs by.
  bool unscored() const { return !history->empty() && !history->back().validation; }
  std::vector<report::LineChart> curves(const std::string& monitor) const;
};

// Adds to `training` what observes it; that shares the result's parts, so that neither must outlive the other. The folds are
// evaluated only if `reports`.
Observed observe(ClassifierTraining& training, bool reports);

// `read_dev` gives the texts that scored the epochs; it is not called where there were none.
void write_training_report(const ReportOption& option, const Observed& observed, const std::string& monitor,
                           TextClassifier& classifier, const std::function<std::vector<text::LabelledText>()>& read_dev);

}  // namespace weft::programs
