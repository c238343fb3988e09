#include <weft/models/seq2seq/scheduled_sampling.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/fused/softmax.h>

#include <algorithm>
#include <cmath>

namespace weft {

void TeacherForcing::validate(Where caller) const {
  check<ValueError>(ratio >= 0 && ratio <= 1, caller, "teacher forcing: ratio ", ratio, " is outside 0 .. 1");
  check<ValueError>(steps >= 1, caller, "teacher forcing: steps ", steps, " is below 1");
}

std::string to_string(SamplingSchedule schedule) { return name_in(kSamplingScheduleNames, schedule); }

SamplingSchedule sampling_schedule_from_string(std::string_view name) {
  const std::optional<SamplingSchedule> schedule = value_in(kSamplingScheduleNames, name);
  require<ValueError>(schedule.has_value(), "teacher forcing: \"", name, "\" is not one of ",
                      list_of_names(kSamplingScheduleNames, ", "));
  return *schedule;
}

SampledWords::SampledWords(std::int64_t batch, std::int64_t time, double truth, std::uint64_t seed) : truth_(truth) {
  Generator generator{seed, 0, 0};
  coins_ = uniform({batch, time}, 0, 1, DType::f64, generator);
  choices_ = uniform({batch, time}, 0, 1, DType::f64, generator);
}

bool SampledWords::any(std::int64_t t) const {
  for (std::int64_t row = 0; row < coins_.size(0); ++row)
    if (own(row, t)) return true;
  return false;
}

Tensor SampledWords::choose(std::int64_t t, const Tensor& truth, const Tensor& logits) const {
  const Tensor probabilities = cast(contiguous(softmax(logits)), DType::f64);
  const std::int64_t words = probabilities.size(1);
  Tensor chosen = clone(truth);
  for (std::int64_t row = 0; row < truth.size(0); ++row) {
    if (!own(row, t)) continue;
    const double* p = probabilities.data<double>() + row * words;
    double left = choices_.at({row, t});
    std::int64_t word = 0;
    while (word + 1 < words && left >= p[word]) left -= p[word++];
    chosen.output<std::int64_t>()[row] = word;
  }
  return chosen;
}

ScheduledSampling::ScheduledSampling(const nn::Owner& parent, const std::string& name, const TeacherForcing& options)
    : Module(parent, name), options_(options) {
  options.validate();
}

double ScheduledSampling::probability() const { return probability(stream_.generator().counter); }

double ScheduledSampling::probability(std::uint64_t batch) const {
  const double batches = static_cast<double>(batch), steps = static_cast<double>(options_.steps);
  const double left = 1 - options_.ratio;
  switch (options_.schedule) {
    case SamplingSchedule::constant:
      break;
    case SamplingSchedule::linear:
      return std::max(options_.ratio, 1 - left * batches / steps);
    case SamplingSchedule::inverse_sigmoid:
      return options_.ratio + left * steps / (steps + std::exp(batches / steps));
  }
  return options_.ratio;
}

SampledWords ScheduledSampling::next(std::int64_t batch, std::int64_t time) const {
  Generator drawn =
      stream_.generator().advance(1);  // a batch draws from its own position of the stream, so that recomputing it draws the same
  const double truth = probability(drawn.counter);
  return {batch, time, truth, drawn.next()};
}

}  // namespace weft
