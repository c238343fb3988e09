// Test numbers from a small generator.
#pragma once

#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>

#include <cstdint>
#include <vector>

namespace weft {

// Integers below a limit, determined by the seed.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed) {}

  std::int64_t below(std::int64_t limit) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::int64_t>(state_ >> 33) % limit;
  }
  // In (-1, 1).
  double number() { return static_cast<double>(below(1 << 24)) / (1 << 23) - 1; }

  Tensor tensor(const Shape& shape, DType dtype = DType::f64) {
    std::vector<double> values(static_cast<std::size_t>(shape.numel()));
    for (double& value : values) value = number();
    return cast(weft::tensor(values, shape), dtype);
  }
  Tensor indices(const Shape& shape, std::int64_t limit) {
    std::vector<std::int64_t> values(static_cast<std::size_t>(shape.numel()));
    for (std::int64_t& value : values) value = below(limit);
    return weft::tensor(values, shape);
  }

 private:
  std::uint64_t state_;
};

}  // namespace weft
