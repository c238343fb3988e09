#include <weft/models/charts/text_width.h>
#include <weft/models/io/decimal.h>
#include <weft/models/programs/classify/comparison_output.h>

#include <cmath>
#include <iostream>
#include <vector>

namespace weft::programs {

namespace {

std::string percent(double share) { return text::fixed(100 * share, 2); }

std::string spread(const CandidateScores& scores) {
  return std::isnan(scores.deviation()) ? "" : " ± " + percent(scores.deviation());
}

std::string runs(std::size_t count) { return std::to_string(count) + (count == 1 ? " run" : " runs"); }
std::string more(std::size_t count) { return std::to_string(count) + " more" + (count == 1 ? " run" : " runs"); }

}  // namespace

void say_plan(const ComparisonPlan& plan) {
  std::cout << "texts " << plan.texts << "; in each run " << plan.scoring_texts
            << (plan.has_dev ? " dev texts give the score and the others choose the epoch\n"
                             : " of them are held out for the score\n")
            << plan.trainings() << " trainings: " << runs(plan.first_runs) << " of " << ComparisonPlan::kReadings
            << " ways to read a text and " << ComparisonPlan::kVariants << " variants of the two best, then "
            << more(plan.runs - plan.first_runs) << " of the " << ComparisonPlan::kFinalists << " best\n"
            << std::endl;
}

void print_table(const ClassifierComparison& result, const std::string& score) {
  std::cout << report::pad_left(score, 14) << "  seconds  runs  options of classify train\n";
  for (std::size_t i = 0; i < result.candidates.size(); ++i) {
    const CandidateScores& each = result.candidates[i];
    std::cout << report::pad_left(percent(result.estimate(i)), 6) << report::pad_right(spread(each), 8)
              << report::pad_left(text::fixed(each.seconds(), 1), 9) << report::pad_left(std::to_string(each.scores.size()), 6)
              << "  " << each.candidate.name() << '\n';
  }
}

std::string advice(const ClassifierComparison& result) {
  const std::string fewer = " Scores of fewer runs are corrected for the difficulty of their texts.";
  std::size_t close = 0;
  for (std::size_t i = 1; i < result.finalists; ++i) close += result.within_noise(i);
  const std::string error = text::fixed(100 * result.standard_error, 2) + " points, a standard error of their difference";
  if (close == 0) return "The best is ahead of the others by more than " + error + "." + fewer;
  const std::string others = close == 1 ? "One other setting is" : std::to_string(close) + " other settings are";
  return others + " within the noise of the best: " + error + ". " +
         (result.advised == 0 ? "The best is the simplest of them." : "The simplest of them is advised.") + fewer;
}

void write_comparison_report(const ReportOption& option, const ClassifierComparison& result, const std::string& score,
                             const std::string& run) {
  report::Report report = begin_report(option);
  const std::string file = file_names(*option.command, "--train");
  report.title = "classify compare: " + (file.empty() ? file_names(*option.command, "--data") : file);
  report.summary = advice(result);
  report.results = {{"advised", result.candidates[result.advised].candidate.label()}, {"run", run}};
  report.notes = {runs(result.plan.runs) + ", in each of which " + std::to_string(result.plan.scoring_texts) +
                  " texts that were not trained on give the score. Dots are runs and their means, lines the standard deviation; "
                  "settings in the band are within the noise of the best."};
  report::ScoreChart& chart = report.scores;
  chart.title = chart.score = score + ", %";
  chart.columns = {"runs", "seconds"};
  chart.marked = result.advised;
  chart.mark = "advised";
  chart.noise = 100 * result.standard_error;
  for (std::size_t i = 0; i < result.candidates.size(); ++i) {
    const CandidateScores& each = result.candidates[i];
    std::vector<double> percents;
    for (double share : each.scores) percents.push_back(100 * (share + result.estimate(i) - each.mean()));
    chart.rows.push_back({each.candidate.name(),
                          each.candidate.label(),
                          percents,
                          100 * result.estimate(i),
                          100 * each.deviation(),
                          {std::to_string(each.scores.size()), text::fixed(each.seconds(), 1)}});
  }
  report::write_report(option.path, report);
}

}  // namespace weft::programs
