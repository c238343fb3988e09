#include <weft/models/training/detail/tally.h>

#include <cmath>

namespace weft::detail {

Tally::Tally(const Loss& loss, const Metrics& metrics) : loss_(loss), metrics_(metrics) {
  for (const auto& metric : metrics_) metric->reset();
}

Tally::Tally(const Loss& loss, const Metrics& metrics, const std::vector<double>& state) : Tally(loss, metrics) {
  if (state.empty()) return;
  std::size_t at = 0;
  auto take = [&] {
    require<FormatError>(at < state.size(), "resume: the state of the metrics ends too early");
    return state[at++];
  };
  total_ = take();
  weight_ = take();
  const double has_extra = take();
  has_extra_ = has_extra == 1;
  extra_ = take();
  require<FormatError>(weight_ >= 0 && (has_extra_ || (has_extra == 0 && extra_ == 0)),
                       "resume: the state of the loss has weight ", weight_, " and extra loss ", has_extra, ", ", extra_);
  for (const auto& metric : metrics_) {
    const double count = take(), left = static_cast<double>(state.size() - at);
    require<FormatError>(count >= 0 && count <= left && count == std::floor(count), "resume: the state of ", metric->name(),
                         " has ", count, " numbers of ", left);
    const auto first = state.begin() + static_cast<std::ptrdiff_t>(at);
    at += static_cast<std::size_t>(count);
    try {
      metric->set_state({first, first + static_cast<std::ptrdiff_t>(count)});
    } catch (const std::exception& error) {
      throw FormatError("resume: the state of " + metric->name() + ": " + error.what());
    }
  }
  require<FormatError>(at == state.size(), "resume: the state of the metrics has numbers left after the last metric");
}

void Tally::add(double mean_loss, const Task::Output& output) {
  const double weight_here = loss_.weight(output.targets);
  total_ += mean_loss * weight_here;
  weight_ += weight_here;
  if (output.extra_loss.defined()) {
    has_extra_ = true;
    extra_ += output.extra_loss.item();
  }
  if (metrics_.empty()) return;
  const Tensor targets = loss_.for_metrics(output.targets);
  for (const auto& metric : metrics_) metric->add(output.logits.tensor(), targets);
}

void Tally::add(const ShardRecord& record) {
  for (double loss : record.losses) total_ += loss;
  weight_ += record.weight;
  if (record.extra_loss) {
    has_extra_ = true;
    extra_ += *record.extra_loss;
  }
  for (std::size_t i = 0; i < metrics_.size(); ++i) metrics_[i]->merge(record.metrics[i]);
}

Scores Tally::scores() const {
  Scores scores{mean_loss(), {}, {}};
  if (has_extra_) scores.extra_loss = weight_ == 0 ? 0 : extra_ / weight_;
  for (const auto& metric : metrics_) scores.metrics.emplace_back(metric->name(), metric->value());
  return scores;
}

std::vector<double> Tally::state() const {
  std::vector<double> all{total_, weight_, has_extra_ ? 1.0 : 0.0, extra_};
  for (const auto& metric : metrics_) {
    const std::vector<double> own = metric->state();
    all.push_back(static_cast<double>(own.size()));
    all.insert(all.end(), own.begin(), own.end());
  }
  return all;
}

}  // namespace weft::detail
