#include <weft/models/seq2seq/scheduled_sampling.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>

#include <cmath>

namespace weft {

TEST_CASE("scheduled sampling: the probability of the true word falls by the schedule, batch by batch") {
  auto chances = [](const TeacherForcing& options) {
    ScheduledSampling sampling(nn::root, options);
    std::vector<double> all;
    for (int batch = 0; batch < 8; ++batch) {
      all.push_back(sampling.probability());
      sampling.next(2, 3);
    }
    return all;
  };
  CHECK(chances({.ratio = 0.3}) == std::vector<double>(8, 0.3));
  std::vector<double> linear = chances({.ratio = 0.2, .schedule = SamplingSchedule::linear, .steps = 4});
  const std::vector<double> line{1, 0.8, 0.6, 0.4, 0.2, 0.2, 0.2, 0.2};
  for (std::size_t i = 0; i < line.size(); ++i) CHECK(linear[i] == doctest::Approx(line[i]));
  std::vector<double> sigmoid = chances({.ratio = 0.2, .schedule = SamplingSchedule::inverse_sigmoid, .steps = 2});
  for (std::size_t i = 0; i < sigmoid.size(); ++i)
    CHECK(sigmoid[i] == doctest::Approx(0.2 + 0.8 * 2 / (2 + std::exp(static_cast<double>(i) / 2))));
}

TEST_CASE("scheduled sampling: a saved and restored stream continues with the same batch") {
  ScheduledSampling sampling(nn::root, {.ratio = 0.5, .schedule = SamplingSchedule::linear, .steps = 2});
  sampling.next(4, 5);
  Generator saved = *sampling.generator();
  const double chance = sampling.probability();
  Tensor truth = full({4}, 1, DType::i64), logits = zeros({4, 9});
  SampledWords first = sampling.next(4, 5);
  *sampling.generator() = saved;
  CHECK(sampling.probability() == chance);
  SampledWords again = sampling.next(4, 5), other = sampling.next(4, 5);
  bool differ = false;
  for (std::int64_t t = 0; t < 5; ++t) {
    CHECK(equal_bits(first.choose(t, truth, logits), again.choose(t, truth, logits)));
    differ = differ || !equal_bits(first.choose(t, truth, logits), other.choose(t, truth, logits));
  }
  CHECK(differ);
}

TEST_CASE("scheduled sampling: words are drawn by their probabilities, except the first, which is always true") {
  const std::int64_t rows = 20000;
  SampledWords words(rows, 2, 0.25, 7);
  Tensor truth = full({rows}, 3, DType::i64), logits({rows, 3}, DType::f32);
  const double p[] = {0.5, 0.2, 0.3};
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t word = 0; word < 3; ++word) logits.output<float>()[row * 3 + word] = static_cast<float>(std::log(p[word]));
  CHECK_FALSE(words.any(0));
  CHECK(words.any(1));
  CHECK(equal_bits(words.choose(0, truth, logits), truth));
  std::vector<double> counts(4);
  const Tensor chosen = words.choose(1, truth, logits);
  for (std::int64_t word : chosen.span<std::int64_t>()) counts[static_cast<std::size_t>(word)] += 1.0 / static_cast<double>(rows);
  CHECK(counts[3] == doctest::Approx(0.25).epsilon(0.05));
  for (std::size_t word = 0; word < 3; ++word) CHECK(counts[word] == doctest::Approx(0.75 * p[word]).epsilon(0.05));
}

TEST_CASE("scheduled sampling: options out of range are refused") {
  CHECK_THROWS_WITH_AS(TeacherForcing{.ratio = 1.5}.validate({"a.cpp", 1}),
                       "teacher forcing: ratio is 1.5, not from 0 to 1, at a.cpp:1", ValueError);
  CHECK_THROWS_AS(TeacherForcing{.steps = 0}.validate(), ValueError);
}

}  // namespace weft
