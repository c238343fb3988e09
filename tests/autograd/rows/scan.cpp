#include <tests/autograd/rows/plain.h>
#include <tests/autograd/rows/rows.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/statistics.h>
#include <weft/autograd/indexing/axes.h>
#include <weft/autograd/indexing/order.h>
#include <weft/autograd/indexing/scan.h>
#include <weft/tensor/array/copy.h>

#include <algorithm>
#include <cmath>

namespace weft {

namespace {

using Inputs = std::vector<Tensor>;

// Replaces each row of x [rows, n] by f(row), which has the same number of elements for each row.
template <class F>
Tensor by_row(const Tensor& x, std::int64_t columns, F f) {
  return by_index({x.size(0), columns}, [&](const Index& i) {
    std::vector<double> row;
    for (std::int64_t j = 0; j < x.size(1); ++j) row.push_back(element(x, {i[0], j}));
    return f(row)[static_cast<std::size_t>(i[1])];
  });
}
template <class F>
TensorFunction running(F combine) {
  return [combine](const Inputs& x) {
    return Inputs{by_row(x[0], x[0].size(1), [&](std::vector<double> row) {
      for (std::size_t j = 1; j < row.size(); ++j) row[j] = combine(row[j - 1], row[j]);
      return row;
    })};
  };
}
// One number for each row.
template <class F>
TensorFunction reduced(F f) {
  return [f](const Inputs& x) {
    const Tensor y = by_row(x[0], 1, [&](const std::vector<double>& row) { return std::vector<double>{f(row)}; });
    return Inputs{reshape(y, {y.size(0)})};
  };
}
auto first(TensorFunction f) {
  return [f](const Inputs& x) { return f(x)[0]; };
}

double quantile_of(std::vector<double> row, double q) {
  std::sort(row.begin(), row.end());
  const double at = q * static_cast<double>(row.size() - 1), below = std::floor(at);
  const auto i = static_cast<std::size_t>(below);
  return i + 1 < row.size() ? row[i] + (at - below) * (row[i + 1] - row[i]) : row[i];
}
double product_of(const std::vector<double>& row) {
  double product = 1;
  for (double v : row) product *= v;
  return product;
}
double deviation_of(const std::vector<double>& row) {
  double mean = 0, squares = 0;
  for (double v : row) mean += v / static_cast<double>(row.size());
  for (double v : row) squares += (v - mean) * (v - mean);
  return std::sqrt(squares / static_cast<double>(row.size() - 1));
}

}  // namespace

std::vector<OpRow> scan_rows() {
  const OpInput any{-2, 2}, away{0.5, 1.5};
  const std::vector<OpShapes> shapes{{{2, 3}}, {{1, 1}}, {{3, 7}}, {{2, 17}}, {{0, 3}}}, some{{{2, 3}}, {{4, 8}}, {{3, 17}}};
  return {
      op_row("prod", [](const auto& x) { return prod(x[0], 1); }, first(reduced(product_of)), {away}, shapes, {{600, 33}}),
      op_row(
          "prod of all", [](const auto& x) { return prod(x[0]); },
          [](const Inputs& x) {
            const auto all = x[0].template span<double>();
            return by_index({}, [&](const Index&) { return product_of({all.begin(), all.end()}); });
          },
          {away}, {{{2, 3}}, {{1}}, {{7}}, {{0, 3}}}),
      op_row("cumprod", [](const auto& x) { return cumprod(x[0]); }, first(running([](double a, double b) { return a * b; })),
             {away}, shapes, {{600, 33}}),
      op_row(
          "logcumsumexp", [](const auto& x) { return logcumsumexp(x[0]); },
          first(running([](double a, double b) { return std::log(std::exp(a) + std::exp(b)); })), {any}, shapes),
      op_row(
          "cummax", [](const auto& x) { return cummax(x[0]).values; },
          first(running([](double a, double b) { return std::max(a, b); })), {any}, shapes),
      op_row(
          "cummin", [](const auto& x) { return cummin(x[0], 1).values; },
          first(running([](double a, double b) { return std::min(a, b); })), {any}, shapes),
      op_row(
          "diff", [](const auto& x) { return diff(x[0]); },
          [](const Inputs& x) {
            return by_row(x[0], x[0].size(1) - 1, [](std::vector<double> row) {
              for (std::size_t j = 0; j + 1 < row.size(); ++j) row[j] = row[j + 1] - row[j];
              return row;
            });
          },
          {any}, some),
      op_row(
          "kthvalue", [](const auto& x) { return kthvalue(x[0], 2).values; }, first(reduced([](std::vector<double> row) {
            std::sort(row.begin(), row.end());
            return row[1];
          })),
          {any}, some),
      op_row(
          "median", [](const auto& x) { return median(x[0]); }, first(reduced([](std::vector<double> row) {
            std::sort(row.begin(), row.end());
            return row[(row.size() - 1) / 2];
          })),
          {any}, some),
      op_row(
          "quantile", [](const auto& x) { return quantile(x[0], 0.3); },
          first(reduced([](const std::vector<double>& row) { return quantile_of(row, 0.3); })), {any}, some),
      op_row(
          "stddev", [](const auto& x) { return stddev(x[0], 1); }, first(reduced(deviation_of)), {any}, some),
      op_row(
          "nansum", [](const auto& x) { return nansum(x[0], 1); }, first(reduced([](const std::vector<double>& row) {
            double sum = 0;
            for (double v : row) sum += v;
            return sum;
          })),
          {{0.1, 1}}, some),
      op_row(
          "nanmean", [](const auto& x) { return nanmean(x[0], 1); }, first(reduced([](const std::vector<double>& row) {
            double sum = 0;
            for (double v : row) sum += v;
            return sum / static_cast<double>(row.size());
          })),
          {{0.1, 1}}, some),
  };
}

std::vector<OpRow> axes_rows() {
  const OpInput any{-2, 2};
  return {
      op_row(
          "flatten", [](const auto& x) { return flatten(x[0], 1); },
          [&](const Inputs& x) {
            return reshape(x[0], {x[0].size(0), x[0].size(1) * x[0].size(2)});
          },
          {any}, {{{2, 3, 4}}, {{1, 1, 1}}, {{2, 0, 4}}}),
      op_row(
          "unflatten",
          [](const auto& x) {
            return unflatten(x[0], -1, {2, -1});
          },
          [&](const Inputs& x) {
            return reshape(x[0], {x[0].size(0), 2, x[0].size(1) / 2});
          },
          {any}, {{{3, 4}}, {{0, 6}}}),
      op_row(
          "movedim", [](const auto& x) { return movedim(x[0], 0, 2); },
          [](const Inputs& x) {
            return by_index({x[0].size(1), x[0].size(2), x[0].size(0)}, [&](const Index& i) {
              return element(x[0], {i[2], i[0], i[1]});
            });
          },
          {any}, {{{2, 3, 4}}, {{1, 5, 2}}}),
      op_row(
          "chunk", [](const auto& x) { return chunk(x[0], 3, 1).back(); },
          [](const Inputs& x) {
            const std::int64_t size = (x[0].size(1) + 2) / 3, first = 2 * size;
            return by_index({x[0].size(0), x[0].size(1) - first}, [&](const Index& i) {
              return element(x[0], {i[0], i[1] + first});
            });
          },
          {any}, {{{2, 7}}, {{1, 6}}}),
      op_row(
          "diagonal", [](const auto& x) { return diagonal(x[0], 1, 0, 2); },
          [](const Inputs& x) {
            const std::int64_t count = std::max<std::int64_t>(std::min(x[0].size(0), x[0].size(2) - 1), 0);
            return by_index({x[0].size(1), count}, [&](const Index& i) { return element(x[0], {i[1], i[0], i[1] + 1}); });
          },
          {any}, {{{3, 2, 4}}, {{4, 2, 3}}, {{1, 1, 1}}, {{2, 3, 7}}}),
      op_row(
          "diagonal below the main one", [](const auto& x) { return diagonal(x[0], -2); },
          [](const Inputs& x) {
            const std::int64_t count = std::max<std::int64_t>(std::min(x[0].size(0) - 2, x[0].size(1)), 0);
            return by_index({count}, [&](const Index& i) { return element(x[0], {i[0] + 2, i[0]}); });
          },
          {any}, {{{5, 4}}, {{3, 7}}, {{2, 2}}}),
      op_row(
          "diag_embed", [](const auto& x) { return diag_embed(x[0]); },
          [](const Inputs& x) {
            return by_index({x[0].size(0), x[0].size(1), x[0].size(1)}, [&](const Index& i) {
              return i[1] == i[2] ? element(x[0], {i[0], i[1]}) : 0;
            });
          },
          {any}, {{{2, 3}}, {{1, 1}}, {{2, 0}}}),
      op_row(
          "diag above and below", [](const auto& x) { return diag(x[0], 2) + diag(x[0], -2); },
          [](const Inputs& x) {
            const std::int64_t n = x[0].size(0) + 2;
            return by_index({n, n}, [&](const Index& i) {
              return i[1] - i[0] == 2 ? element(x[0], {i[0]}) : i[0] - i[1] == 2 ? element(x[0], {i[1]}) : 0;
            });
          },
          {any}, {{{3}}, {{1}}}),
      op_row(
          "trace", [](const auto& x) { return trace(x[0]); },
          [](const Inputs& x) {
            return by_index({}, [&](const Index&) {
              double sum = 0;
              for (std::int64_t i = 0; i < std::min(x[0].size(0), x[0].size(1)); ++i) sum += element(x[0], {i, i});
              return sum;
            });
          },
          {{0.1, 1}}, {{{3, 4}}, {{5, 5}}, {{0, 2}}}),
      op_row(
          "outer", [](const auto& x) { return outer(x[0], x[1]); },
          [](const Inputs& x) {
            return by_index({x[0].size(0), x[1].size(0)},
                            [&](const Index& i) { return element(x[0], {i[0]}) * element(x[1], {i[1]}); });
          },
          {any, any}, {{{3}, {4}}, {{1}, {1}}, {{0}, {2}}}),
  };
}

}  // namespace weft
