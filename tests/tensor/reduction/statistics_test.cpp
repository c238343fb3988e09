#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/reduction/statistics.h>
#include <weft/tensor/reduction/truth.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace weft;

namespace {

const double kNaN = std::numeric_limits<double>::quiet_NaN();

Tensor i64(std::vector<std::int64_t> x) { return tensor(x); }
Tensor bools(const std::vector<double>& x) { return cast(tensor(x), DType::boolean); }

}  // namespace

TEST_CASE("sums and means without NaN, and counts") {
  const Tensor x = tensor({{1, kNaN, 3}, {kNaN, kNaN, kNaN}});
  CHECK(equal_bits(nansum(x, 1), tensor({4, 0})));
  CHECK(nanmean(x, 1).at({0}) == 2);
  CHECK(std::isnan(nanmean(x, 1).at({1})));
  CHECK(nanmean(i64({1, 2})).item() == 1.5);
  const Tensor y = tensor({{0, 2, 0}, {1, 5, kNaN}});
  CHECK(equal_bits(any(y, 1), bools({1, 1})));
  CHECK(equal_bits(any(y, 0), bools({1, 1, 1})));
  CHECK(equal_bits(all(y, 1), bools({0, 1})));
  CHECK(equal_bits(count_nonzero(y, 1), i64({1, 3})));
  CHECK(all(zeros({0})).item() == 1);
  CHECK(any(zeros({0})).item() == 0);
  CHECK(any(bools({0, 0}), {}, true).shape() == Shape{1});
}
