// Scheduled sampling: trains a decoder on words that it has predicted itself.
#pragma once

#include <weft/models/options/option_field.h>
#include <weft/nn/module/module.h>
#include <weft/nn/module/random_stream.h>
#include <weft/tensor/base/enum_names.h>

#include <string>

namespace weft {

// How the probability of the true word falls from 1 to a final value r, over updates i = 0, 1, ..:
//     constant         r from the start
//     linear           max(r, 1 - (1 - r) i / steps)
//     inverse_sigmoid  r + (1 - r) k / (k + exp(i / k)), k = steps
enum class SamplingSchedule : std::uint8_t { constant, linear, inverse_sigmoid };
inline constexpr EnumName<SamplingSchedule> kSamplingScheduleNames[] = {{SamplingSchedule::constant, "constant"},
                                                                        {SamplingSchedule::linear, "linear"},
                                                                        {SamplingSchedule::inverse_sigmoid, "inverse_sigmoid"}};

struct TeacherForcing {
  double ratio = 1;  // the final probability that a decoder in training reads the true previous word instead of its own
  SamplingSchedule schedule = SamplingSchedule::constant;
  std::int64_t steps = 10000;

  OptionFields fields();
  // Throws ValueError for a ratio outside 0 .. 1 and steps below 1.
  void validate(Where caller = Where::here()) const;
};

std::string to_string(SamplingSchedule schedule);

// The draws for one batch: which previous words are replaced, and what is drawn for them.
class SampledWords {
 public:
  // `seed` is the seed of this batch's draws.
  SampledWords(std::int64_t batch, std::int64_t time, double truth, std::uint64_t seed);

  // Returns whether any row reads a word of its own in step t.
  bool any(std::int64_t t) const;
  // Returns the words to read in step t, i64 [batch]: `truth`, or a word drawn from softmax(logits [batch, vocabulary]) of the
  // step before.
  Tensor choose(std::int64_t t, const Tensor& truth, const Tensor& logits) const;

 private:
  bool own(std::int64_t row, std::int64_t t) const { return t > 0 && coins_.at({row, t}) >= truth_; }

  double truth_;
  Tensor coins_, choices_;  // [batch, time], in [0, 1)
};

// Bengio et al. 2015: increasingly, the previous words come from the model itself, as they do when it decodes. No gradient passes
// through the draw. The stream counts the batches, one number each, so a checkpoint that saves the stream saves the position in
// the schedule. In fit() it counts the updates, and a pair's words depend on the update and its place in it, see ExampleDraws.
class ScheduledSampling : public nn::Module {
 public:
  ScheduledSampling(const nn::Owner& parent, const std::string& name, const TeacherForcing& options);
  ScheduledSampling(const nn::Standalone& root, const TeacherForcing& options)
      : ScheduledSampling(nn::Owner(root), "", options) {}

  // Returns the probability of the true word in the next batch.
  double probability() const;
  // Draws for the next batch.
  SampledWords next(std::int64_t batch, std::int64_t time) const;

  Generator* generator() override { return &stream_.generator(); }

 private:
  double probability(std::uint64_t batch) const;

  TeacherForcing options_;
  mutable nn::RandomStream stream_;
};

}  // namespace weft
