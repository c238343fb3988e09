// Kernels flush denormals on every thread, keep them on request, and restore the caller's mode.
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/runtime/float_mode.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <stdexcept>
#include <thread>

#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

constexpr float kDenormal = 1e-40f;

// Returns whether arithmetic on this thread keeps denormals.
bool keeps() {
  volatile float x = kDenormal;
  volatile float y = x * 0.5f;
  return y != 0;
}

// Returns the product of a denormal and 1, with enough elements for two threads.
bool kernels_keep() {
  const Tensor y = full({100'000}, static_cast<double>(kDenormal)) * 0.5;
  const auto values = y.span<float>();
  const auto kept = std::count_if(values.begin(), values.end(), [](float v) { return std::bit_cast<std::uint32_t>(v) != 0; });
  CHECK((kept == 0 || kept == y.numel()));
  return kept > 0;
}

}  // namespace

TEST_CASE("float mode: kernels flush denormals and KeepDenormals keeps them, on each instruction set and thread") {
  on_each_isa([] {
    for (int count : {1, 2}) {
      set_threads(count);
      CHECK_FALSE(kernels_keep());
      {
        KeepDenormals keep;
        CHECK(KeepDenormals::active());
        CHECK(kernels_keep());
        {
          KeepDenormals nested;
          CHECK(kernels_keep());
        }
        CHECK(kernels_keep());
      }
      CHECK_FALSE(KeepDenormals::active());
      CHECK_FALSE(kernels_keep());
    }
    set_threads(1);
  });
}

TEST_CASE("float mode: the caller's mode is restored, even after an exception") {
  CHECK(keeps());
  kernels_keep();
  CHECK(keeps());
  for (int count : {1, 2}) {
    set_threads(count);
    CHECK_THROWS_AS(parallel_for(100, 1, [](std::int64_t, std::int64_t) { throw std::runtime_error("no"); }), std::runtime_error);
    CHECK(keeps());
  }
  set_threads(1);
  {
    FloatMode flushing(false);
    CHECK_FALSE(keeps());
    {
      KeepDenormals keep;
      CHECK(kernels_keep());
    }
    CHECK_FALSE(keeps());
  }
  CHECK(keeps());
}

TEST_CASE("float mode: inside parallel_for every thread has the mode of the call") {
  set_threads(2);
  for (bool keep : {false, true}) {
    std::atomic<int> wrong{0}, parts{0};
    const auto run = [&] {
      parallel_for(64, 1, [&](std::int64_t begin, std::int64_t end) {
        parts += static_cast<int>(end - begin);
        wrong += keeps() != keep;
        parallel_for(8, 1, [&](std::int64_t, std::int64_t) { wrong += keeps() != keep; });
      });
    };
    if (keep) {
      KeepDenormals scope;
      run();
    } else {
      run();
    }
    CHECK(parts == 64);
    CHECK(wrong == 0);
  }
  set_threads(1);
}

TEST_CASE("KeepDenormals belongs to its thread") {
  KeepDenormals keep;
  bool other = true;
  std::thread([&] { other = KeepDenormals::active(); }).join();
  CHECK_FALSE(other);
}
