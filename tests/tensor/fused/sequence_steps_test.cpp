#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/fused/detail/sequence_steps.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace weft;

namespace {

constexpr std::int64_t kTime = 4, kWidth = 2;
const std::vector<std::int64_t> kSomeLengths{2, 4, 0, 3, 2};

// Numbers that encode their positions: 100 * row + 10 * step + column.
Tensor padded() {
  Tensor x({std::ssize(kSomeLengths), kTime, kWidth}, DType::f32);
  Writer<float> to = x.write<float>();
  for (std::int64_t i = 0; i < x.numel(); ++i)
    to[i] = static_cast<float>(100 * (i / (kTime * kWidth)) + 10 * (i / kWidth % kTime) + i % kWidth);
  return x;
}

std::vector<float> first_column(const Tensor& x) {
  const Tensor column = contiguous(select(x, -1, 0));
  return {column.span<float>().begin(), column.span<float>().end()};
}

}  // namespace

TEST_CASE("sequence steps: rows in order of their lengths, step by step, and back") {
  for (bool reverse : {false, true}) {
    CAPTURE(reverse);
    const SequenceSteps steps(5, kTime, tensor(kSomeLengths), reverse);
    CHECK(steps.steps() == 4);
    CHECK(steps.rows() == 11);
    CHECK(std::vector{steps.count(0), steps.count(1), steps.count(2), steps.count(3)} == std::vector<std::int64_t>{4, 4, 2, 1});
    const Tensor packed = steps.pack(padded());
    CHECK(packed.shape() == Shape{11, kWidth});
    CHECK(first_column(packed) == (reverse ? std::vector<float>{130, 320, 10, 410, 120, 310, 0, 400, 110, 300, 100}
                                           : std::vector<float>{100, 300, 0, 400, 110, 310, 10, 410, 120, 320, 130}));
    Tensor cleared = padded();
    for (std::size_t i = 0; i < kSomeLengths.size(); ++i) {
      Tensor behind = slice(select(cleared, 0, static_cast<std::int64_t>(i)), 0, kSomeLengths[i]);
      fill(behind, 0);
    }
    CHECK(equal_bits(steps.unpack(packed), cleared));
    const Tensor states = select(padded(), 1, 0);
    CHECK(first_column(steps.order(states)) == std::vector<float>{100, 300, 0, 400, 200});
    CHECK(equal_bits(steps.restore(steps.order(states)), contiguous(states)));
  }
}

TEST_CASE("sequence steps: a history has the state before and after each step") {
  const SequenceSteps steps(5, kTime, tensor(kSomeLengths), false);
  const Tensor initial = select(padded(), 1, 0) + 1000;
  Tensor history = steps.history(initial), after = slice(history, 0, 5);
  CHECK(history.shape() == Shape{16, kWidth});
  copy_to(after, steps.pack(padded()));
  CHECK(equal_bits(steps.outputs(history), steps.unpack(steps.pack(padded()))));
  CHECK(first_column(steps.last(history)) == std::vector<float>{10, 130, 1200, 320, 410});
  CHECK(first_column(steps.previous(history)) == std::vector<float>{1100, 1300, 1000, 1400, 100, 300, 0, 400, 110, 310, 120});
  Tensor sums = zeros({5, kWidth});
  steps.add_step(padded(), 2, sums);
  steps.add_step(padded(), 3, sums);
  CHECK(first_column(sums) == std::vector<float>{250, 320, 0, 0, 0});
}

TEST_CASE("sequence steps: without lengths all rows have all steps; no rows and no steps") {
  const SequenceSteps all(5, kTime, {}, false);
  CHECK(all.rows() == 20);
  CHECK(equal_bits(all.unpack(all.pack(padded())), padded()));
  const Tensor history = all.history(zeros({5, kWidth}));
  CHECK(all.previous(history).data<float>() == history.data<float>());  // a view
  for (const SequenceSteps& none : {SequenceSteps(0, kTime, {}, false), SequenceSteps(3, 0, {}, true)}) {
    CHECK(none.steps() == (none.batch() == 0 ? 0 : none.time()));
    CHECK(none.pack(zeros({none.batch(), none.time(), kWidth})).shape() == Shape{0, kWidth});
    CHECK(none.unpack(zeros({0, kWidth})).shape() == Shape{none.batch(), none.time(), kWidth});
    CHECK(none.last(none.history(ones({none.batch(), kWidth}))).shape() == Shape{none.batch(), kWidth});
  }
}
