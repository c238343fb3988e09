#include <tests/autograd/rows/plain.h>
#include <tests/autograd/rows/rows.h>
#include <weft/autograd/basics/reduce.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace weft {

namespace {

using Inputs = std::vector<Tensor>;
using Values = std::vector<double>;

// A reduction over the middle axis of three, or over all axes, that applies `rule` to the numbers of each result.
template <class Reduce, class Rule>
void add_rows(std::vector<OpRow>& rows, const std::string& name, OpInput input, Reduce reduce, Rule rule) {
  rows.push_back(op_row(
      name + " over an axis", [=](const auto& x) { return reduce(x[0], Axes(1), false); },
      [=](const Inputs& x) {
        return by_index({x[0].size(0), x[0].size(2)}, [&](const Index& i) {
          Values values;
          for (std::int64_t r = 0; r < x[0].size(1); ++r) values.push_back(element(x[0], {i[0], r, i[1]}));
          return rule(values);
        });
      },
      {input}, {{{2, 3, 4}}, {{1, 7, 1}}, {{2, 17, 3}}, {{1, 33, 17}}, {{0, 3, 2}}}, {{20, 300, 9}}));
  rows.push_back(op_row(
      name, [=](const auto& x) { return reduce(x[0], Axes(), true); },
      [=](const Inputs& x) {
        Values values;
        by_index(x[0].shape(), [&](const Index& i) { return values.emplace_back(element(x[0], i)); });
        return by_index(Shape::filled(x[0].dims(), 1), [&](const Index&) { return rule(values); });
      },
      {input}, {{{7}}, {{17}}, {{3, 11}}}, {{40000}}));
}

double plain_var(const Values& values, double correction) {
  double mean = 0, total = 0;
  for (double v : values) mean += v / static_cast<double>(values.size());
  for (double v : values) total += (v - mean) * (v - mean);
  return total / (static_cast<double>(values.size()) - correction);
}

double plain_norm(const Values& values, double p) {
  double total = 0;
  for (double v : values) total += std::pow(std::abs(v), p);
  return std::pow(total, 1 / p);
}

double plain_logsumexp(const Values& values) {
  double total = 0;
  for (double v : values) total += std::exp(v);
  return std::log(total);
}

}  // namespace

std::vector<OpRow> extreme_rows() {
  const OpInput any{-2, 2}, no_zero{-2, 1.5, {0}};
  std::vector<OpRow> rows;
  add_rows(
      rows, "max", any, [](const auto& x, const Axes& axes, bool keepdim) { return max(x, axes, keepdim); },
      [](const Values& v) { return *std::max_element(v.begin(), v.end()); });
  add_rows(
      rows, "min", any, [](const auto& x, const Axes& axes, bool keepdim) { return min(x, axes, keepdim); },
      [](const Values& v) { return *std::min_element(v.begin(), v.end()); });
  add_rows(
      rows, "logsumexp", any, [](const auto& x, const Axes& axes, bool keepdim) { return logsumexp(x, axes, keepdim); },
      plain_logsumexp);
  add_rows(
      rows, "var", any, [](const auto& x, const Axes& axes, bool keepdim) { return var(x, axes, 1, keepdim); },
      [](const Values& v) { return plain_var(v, 1); });
  for (double p : {1.0, 1.5, 2.0, 3.0})
    add_rows(
        rows, "norm " + std::to_string(p), no_zero,
        [p](const auto& x, const Axes& axes, bool keepdim) { return norm(x, axes, p, keepdim); },
        [p](const Values& v) { return plain_norm(v, p); });
  add_rows(
      rows, "norm inf", no_zero,
      [](const auto& x, const Axes& axes, bool keepdim) {
        return norm(x, axes, std::numeric_limits<double>::infinity(), keepdim);
      },
      [](const Values& v) {
        double largest = 0;
        for (double x : v) largest = std::max(largest, std::abs(x));
        return largest;
      });
  return rows;
}

}  // namespace weft
