#include <weft/models/training/history.h>
#include <weft/models/training/progress.h>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

namespace weft {

namespace {

using nlohmann::json;

json scores_to_json(const Scores& scores) {
  json metrics = json::array();
  for (const auto& [name, value] : scores.metrics) metrics.push_back({name, value});
  json to{{"loss", scores.loss}, {"metrics", metrics}};
  if (scores.extra_loss) to["extra_loss"] = *scores.extra_loss;
  return to;
}

Scores scores_from_json(const json& from) {
  Scores scores{from.at("loss").get<double>(), {}, {}};
  if (from.contains("extra_loss")) scores.extra_loss = from.at("extra_loss").get<double>();
  for (const json& metric : from.at("metrics"))
    scores.metrics.emplace_back(metric.at(0).get<std::string>(), metric.at(1).get<double>());
  return scores;
}

json record_to_json(const EpochRecord& record) {
  json to{{"epoch", record.epoch},     {"train", scores_to_json(record.train)},
          {"seconds", record.seconds}, {"gradient_norm", record.gradient_norm},
          {"tokens", record.tokens},   {"updates", record.updates},
          {"skipped", record.skipped}, {"learning_rate", record.learning_rate}};
  if (record.validation) to["validation"] = scores_to_json(*record.validation);
  return to;
}

EpochRecord record_from_json(const json& from) {
  EpochRecord record;
  record.epoch = from.at("epoch").get<int>();
  record.train = scores_from_json(from.at("train"));
  if (from.contains("validation")) record.validation = scores_from_json(from.at("validation"));
  record.seconds = from.at("seconds").get<double>();
  record.gradient_norm = from.at("gradient_norm").get<double>();
  record.tokens = from.at("tokens").get<std::int64_t>();
  record.updates = from.at("updates").get<std::int64_t>();
  record.skipped = from.at("skipped").get<std::int64_t>();
  record.learning_rate = from.at("learning_rate").get<double>();
  return record;
}

}  // namespace

double Scores::metric(const std::string& name, Where where) const {
  for (const auto& [known, value] : metrics)
    if (known == name) return value;
  check<ValueError>(false, where, "scores: there is no metric ", name);
  return 0;
}

std::string to_string(const EpochRecord& record, int epochs) {
  std::ostringstream line;
  line << std::fixed << "epoch " << record.epoch << '/' << epochs;
  auto add = [&](const char* prefix, const Scores& scores) {
    line << "  " << prefix << "loss " << std::setprecision(4) << scores.loss;
    if (scores.extra_loss) line << "  " << prefix << "extra_loss " << *scores.extra_loss;
    line << std::setprecision(2);
    for (const auto& [name, value] : scores.metrics) line << "  " << prefix << name << ' ' << 100 * value;
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
    for (const json& record : json::parse(text)) history.push_back(record_from_json(record));
    return history;
  } catch (const json::exception& error) {
    throw FormatError(origin + ": the history of training is broken: " + error.what());
  }
}

}  // namespace weft
