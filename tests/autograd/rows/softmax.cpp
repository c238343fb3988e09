#include <tests/autograd/rows/plain.h>
#include <tests/autograd/rows/rows.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/fused/cross_entropy.h>
#include <weft/autograd/fused/layer_norm.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/reduction/lengths.h>

#include <cmath>
#include <functional>

namespace weft {

namespace {

using Inputs = std::vector<Tensor>;
using Counts = std::function<bool(const Index&)>;
const auto kAllCount = [](const Index&) { return true; };

double number_at(const Tensor& x, const Index& index) { return element(cast(x, DType::f64), index); }

// Calls f(x) for the counted numbers of the row along `axis` that contains `index`.
template <class F>
void for_row(const Tensor& x, Index index, std::size_t axis, const Counts& counts, F f) {
  for (index[axis] = 0; index[axis] < x.shape()[static_cast<int>(axis)]; ++index[axis])
    if (counts(index)) f(element(x, index));
}

Tensor plain_softmax(const Tensor& x, std::size_t axis, const Counts& counts, bool logarithms) {
  return by_index(x.shape(), [&](const Index& i) {
    if (!counts(i)) return logarithms ? kMaskedLogProbability : 0.0;
    double total = 0;
    for_row(x, i, axis, counts, [&](double v) { total += std::exp(v); });
    return logarithms ? element(x, i) - std::log(total) : std::exp(element(x, i)) / total;
  });
}

Counts inside(const Tensor& lengths) {
  return [lengths](const Index& i) { return static_cast<double>(i.back()) < number_at(lengths, {i[0]}); };
}

// PyTorch's definition, for logits [examples, classes].
Tensor plain_cross_entropy(const Tensor& logits, const Tensor& targets, const CrossEntropyOptions& options) {
  const std::int64_t classes = logits.shape()[1];
  const Tensor& given = options.class_weights;
  const auto weight = [&](std::int64_t j) { return given.defined() ? number_at(given, {j}) : 1.0; };
  double total = 0, count = 0;
  Tensor losses = by_index(targets.shape(), [&](const Index& i) {
    const auto target = static_cast<std::int64_t>(number_at(targets, i));
    if (target == options.ignore_index) return 0.0;
    double sum = 0, smooth = 0;
    for_row(logits, {i[0], 0}, 1, kAllCount, [&](double v) { sum += std::exp(v); });
    for (std::int64_t j = 0; j < classes; ++j)
      smooth += weight(j) * (std::log(sum) - element(logits, {i[0], j})) / static_cast<double>(classes);
    const double hit = weight(target) * (std::log(sum) - element(logits, {i[0], target}));
    const double loss = (1 - options.label_smoothing) * hit + options.label_smoothing * smooth;
    total += loss, count += weight(target);
    return loss;
  });
  if (options.reduction == Reduction::none) return losses;
  return by_index({}, [&](const Index&) { return options.reduction == Reduction::mean && count > 0 ? total / count : total; });
}

// Weights 0.3, 0.6, 0.9 ... of the classes of logits.
template <class X>
CrossEntropyOptions with_weights(CrossEntropyOptions options, const X& logits, bool weighted) {
  if (weighted)
    options.class_weights = cast(arange(1, static_cast<double>(logits.size(-1)) + 1, 1, DType::f64) * 0.3, logits.dtype());
  return options;
}

OpRow cross_entropy_row(const char* name, Reduction reduction, double smoothing, bool weighted = false) {
  CrossEntropyOptions options;
  options.reduction = reduction;
  options.label_smoothing = smoothing;
  options.ignore_index = 2;
  return with_uncounted(
      op_row(
          name, [=](const auto& x) { return cross_entropy(x[0], value_of(x[1]), with_weights(options, x[0], weighted)); },
          [=](const Inputs& x) { return plain_cross_entropy(x[0], x[1], with_weights(options, x[0], weighted)); },
          {{}, {0, 2, {}, DType::i64}}, {{{1, 3}, {1}}, {{5, 7}, {5}}, {{7, 17}, {7}}, {{5, 33}, {5}}, {{0, 3}, {0}}},
          {{300, 100}, {300}}),
      [=](const Inputs& x) {
        return Inputs{expand(unsqueeze(x[1] == static_cast<double>(options.ignore_index), -1), x[0].shape()), {}};
      });
}

Tensor plain_layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, double epsilon) {
  const double size = static_cast<double>(x.shape()[1]);
  return by_index(x.shape(), [&](const Index& i) {
    double mean = 0, variance = 0;
    for_row(x, i, 1, kAllCount, [&](double v) { mean += v / size; });
    for_row(x, i, 1, kAllCount, [&](double v) { variance += (v - mean) * (v - mean) / size; });
    const double scaled = (element(x, i) - mean) / std::sqrt(variance + epsilon);
    return (weight.defined() ? scaled * element(weight, {i[1]}) : scaled) + (bias.defined() ? element(bias, {i[1]}) : 0);
  });
}

std::vector<OpRow> softmax_over_rows() {
  const std::vector<OpShapes> shapes = {{{1}}, {{7}}, {{2, 17}}, {{3, 33}}, {{0, 3}}, {{3, 0}}};
  const OpInput lengths{0, 3, {}, DType::i64}, mask{0, 1, {}, DType::boolean};
  // The fixed large value of masked elements would hide all errors. It is replaced by 0; gradients still pass through it.
  const auto counted_part = [](const auto& y, const Tensor& counts) {
    return y + where(counts, zeros(counts.shape(), y.dtype()), full(counts.shape(), -kMaskedLogProbability, y.dtype()));
  };
  return {
      op_row(
          "softmax", [](const auto& x) { return softmax(x[0]); },
          [](const Inputs& x) { return plain_softmax(x[0], static_cast<std::size_t>(x[0].dims() - 1), kAllCount, false); }, {{}},
          shapes, {{300, 100}}),
      op_row(
          "log_softmax", [](const auto& x) { return log_softmax(x[0]); },
          [](const Inputs& x) { return plain_softmax(x[0], static_cast<std::size_t>(x[0].dims() - 1), kAllCount, true); }, {{}},
          shapes, {{300, 100}}),
      op_row(
          "softmax over an axis", [](const auto& x) { return softmax(x[0], 1); },
          [](const Inputs& x) { return plain_softmax(x[0], 1, kAllCount, false); }, {{}},
          {{{2, 3, 4}}, {{2, 17, 3}}, {{1, 33, 17}}}, {{20, 30, 40}}),
      op_row(
          "log_softmax over an axis", [](const auto& x) { return log_softmax(x[0], 0); },
          [](const Inputs& x) { return plain_softmax(x[0], 0, kAllCount, true); }, {{}}, {{{3, 2}}, {{17, 3}}, {{33, 17}}},
          {{30, 400}}),
      with_uncounted(op_row(
                         "softmax with lengths", [](const auto& x) { return softmax(x[0], value_of(x[1])); },
                         [](const Inputs& x) { return plain_softmax(x[0], 2, inside(x[1]), false); }, {{}, lengths},
                         {{{5, 2, 4}, {5}}, {{3, 2, 17}, {3}}, {{5, 1, 33}, {5}}, {{2, 0, 3}, {2}}}, {{300, 2, 50}, {300}}),
                     behind_lengths(-1)),
      with_uncounted(op_row(
                         "log_softmax with lengths",
                         [=](const auto& x) {
                           const Tensor counts = length_mask(value_of(x[1]), x[0].size(-1));
                           return counted_part(log_softmax(x[0], value_of(x[1])), counts);
                         },
                         [](const Inputs& x) {
                           const Tensor all = plain_softmax(x[0], 1, inside(x[1]), true);
                           return by_index(all.shape(), [&](const Index& i) { return inside(x[1])(i) ? element(all, i) : 0.0; });
                         },
                         {{}, lengths}, {{{6, 4}, {6}}, {{5, 17}, {5}}, {{5, 33}, {5}}}, {{600, 50}, {600}}),
                     behind_lengths(-1)),
      with_uncounted(op_row(
                         "softmax with a mask", [](const auto& x) { return softmax(x[0], value_of(x[1])); },
                         [](const Inputs& x) {
                           return plain_softmax(
                               x[0], 1, [&](const Index& i) { return number_at(x[1], {i[1]}) != 0; }, false);
                         },
                         {{}, mask}, {{{3, 17}, {17}}, {{3, 33}, {33}}}, {{300, 100}, {100}}),
                     [](const Inputs& x) {
                       return Inputs{logical_not(expand(x[1], x[0].shape())), {}};
                     }),
  };
}

}  // namespace

std::vector<OpRow> softmax_rows() {
  std::vector<OpRow> rows = softmax_over_rows();
  rows.push_back(cross_entropy_row("cross_entropy", Reduction::mean, 0));
  rows.push_back(cross_entropy_row("cross_entropy, sum, smoothed", Reduction::sum, 0.1));
  rows.push_back(cross_entropy_row("cross_entropy, weighted, smoothed", Reduction::mean, 0.1, true));
  rows.push_back(cross_entropy_row("cross_entropy, each, smoothed", Reduction::none, 0.1));
  rows.push_back(op_row(
      "layer_norm", [](const auto& x) { return layer_norm(x[0], x[1], x[2], 1e-3); },
      [](const Inputs& x) { return plain_layer_norm(x[0], x[1], x[2], 1e-3); }, {{}, {0.5, 2}, {}},
      {{{3, 7}, {7}, {7}}, {{2, 17}, {17}, {17}}, {{2, 33}, {33}, {33}}, {{0, 3}, {3}, {3}}}, {{300, 100}, {100}, {100}}));
  rows.push_back(op_row(
      "layer_norm without weights",
      [](const auto& x) {
        const std::decay_t<decltype(x[0])> none{};
        return layer_norm(x[0], none, none, 1e-3);
      },
      [](const Inputs& x) { return plain_layer_norm(x[0], {}, {}, 1e-3); }, {{}}, {{{3, 7}}}, {{300, 100}}));
  return rows;
}

}  // namespace weft
