#include <weft/models/training/detail/shard_record.h>

#include <algorithm>
#include <cmath>

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

}  // namespace weft::detail
