#include <weft/models/seq2seq/scheduled_sampling.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/fused/softmax.h>

#include <algorithm>
#include <cmath>

namespace weft {

OptionFields TeacherForcing::fields() {
  return {
      {.name = "ratio",
       .value = &ratio,
       .range = from_to(0, 1),
       .help = "final probability that the decoder reads the true previous word in training rather than one that it has sampled "
               "itself",
       .flag = "--teacher-forcing"},
      {.name = "schedule",
       .value = named_option(schedule, kSamplingScheduleNames),
       .help = "how this probability falls from 1 to its final value; constant: it has the final value from the start",
       .flag = "--teacher-forcing-schedule"},
      {.name = "steps",
       .value = &steps,
       .range = at_least(1),
       .help =
           "linear: number of updates until the final probability is reached; inverse_sigmoid: k of k / (k + exp(update / k))",
       .flag = "--teacher-forcing-steps"}};
}

void TeacherForcing::validate(Where caller) const { check_ranges("teacher forcing", fields_of(*this), caller); }

std::string to_string(SamplingSchedule schedule) { return name_in(kSamplingScheduleNames, schedule); }

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
