#include <doctest/doctest.h>
#include <weft/tensor/base/error.h>
#include <weft/tensor/product/detail/gemm.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

using namespace weft;
using namespace weft::kernels;

namespace {

using Numbers = std::vector<float>;
using Size = std::int64_t;

// Numbers in (-1, 1) from a small generator.
Numbers numbers(Size count, std::uint32_t seed) {
  Numbers values(static_cast<std::size_t>(count));
  for (float& value : values) {
    seed = seed * 1664525u + 1013904223u;
    value = static_cast<float>(seed >> 8) * 0x1p-23f - 1.0f;
  }
  return values;
}

bool same_bits(const Numbers& a, const Numbers& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

// A matrix [rows, columns]. The layouts are 0 row-major, 1 column-major, 2 row-major with gaps, 3 every second element.
struct Operand {
  Numbers values;
  Size row_stride, column_stride;

  Operand(Size rows, Size columns, int layout, std::uint32_t seed)
      : row_stride(layout == 0   ? columns
                   : layout == 1 ? 1
                   : layout == 2 ? columns + 3
                                 : 2 * columns),
        column_stride(layout == 1   ? rows
                      : layout == 3 ? 2
                                    : 1) {
    values = numbers(rows * columns * 2 + 3 * rows, seed);
  }
  Matrix<float> view() const { return {values.data(), row_stride, column_stride}; }
};

float at(Matrix<float> x, Size i, Size j) { return x.data[i * x.row_stride + j * x.column_stride]; }

// Returns the sum of one chain over a part of K.
float chain(Matrix<float> a, Matrix<float> b, Size i, Size j, Span ks) {
  float sum = 0;
  for (Size k = ks.begin; k < ks.end; ++k) {
#if defined(__x86_64__)
    const bool fused = isa() != Isa::baseline;
#else
    const bool fused = true;
#endif
    sum = fused ? std::fma(at(a, i, k), at(b, k, j), sum) : sum + at(a, i, k) * at(b, k, j);
  }
  return sum;
}

// Adds the sums of the chains [first, last) in a tree in which each left branch has the greatest possible power of two of chains.
float tree(const std::vector<float>& sums, std::size_t first, std::size_t last) {
  if (last - first == 1) return sums[first];
  const std::size_t left = std::bit_floor(last - first - 1);
  return tree(sums, first, first + left) + tree(sums, first + left, last);
}

// Computes an element by the definition, with chains that end at `ends`.
Numbers definition(Size m, Size n, Matrix<float> a, Matrix<float> b, const std::vector<Size>& ends) {
  Numbers c;
  for (Size i = 0; i < m; ++i)
    for (Size j = 0; j < n; ++j) {
      std::vector<float> sums;
      for (std::size_t e = 0; e < ends.size(); ++e) sums.push_back(chain(a, b, i, j, {e ? ends[e - 1] : 0, ends[e]}));
      c.push_back(tree(sums, 0, sums.size()));
    }
  return c;
}

Numbers definition(Size m, Size n, Size k, Matrix<float> a, Matrix<float> b) {
  std::vector<Size> ends;
  for (Size end = 512; end < k; end += 512) ends.push_back(end);
  ends.push_back(k);
  return definition(m, n, a, b, ends);
}

enum class Way { plain, packed };

Numbers multiply(Size m, Size n, Size k, Matrix<float> a, Matrix<float> b, Way way, Epilogue<float> epilogue = {}, Numbers c = {},
                 ChainEnds ends = {}) {
  if (c.empty()) c.assign(static_cast<std::size_t>(m * n), std::numeric_limits<float>::quiet_NaN());
  const GemmArguments<float> arguments{m, n, k, a, c.data(), n, epilogue, ends};
  way == Way::plain ? gemm(arguments, b) : gemm(arguments, PackedMatrix(k, n, b));
  return c;
}

template <class Test>
void on_each_isa(Test test) {
  const Isa best_isa = isa();
  for (Isa wanted : {Isa::baseline, Isa::avx2, Isa::avx512})
    if (set_isa(wanted) == wanted) {
      CAPTURE(isa_name(wanted));
      for (Way way : {Way::plain, Way::packed}) {
        CAPTURE(static_cast<int>(way));
        test(way);
      }
    }
  set_isa(best_isa);
}

struct Shape {
  Size m, n, k;
};

}  // namespace

TEST_CASE("product: every element is a tree of chains over K, bit for bit") {
  const Shape shapes[] = {{1, 1, 1},     {1, 300, 70},   {2, 33, 17},    {3, 16, 5},    {7, 7, 7},      {17, 10, 33},
                          {5, 260, 9},   {29, 64, 40},   {64, 31, 25},   {530, 33, 20}, {13, 40, 530},  {40, 270, 3},
                          {20, 1, 100},  {33, 45, 1100}, {1, 8, 600},    {6, 128, 64},  {400, 20, 520}, {13, 1100, 7},
                          {3, 70, 1100}, {2, 40, 4700},  {30, 33, 3072}, {1, 1, 9000},  {14, 300, 2600}};
  on_each_isa([&](Way way) {
    for (const Shape& shape : shapes)
      for (int layouts = 0; layouts < 16; ++layouts) {
        const Size m = shape.m, n = shape.n, k = shape.k;
        if (m * n * k > 100000 && layouts % 5 != 1) continue;
        CAPTURE(m);
        CAPTURE(n);
        CAPTURE(k);
        CAPTURE(layouts);
        const Operand a(m, k, layouts / 4, 1), b(k, n, layouts % 4, 2);
        CHECK(same_bits(multiply(m, n, k, a.view(), b.view(), way), definition(m, n, k, a.view(), b.view())));
      }
  });
}

TEST_CASE("product: the caller can set the ends of the chains over K") {
  const std::vector<Size> cuts[] = {{1, 30}, {20, 40, 60, 80, 100}, {700, 1500}, {3, 600, 1300, 1301, 1400}};
  on_each_isa([&](Way way) {
    for (const std::vector<Size>& ends : cuts)
      for (const auto& size : {std::pair<Size, Size>{1, 40}, {5, 300}, {64, 33}, {40, 200}}) {
        const Size m = size.first, n = size.second;
        CAPTURE(m);
        CAPTURE(n);
        CAPTURE(ends.back());
        const Size k = ends.back();
        const Operand a(m, k, 1, 5), b(k, n, 0, 6);
        const ChainEnds chains{ends.data(), std::ssize(ends)};
        const Numbers expected = definition(m, n, a.view(), b.view(), ends);
        CHECK(same_bits(multiply(m, n, k, a.view(), b.view(), way, {}, {}, chains), expected));
        Numbers added(static_cast<std::size_t>(m * n), 0.5f), sums = added;
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += expected[i];
        CHECK(same_bits(multiply(m, n, k, a.view(), b.view(), way, {.accumulate = true}, added, chains), sums));
      }
  });
}

TEST_CASE("product: the error does not grow with K") {
  for (Size k : {10000, 1000000}) {
    CAPTURE(k);
    Numbers a = numbers(k, 7), b = numbers(k, 8);
    double exact = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      a[i] = std::abs(a[i]);
      b[i] = std::abs(b[i]);
      exact += double{a[i]} * b[i];
    }
    for (Way way : {Way::plain, Way::packed})
      CHECK(std::abs(multiply(1, 1, k, {a.data(), k, 1}, {b.data(), 1, 1}, way)[0] / exact - 1) < 1e-6);
  }
  const Size many = (1 << 24) + 4096;  // more ones than a chain could count
  const Numbers ones(static_cast<std::size_t>(many), 1.0f);
  CHECK(multiply(1, 1, many, {ones.data(), many, 1}, {ones.data(), 1, 1}, Way::plain)[0] == static_cast<float>(many));
}

TEST_CASE("product: agrees with a loop in f64") {
  on_each_isa([](Way way) {
    for (auto [m, n, k] : {Shape{1, 50, 64}, Shape{30, 50, 700}, Shape{70, 33, 128}}) {
      const Operand a(m, k, 0, 3), b(k, n, 1, 4);
      const Numbers c = multiply(m, n, k, a.view(), b.view(), way);
      double worst = 0;  // the error relative to the bound for rounding
      for (Size i = 0; i < m; ++i)
        for (Size j = 0; j < n; ++j) {
          double exact = 0, size = 0;
          for (Size l = 0; l < k; ++l) {
            const double term = double{at(a.view(), i, l)} * at(b.view(), l, j);
            exact += term;
            size += std::abs(term);
          }
          const double error = std::abs(c[static_cast<std::size_t>(i * n + j)] - exact);
          worst = std::max(worst, error / (static_cast<double>(k + 1) * 0x1p-24 * size));
        }
      CHECK(worst <= 1.0);
    }
  });
}

TEST_CASE("product: the bits of a row do not depend on the number of rows or its position") {
  const Size n = 77, most = 70;
  for (auto [k, layout] : {std::pair<Size, int>{131, 0}, {131, 1}, {1100, 0}}) {
    const Operand a(most, k, layout, 5), b(k, n, 0, 6);
    on_each_isa([&, k = k](Way way) {
      const Numbers all = multiply(most, n, k, a.view(), b.view(), way);
      for (Size m = 1; m<most; m += k> 512 ? 3 : 1)
        for (Size begin : {Size{0}, (most - m) / 2, most - m}) {
          Matrix<float> part = a.view();
          part.data += begin * part.row_stride;
          const Numbers expected(all.begin() + begin * n, all.begin() + (begin + m) * n);
          REQUIRE(same_bits(multiply(m, n, k, part, b.view(), way), expected));
        }
    });
  }
}

TEST_CASE("product: any split over rows and panels gives the same bits and touches nothing else") {
  const Size m = 45, n = 150, k = 2600, gap = 5;
  const Operand a(m, k, 0, 7), b(k, n, 1, 8);
  on_each_isa([&](Way way) {
    const auto of_kernel = [](auto get) { return best<GemmKernel>(get); };
    const Size width = of_kernel([](auto kernel) { return kernel.template panel_width<float>(); }),
               panels = (n + width - 1) / width;
    const PackedMatrix packed(k, n, b.view());
    const GemmArguments<float> sizes{m, n, k, a.view(), nullptr, n};
    Numbers scratch(static_cast<std::size_t>(of_kernel([&](auto kernel) { return kernel.scratch_size(sizes); })));
    const Numbers whole = multiply(m, n, k, a.view(), b.view(), way);
    for (Span rows : {Span{0, 1}, Span{3, 17}, Span{44, 45}, Span{0, 45}})
      for (Span part : {Span{0, 1}, Span{1, 3}, Span{panels - 1, panels}, Span{0, panels}}) {
        Numbers c(static_cast<std::size_t>(m * (n + gap)), -7.0f);
        const GemmArguments<float> arguments{m, n, k, a.view(), c.data(), n + gap};
        best<GemmKernel>([&](auto kernel) {
          if (way == Way::packed)
            kernel.multiply(arguments, packed.data(), rows, part, scratch.data());
          else
            kernel.multiply_plain(arguments, b.view(), rows, part, scratch.data());
        });
        bool right = true;
        for (Size i = 0; i < m; ++i)
          for (Size j = 0; j < n + gap; ++j) {
            const bool inside = i >= rows.begin && i < rows.end && j >= part.begin * width && j < std::min(n, part.end * width);
            right &=
                c[static_cast<std::size_t>(i * (n + gap) + j)] == (inside ? whole[static_cast<std::size_t>(i * n + j)] : -7.0f);
          }
        CHECK(right);
      }
  });
}

TEST_CASE("product: results do not depend on the number of threads") {
  for (auto [m, n, k] : {Shape{1, 3000, 700}, Shape{400, 40, 130}, Shape{90, 600, 530}}) {
    const Operand a(m, k, 1, 9), b(k, n, 0, 10);
    on_each_isa([&, m = m, n = n, k = k](Way way) {
      const Numbers one = multiply(m, n, k, a.view(), b.view(), way);
      for (int count = 2; count <= 4; ++count) {
        set_threads(count);
        CHECK(same_bits(multiply(m, n, k, a.view(), b.view(), way), one));
      }
      set_threads(1);
    });
  }
}

TEST_CASE("product: zeros appended to K change no bit") {
  const Size m = 15, n = 40, k = 70, padded = 90;
  const Operand b(padded, n, 0, 12);
  Operand a(m, padded, 0, 11);
  for (Size i = 0; i < m; ++i)
    for (Size l = k; l < padded; ++l) a.values[static_cast<std::size_t>(i * padded + l)] = 0;
  on_each_isa([&](Way way) {
    CHECK(same_bits(multiply(m, n, padded, a.view(), b.view(), way), multiply(m, n, k, a.view(), b.view(), way)));
  });
}

TEST_CASE("product: bias, old values and activation follow the finished chain") {
  on_each_isa([](Way way) {
    for (auto [m, n, k] : {Shape{1, 100, 30}, Shape{20, 37, 30}, Shape{31, 300, 1100}, Shape{390, 270, 520}, Shape{3, 5, 0}}) {
      const Operand a(m, k, 0, 13), b(k, n, 0, 14);
      const Numbers bias = numbers(n, 15), old = numbers(m * n, 16), sums = multiply(m, n, k, a.view(), b.view(), way);
      Numbers biased = sums, both = sums, added = sums, relu = sums;
      for (std::size_t i = 0; i < sums.size(); ++i) {
        biased[i] = sums[i] + bias[i % static_cast<std::size_t>(n)];
        added[i] = old[i] + sums[i];
        both[i] = old[i] + biased[i];
        relu[i] = both[i] < 0 ? 0.0f : both[i];
      }
      const auto run = [&, m = m, n = n, k = k](Epilogue<float> epilogue) {
        return multiply(m, n, k, a.view(), b.view(), way, epilogue, old);
      };
      const float* column = bias.data();
      CHECK(same_bits(run({.bias = column}), biased));
      CHECK(same_bits(run({.accumulate = true}), added));
      CHECK(same_bits(run({.bias = column, .accumulate = true}), both));
      CHECK(same_bits(run({column, Activation::relu, true}), relu));
      const Numbers tanh = run({column, Activation::tanh, true}), sigmoid = run({column, Activation::sigmoid, true});
      for (std::size_t i = 0; i < both.size(); ++i) {
        REQUIRE(std::abs(tanh[i] - std::tanh(double{both[i]})) < 3e-7);
        REQUIRE(std::abs(sigmoid[i] - 1 / (1 + std::exp(-double{both[i]}))) < 3e-7);
      }
    }
  });
}

TEST_CASE("product: an activation's bits do not depend on the column") {
  const Size k = 20, n = 70;
  const Operand a(1, k, 0, 17);
  Operand b(k, n, 0, 18);
  for (Size l = 0; l < k; ++l)
    for (Size j = 1; j < n; ++j) b.values[static_cast<std::size_t>(l * n + j)] = b.values[static_cast<std::size_t>(l * n)];
  on_each_isa([&](Way way) {
    for (Activation activation : {Activation::tanh, Activation::sigmoid}) {
      const Numbers c = multiply(1, n, k, a.view(), b.view(), way, {.activation = activation});
      CHECK(same_bits(c, Numbers(static_cast<std::size_t>(n), c[0])));
    }
  });
}

TEST_CASE("product: NaN stays in its row") {
  const Size m = 20, n = 40, k = 30;
  Operand a(m, k, 0, 19);
  const Operand b(k, n, 0, 20);
  on_each_isa([&](Way way) {
    const Numbers before = multiply(m, n, k, a.view(), b.view(), way, {.activation = Activation::relu});
    const float kept = std::exchange(a.values[7 * k + 3], std::numeric_limits<float>::quiet_NaN());
    const Numbers after = multiply(m, n, k, a.view(), b.view(), way, {.activation = Activation::relu});
    a.values[7 * k + 3] = kept;
    for (Size i = 0; i < m * n; ++i) {
      const auto at = static_cast<std::size_t>(i);
      REQUIRE((i / n == 7 ? std::isnan(after[at]) : after[at] == before[at]));
    }
  });
}

TEST_CASE("batched_gemm: each item is a separate product") {
  const Size m = 18, n = 37;
  for (auto [k, batch] : {std::pair<Size, Size>{26, 1}, {26, 3}, {26, 40}, {1030, 3}})
    for (Size b_stride : {Size{0}, k * n})
      on_each_isa([&, k = k, batch = batch](Way way) {
        const Numbers a = numbers(batch * m * k, 21), b = numbers(batch * k * n, 22);
        Numbers expected;
        for (Size item = 0; item < batch; ++item) {
          const Numbers c = multiply(m, n, k, {a.data() + item * m * k, k, 1}, {b.data() + item * b_stride, 1, k}, way);
          expected.insert(expected.end(), c.begin(), c.end());
        }
        for (int count : {1, 3}) {
          set_threads(count);
          Numbers c(expected.size());
          batched_gemm(batch, {m, n, k, {a.data(), k, 1}, c.data(), n}, m * k, {b.data(), 1, k}, b_stride, m * n);
          CHECK(same_bits(c, expected));
        }
        set_threads(1);
      });
}

TEST_CASE("product of f64: every element is a tree of chains over K, for any layout, batch and number of threads") {
  const auto wide = [](const Numbers& values) { return std::vector<double>(values.begin(), values.end()); };
  for (auto [m, n, k] : {Shape{1, 300, 70}, Shape{29, 64, 40}, Shape{13, 40, 530}, Shape{45, 37, 1100}, Shape{70, 33, 3}})
    for (int layouts = 0; layouts < 16; ++layouts) {
      const Operand a(m, k, layouts / 4, 25), b(k, n, layouts % 4, 26);
      const std::vector<double> left = wide(a.values), right = wide(b.values);
      const Matrix<double> x{left.data(), a.row_stride, a.column_stride}, y{right.data(), b.row_stride, b.column_stride};
      on_each_isa([&, m = m, n = n, k = k](Way) {
        std::vector<double> expected, c(static_cast<std::size_t>(2 * m * n), -7);
        for (Size i = 0; i < m; ++i)
          for (Size j = 0; j < n; ++j) {
            double sum = 0;
            for (Size l = 0; l < k; ++l) {
              const double p = x.data[i * x.row_stride + l * x.column_stride], q = y.data[l * y.row_stride + j * y.column_stride];
              sum = isa() == Isa::baseline ? sum + p * q : std::fma(p, q, sum);
            }
            expected.push_back(sum);
          }
        const auto begins_as_expected = [&](Size at) { return std::equal(expected.begin(), expected.end(), c.begin() + at); };
        for (int count : {1, 3}) {
          set_threads(count);
          gemm({m, n, k, x, c.data(), n}, y);
          CHECK(begins_as_expected(0));
          batched_gemm(2, {m, n, k, x, c.data(), n}, 0, y, 0, m * n);
          CHECK((begins_as_expected(0) && begins_as_expected(m * n)));
        }
        set_threads(1);
      });
    }
}

TEST_CASE("product of f64: bias and old values follow the finished chain") {
  const Size m = 20, n = 37, k = 600;
  const Operand a(m, k, 0, 27), b(k, n, 0, 28);
  const std::vector<double> left(a.values.begin(), a.values.end()), right(b.values.begin(), b.values.end());
  on_each_isa([&](Way) {
    std::vector<double> sums(m * n), bias(n), c(m * n, 0.5);
    for (std::size_t j = 0; j < bias.size(); ++j) bias[j] = static_cast<double>(j) / 8;
    gemm({m, n, k, {left.data(), k, 1}, sums.data(), n}, {right.data(), n, 1});
    gemm({m, n, k, {left.data(), k, 1}, c.data(), n, {bias.data(), Activation::relu, true}}, {right.data(), n, 1});
    for (std::size_t i = 0; i < sums.size(); ++i) REQUIRE(c[i] == std::max(0.5 + (sums[i] + bias[i % bias.size()]), 0.0));
  });
}

TEST_CASE("product: sizes may be 0") {
  const Operand a(4, 4, 0, 23);
  on_each_isa([&](Way way) {
    CHECK(multiply(0, 4, 4, a.view(), a.view(), way).empty());
    CHECK(multiply(4, 0, 4, a.view(), a.view(), way).empty());
    CHECK(same_bits(multiply(4, 4, 0, a.view(), a.view(), way), Numbers(16, 0.0f)));
  });
}

TEST_CASE("product: a packed matrix of another size is refused") {
  const Operand a(4, 4, 0, 24);
  Numbers c(16);
  CHECK_THROWS_WITH_AS(gemm({4, 3, 4, a.view(), c.data(), 4}, PackedMatrix(4, 4, a.view())),
                       "product: the packed matrix is [4, 4], not [4, 3]", ShapeError);
}
