#include <weft/models/report/learning_curves.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace weft::report {

namespace {

constexpr const char* kPerCent = "%";
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
using Number = std::function<double(const EpochRecord&)>;

double metric_of(const Scores& scores, const std::string& name) {
  for (const auto& [own, value] : scores.metrics)
    if (own == name) return value;
  return kNone;
}

double extra_of(const Scores& scores) { return scores.extra_loss.value_or(kNone); }

// Returns the names of the metrics of training and validation, each once.
std::vector<std::string> metric_names(const EpochRecord& record) {
  std::vector<std::string> names;
  for (const auto& [name, value] : record.train.metrics) names.push_back(name);
  if (!record.validation) return names;
  for (const auto& [name, value] : record.validation->metrics)
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  return names;
}

LineSeries series(const std::string& name, const History& history, const Number& number) {
  LineSeries line{name, {}, {}, {}};
  for (const EpochRecord& record : history) line.values.push_back(number(record));
  return line;
}

}  // namespace

std::vector<LineChart> learning_curves(const History& history, const std::string& monitor) {
  std::vector<LineChart> charts;
  if (history.empty()) return charts;
  LineChart empty;
  empty.x_title = "epoch";
  for (const EpochRecord& record : history) empty.x.push_back(record.epoch);
  if (int best = best_epoch(history, monitor)) {
    empty.marked = best;
    empty.mark = "best epoch " + std::to_string(best);
  }
  auto add = [&](const std::string& title, const std::string& y_title, const std::vector<std::pair<std::string, Number>>& lines,
                 std::optional<double> y_low = {}) {
    LineChart chart = empty;
    chart.title = title;
    chart.y_title = y_title;
    chart.y_low = y_low;
    if (y_title == kPerCent) chart.y_limit = 100;
    for (const auto& [name, number] : lines) {
      chart.series.push_back(series(name, history, number));
      const auto& values = chart.series.back().values;
      if (std::none_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); })) chart.series.pop_back();
    }
    if (!chart.series.empty()) charts.push_back(std::move(chart));
  };
  add("loss", "per target",
      {{"training", [](const EpochRecord& record) { return record.train.loss; }},
       {"dev", [](const EpochRecord& record) { return record.validation ? record.validation->loss : kNone; }}});
  add("extra loss", "per target",
      {{"training", [](const EpochRecord& record) { return extra_of(record.train); }},
       {"dev", [](const EpochRecord& record) { return record.validation ? extra_of(*record.validation) : kNone; }}});
  for (const std::string& name : metric_names(history.front())) {
    add(name, kPerCent,
        {{"training", [name](const EpochRecord& record) { return 100 * metric_of(record.train, name); }},
         {"dev",
          [name](const EpochRecord& record) { return record.validation ? 100 * metric_of(*record.validation, name) : kNone; }}});
  }
  // A number that is always 0 was not measured and is left out. The others cannot be negative, so that their axis begins at 0.
  auto add_positive = [&](const char* title, const char* y_title, const Number& number) {
    if (std::any_of(history.begin(), history.end(), [&](const EpochRecord& record) { return number(record) > 0; }))
      add(title, y_title, {{title, number}}, 0);
  };
  add_positive("learning rate", "at the end of the epoch", [](const EpochRecord& record) { return record.learning_rate; });
  add_positive("gradient norm", "largest before clipping", [](const EpochRecord& record) { return record.gradient_norm; });
  add_positive("skipped updates", "not finite", [](const EpochRecord& record) { return static_cast<double>(record.skipped); });
  add_positive("speed", "tokens per second", [](const EpochRecord& record) {
    return record.seconds > 0 ? static_cast<double>(record.tokens) / record.seconds : kNone;
  });
  return charts;
}

std::vector<LineChart> overlaid(const std::vector<std::pair<std::string, std::vector<LineChart>>>& runs) {
  std::vector<LineChart> charts;
  for (const auto& [run, own] : runs)
    for (const LineChart& chart : own) {
      auto place = std::find_if(charts.begin(), charts.end(), [&](const LineChart& other) { return other.title == chart.title; });
      if (place == charts.end()) {
        place = charts.insert(place, chart);
        place->series.clear();
        place->marked.reset();
        place->mark.clear();
      }
      if (chart.x.size() > place->x.size()) place->x = chart.x;
      const std::string name = chart.mark.empty() ? run : run + " (" + chart.mark + ")";
      for (LineSeries series : chart.series) {
        series.name = chart.series.size() > 1 ? name + ", " + series.name : name;
        place->series.push_back(std::move(series));
      }
    }
  for (LineChart& chart : charts)
    for (LineSeries& series : chart.series) series.values.resize(chart.x.size(), kNone);
  return charts;
}

}  // namespace weft::report
