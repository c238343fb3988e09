#include <weft/models/training/detail/shard_record.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace weft::detail {

bool ShardRecord::is_finite() const {
  const auto finite = [](double loss) { return std::isfinite(loss); };
  return std::all_of(losses.begin(), losses.end(), finite) && finite(extra_loss.value_or(0));
}

std::vector<std::vector<double>> metric_states(const Metrics& metrics, const Tensor& logits, const Tensor& targets) {
  std::vector<std::vector<double>> states;
  for (const auto& metric : metrics) {
    const std::vector<double> before = metric->state();
    metric->reset();
    metric->add(logits, targets);
    states.push_back(metric->state());
    metric->reset();
    if (!before.empty()) metric->set_state(before);
  }
  return states;
}

std::string to_bytes(std::span<const ShardRecord> records) {
  std::vector<double> numbers;
  auto put_list = [&](const std::vector<double>& list) {
    numbers.push_back(static_cast<double>(list.size()));
    numbers.insert(numbers.end(), list.begin(), list.end());
  };
  for (const ShardRecord& record : records) {
    put_list(record.losses);
    numbers.insert(numbers.end(), {record.weight, static_cast<double>(record.tokens), record.extra_loss ? 1.0 : 0.0,
                                   record.extra_loss.value_or(0), static_cast<double>(record.metrics.size())});
    for (const std::vector<double>& state : record.metrics) put_list(state);
  }
  const auto bytes = std::as_bytes(std::span(numbers));
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::vector<ShardRecord> records_from(const std::string& bytes) {
  std::vector<double> numbers(bytes.size() / sizeof(double));
  if (!bytes.empty()) std::memcpy(numbers.data(), bytes.data(), bytes.size());
  auto at = numbers.begin();
  auto take_list = [&] {
    const auto count = static_cast<std::ptrdiff_t>(*at++);
    at += count;
    return std::vector<double>(at - count, at);
  };
  std::vector<ShardRecord> records;
  while (at != numbers.end()) {
    ShardRecord& record = records.emplace_back();
    record.losses = take_list();
    record.weight = *at++;
    record.tokens = static_cast<std::int64_t>(*at++);
    const bool has_extra = *at++ != 0;
    const double extra = *at++;
    if (has_extra) record.extra_loss = extra;
    record.metrics.resize(static_cast<std::size_t>(*at++));
    for (std::vector<double>& state : record.metrics) state = take_list();
  }
  return records;
}

}  // namespace weft::detail
