#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/memory/allocator.h>
#include <weft/tensor/product/detail/packed.h>
#include <weft/tensor/product/matmul.h>

#include <doctest/doctest.h>

#include "tests/numbers.h"

using namespace weft;

TEST_CASE("packed: a packed matrix is cached until its memory is written") {
  Tensor weight = Numbers(1).tensor({20, 30}, DType::f32);
  const auto first = packed(weight);
  CHECK(packed(weight) == first);
  CHECK(packed(transpose(weight)) != first);
  CHECK(packed(weight) == first);
  weight.set({0, 0}, 1);
  CHECK(packed(weight) != first);
}

TEST_CASE("packed: views of the same memory do not accumulate, and those in use are kept") {
  const Tensor whole = Numbers(2).tensor({4000, 40}, DType::f32), x = Numbers(3).tensor({3, 40}, DType::f32);
  const Tensor kept = slice(whole, 0, 0, 50);
  const auto in_use = packed(kept);
  const auto window = [&](std::int64_t i) { return slice(whole, 0, i, i + 50); };
  for (std::int64_t i = 1; i < 20; ++i) {
    packed(window(i));
    CHECK(packed(kept) == in_use);
  }
  for (std::int64_t i = 20; i < 40; ++i) packed(window(i));  // the cache now holds only windows
  const std::int64_t before = memory::stats().live_bytes;
  for (std::int64_t i = 40; i < 500; ++i) {
    const Tensor y = linear(x, window(i), {});
    if (i % 100 == 0) CHECK(equal_bits(y, linear(x, clone(window(i)), {})));
  }
  // The memory that a product leaves cached differs by a few KiB between instruction sets; 460 packed matrices would be 3.7 MB.
  CHECK(memory::stats().live_bytes <= before + (64 << 10));
}
