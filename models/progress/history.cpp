#include <weft/models/io/detail/json_reader.h>
#include <weft/models/progress/history.h>
#include <weft/models/progress/progress.h>
#include <weft/tensor/base/plain_text.h>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <nlohmann/json.hpp>

namespace weft {

namespace {

using nlohmann::json;

using JsonReader = detail::JsonReader<json>;
constexpr auto number_to_json = detail::number_to_json<json>;

json scores_to_json(const Scores& scores) {
  json metrics = json::array();
  for (const auto& [name, value] : scores.metrics) metrics.push_back({name, number_to_json(value)});
  json to{{"loss", number_to_json(scores.loss)}, {"metrics", metrics}};
  if (scores.extra_loss) to["extra_loss"] = number_to_json(*scores.extra_loss);
  return to;
}

Scores scores_from_json(const json& from, const std::string& origin) {
  const JsonReader read(from, origin);
  Scores scores{read.number("loss"), {}, {}};
  if (from.contains("extra_loss")) scores.extra_loss = read.number("extra_loss");
  for (const json& metric : read.at("metrics"))
    scores.metrics.emplace_back(metric.at(0).get<std::string>(), read.number_from(metric.at(1), "a metric"));
  return scores;
}

json record_to_json(const EpochRecord& record) {
  json to{{"epoch", record.epoch},
          {"train", scores_to_json(record.train)},
          {"seconds", number_to_json(record.seconds)},
          {"gradient_norm", number_to_json(record.gradient_norm)},
          {"tokens", record.tokens},
          {"updates", record.updates},
          {"skipped", record.skipped},
          {"learning_rate", number_to_json(record.learning_rate)}};
  if (record.validation) to["validation"] = scores_to_json(*record.validation);
  return to;
}

EpochRecord record_from_json(const json& from, const std::string& origin) {
  const JsonReader read(from, origin);
  EpochRecord record;
  record.epoch = static_cast<int>(read.whole("epoch", 0, std::numeric_limits<int>::max()));
  record.train = scores_from_json(read.at("train"), origin);
  if (from.contains("validation")) record.validation = scores_from_json(read.at("validation"), origin);
  record.seconds = read.number("seconds", 0);
  record.gradient_norm = read.number("gradient_norm", 0);
  record.tokens = read.whole("tokens", 0);
  record.updates = read.whole("updates", 0);
  record.skipped = read.whole("skipped", 0);
  record.learning_rate = read.number("learning_rate");
  return record;
}

}  // namespace

double Scores::metric(const std::string& name, Where caller) const {
  for (const auto& [known, value] : metrics)
    if (known == name) return value;
  check<ValueError>(false, caller, "scores: there is no metric ", name);
  return 0;
}

std::string to_string(const EpochRecord& record, int epochs) {
  PlainText line;
  line << std::fixed << "epoch " << record.epoch << '/' << epochs;
  auto add = [&](const char* prefix, const Scores& scores) {
    line << "  " << prefix << "loss " << std::setprecision(4) << printable(scores.loss);
    if (scores.extra_loss) line << "  " << prefix << "extra_loss " << printable(*scores.extra_loss);
    line << std::setprecision(2);
    for (const auto& [name, value] : scores.metrics) line << "  " << prefix << name << ' ' << printable(100 * value);
  };
  add("", record.train);
  if (record.validation) add("dev_", *record.validation);
  if (record.gradient_norm > 0) line << "  norm " << record.gradient_norm;
  if (record.skipped > 0) line << "  skipped " << record.skipped;
  line << "  " << format_duration(record.seconds) << "  "
       << static_cast<std::int64_t>(static_cast<double>(record.tokens) / record.seconds) << " tokens/s";
  return line.str();
}

int best_epoch(const History& history, const std::string& monitor) {
  std::optional<Scores::Rank> best;
  int epoch = 0;
  for (const EpochRecord& record : history) {
    auto is_it = [&](const auto& metric) { return metric.first == monitor; };
    if (!record.validation ||
        (monitor != "loss" && std::none_of(record.validation->metrics.begin(), record.validation->metrics.end(), is_it)))
      continue;
    const Scores::Rank rank = record.validation->rank(monitor);
    if (!std::isfinite(rank[0]) || (best && !(rank > *best))) continue;
    best = rank;
    epoch = record.epoch;
  }
  return epoch;
}

std::string to_json(const History& history) {
  json list = json::array();
  for (const EpochRecord& record : history) list.push_back(record_to_json(record));
  return list.dump();
}

History history_from_json(std::string_view text, const std::string& origin) {
  try {
    History history;
    for (const json& record : json::parse(text))
      history.push_back(record_from_json(record, origin + ": the history of training"));
    return history;
  } catch (const json::exception& error) {
    throw FormatError(origin + ": the history of training is broken: " + detail::json_reason(error.what()));
  }
}

}  // namespace weft
