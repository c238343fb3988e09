#include <tests/autograd/rows/plain.h>
#include <tests/autograd/rows/rows.h>
#include <weft/autograd/losses/loss.h>

#include <cmath>

namespace weft {

namespace {

using Inputs = std::vector<Tensor>;

// Returns the mean of f(x_i, y_i).
template <class F>
Tensor mean_of(const Inputs& x, F f) {
  double total = 0;
  auto a = x[0].span<double>(), b = x[1].span<double>();
  for (std::size_t i = 0; i < a.size(); ++i) total += f(a[i], b[i]);
  return by_index({}, [&](const Index&) { return total / static_cast<double>(a.size()); });
}

double log_loss(double p, double y) { return -(y * std::log(p) + (1 - y) * std::log(1 - p)); }

// -sum_j t_j log p_j for each example, where example i has the scores log p [i, ..]; with the class of ignored targets.
Tensor plain_nll(const Tensor& log_p, const Tensor& targets, const CrossEntropyOptions& options) {
  double total = 0, count = 0;
  Tensor losses = by_index(targets.shape(), [&](const Index& i) {
    const std::int64_t target = targets.span<std::int64_t>()[static_cast<std::size_t>(i[0])], classes = log_p.size(1);
    if (target == options.ignore_index) return 0.0;
    double loss = -(1 - options.label_smoothing) * element(log_p, {i[0], target});
    for (std::int64_t j = 0; j < classes; ++j)
      loss -= options.label_smoothing / static_cast<double>(classes) * element(log_p, {i[0], j});
    total += loss, ++count;
    return loss;
  });
  if (options.reduction == Reduction::none) return losses;
  return by_index({}, [&](const Index&) { return options.reduction == Reduction::mean && count > 0 ? total / count : total; });
}

Tensor log_of_shares(const Tensor& p) {
  return by_index(p.shape(), [&](const Index& i) {
    double sum = 0;
    for (std::int64_t j = 0; j < p.size(1); ++j) sum += element(p, {i[0], j});
    return std::log(element(p, i) / sum);
  });
}

const std::vector<OpShapes> kPairs{{{}, {}}, {{1}, {1}}, {{7}, {7}}, {{17}, {17}}, {{3, 11}, {3, 11}}};
const std::vector<OpShapes> kClassShapes{{{1, 3}, {1}}, {{5, 7}, {5}}, {{7, 17}, {7}}, {{5, 33}, {5}}};

void add_class_losses(std::vector<OpRow>& rows, const std::string& suffix, const CrossEntropyOptions& options) {
  const OpInput target{0, 2, {}, DType::i64};
  rows.push_back(graph_row(
      "nll_loss" + suffix, [=](const auto& x) { return nll_loss(x[0], x[1].tensor(), options); },
      [=](const Inputs& x) { return plain_nll(x[0], x[1], options); }, {{-3, -0.1}, target}, kClassShapes, {{300, 100}, {300}}));
  rows.push_back(graph_row(
      "cross_entropy_from_probabilities" + suffix,
      [=](const auto& x) { return cross_entropy_from_probabilities(x[0], x[1].tensor(), options); },
      [=](const Inputs& x) { return plain_nll(log_of_shares(x[0]), x[1], options); }, {{0.1, 0.9}, target}, kClassShapes,
      {{300, 100}, {300}}));
}

}  // namespace

std::vector<OpRow> loss_rows() {
  const OpInput target{0, 1}, probability{0.1, 0.9};
  std::vector<OpRow> rows{
      graph_row(
          "mse_loss", [](const auto& x) { return mse_loss(x[0], x[1]); },
          [](const Inputs& x) { return mean_of(x, [](double p, double y) { return (p - y) * (p - y); }); }, {{}, {}}, kPairs,
          {{40000}, {40000}}),
      graph_row(
          "binary_cross_entropy", [](const auto& x) { return binary_cross_entropy(x[0], x[1]); },
          [](const Inputs& x) { return mean_of(x, log_loss); }, {probability, target}, kPairs, {{40000}, {40000}}),
      graph_row(
          "binary_cross_entropy_with_logits", [](const auto& x) { return binary_cross_entropy_with_logits(x[0], x[1]); },
          [](const Inputs& x) { return mean_of(x, [](double v, double y) { return log_loss(1 / (1 + std::exp(-v)), y); }); },
          {{-3, 3}, target}, kPairs, {{40000}, {40000}})};
  add_class_losses(rows, "", {.ignore_index = 2});
  add_class_losses(rows, ", sum, smoothed", {.ignore_index = 2, .label_smoothing = 0.1, .reduction = Reduction::sum});
  add_class_losses(rows, ", each", {.ignore_index = 2, .reduction = Reduction::none});
  for (OpRow& row : rows)
    if (row.inputs[1].dtype == DType::i64)
      row.uncounted = [](const Inputs& x) { return Inputs{expand(unsqueeze(x[1] == 2.0, -1), x[0].shape()), {}}; };
  return rows;
}

}  // namespace weft
