// The computation of an einsum, by views and matmul, for Tensors and Variables alike.
#pragma once

#include <weft/tensor/product/detail/einsum_equation.h>
#include <weft/tensor/reduction/reduce.h>

#include <algorithm>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace weft {

// An operand and the labels of its axes.
template <class X>
struct Labelled {
  X x;
  Labels labels;

  int axis(char label) const { return static_cast<int>(labels.find(label)); }
  bool has(char label) const { return labels.find(label) != Labels::npos; }
};

template <class X>
class EinsumContraction {
 public:
  EinsumContraction(const EinsumEquation& equation, Where caller) : equation_(equation), caller_(caller) {}

  X operator()(std::span<const X> operands) {
    for (std::size_t i = 0; i < operands.size(); ++i) rest_.push_back(prepared({operands[i], equation_.operands[i]}));
    while (rest_.size() > 1) {
      const auto [i, j] = cheapest_pair();
      const Labelled<X> left = rest_[i], right = rest_[j];
      rest_.erase(rest_.begin() + static_cast<std::ptrdiff_t>(j));
      rest_.erase(rest_.begin() + static_cast<std::ptrdiff_t>(i));
      rest_.push_back(product(left, right));
    }
    const Labelled<X> only = std::exchange(rest_, {})[0], last = without_sums(only);
    Shape shape;
    for (char label : equation_.result) shape.push_back(equation_.sizes.at(label));
    return expand(arranged(last, equation_.result), shape, caller_);
  }

 private:
  // Takes diagonals, and drops axes of size 1 that broadcast.
  Labelled<X> prepared(Labelled<X> operand) {
    for (std::size_t i = 0; i < operand.labels.size(); ++i)
      for (std::size_t j; (j = operand.labels.find(operand.labels[i], i + 1)) != Labels::npos;) take_diagonal(operand, i, j);
    for (std::size_t i = operand.labels.size(); i-- > 0;) {
      if (operand.x.size(static_cast<int>(i)) != 1 || equation_.sizes.at(operand.labels[i]) == 1) continue;
      operand.x = squeeze(operand.x, static_cast<int>(i), caller_);
      operand.labels.erase(i, 1);
    }
    return operand;
  }

  // Joins axes i and j, of which only the diagonal is left, at the end.
  void take_diagonal(Labelled<X>& operand, std::size_t i, std::size_t j) {
    const char label = operand.labels[i];
    std::vector<int> order;
    Labels labels;
    Shape shape;
    for (std::size_t axis = 0; axis < operand.labels.size(); ++axis) {
      if (axis == i || axis == j) continue;
      order.push_back(static_cast<int>(axis));
      labels += operand.labels[axis];
      shape.push_back(operand.x.size(static_cast<int>(axis)));
    }
    const std::int64_t rows = operand.x.size(static_cast<int>(i)), columns = operand.x.size(static_cast<int>(j));
    order.push_back(static_cast<int>(i));
    order.push_back(static_cast<int>(j));
    shape.push_back(rows * columns);
    const X flat = reshape(permute(operand.x, std::span<const int>(order), caller_), shape, caller_);
    // An axis of size 1 broadcasts beside the other.
    const std::int64_t step = rows == 1 || columns == 1 ? 1 : columns + 1;
    operand = {slice(flat, -1, 0, kEnd, step, caller_), labels + label};
  }

  // Whether the result or an operand that is still to come has the label.
  bool needed(char label) const {
    return equation_.result.find(label) != Labels::npos ||
           std::any_of(rest_.begin(), rest_.end(), [&](const Labelled<X>& other) { return other.has(label); });
  }
  // Sums over the axes that nothing else has; `other` has the labels of the operand that it is multiplied with next.
  Labelled<X> without_sums(const Labelled<X>& operand, const Labels& other = "") const {
    Axes axes;
    Labels labels;
    for (std::size_t i = 0; i < operand.labels.size(); ++i) {
      const char label = operand.labels[i];
      if (other.find(label) != Labels::npos || needed(label))
        labels += label;
      else
        axes.push_back(static_cast<int>(i));
    }
    return axes.empty() ? operand : Labelled<X>{sum(operand.x, axes, false, caller_), labels};
  }

  std::int64_t size_of(const Labels& labels) const {
    std::int64_t size = 1;
    for (char label : labels) size *= equation_.sizes.at(label);
    return size;
  }

  std::pair<std::size_t, std::size_t> cheapest_pair() const {
    std::pair<std::size_t, std::size_t> best{0, 1};
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < rest_.size(); ++i)
      for (std::size_t j = i + 1; j < rest_.size(); ++j) {
        double work = 1;
        for (char label : rest_[i].labels) work *= static_cast<double>(equation_.sizes.at(label));
        for (char label : rest_[j].labels)
          if (!rest_[i].has(label)) work *= static_cast<double>(equation_.sizes.at(label));
        if (work < least) {
          least = work;
          best = {i, j};
        }
      }
    return best;
  }

  // x with its axes in the order of `labels`.
  X arranged(const Labelled<X>& operand, const Labels& labels) const {
    std::vector<int> order;
    for (char label : labels)
      if (operand.has(label)) order.push_back(operand.axis(label));
    X x = permute(operand.x, std::span<const int>(order), caller_);
    for (std::size_t i = 0; i < labels.size(); ++i)
      if (!operand.has(labels[i])) x = unsqueeze(x, static_cast<int>(i), caller_);
    return x;
  }

  // One matmul: [batch, left, sum] x [batch, sum, right].
  Labelled<X> product(const Labelled<X>& left_operand, const Labelled<X>& right_operand) const {
    const Labelled<X> a = without_sums(left_operand, right_operand.labels), b = without_sums(right_operand, a.labels);
    Labels batch, left, summed, right;
    for (char label : a.labels) (!b.has(label) ? left : needed(label) ? batch : summed) += label;
    for (char label : b.labels)
      if (!a.has(label)) right += label;
    const X x = reshape(arranged(a, batch + left + summed), {size_of(batch), size_of(left), size_of(summed)}, caller_);
    const X y = reshape(arranged(b, batch + summed + right), {size_of(batch), size_of(summed), size_of(right)}, caller_);
    Shape shape;
    for (char label : batch + left + right) shape.push_back(equation_.sizes.at(label));
    return {reshape(matmul(x, y, caller_), shape, caller_), batch + left + right};
  }

  const EinsumEquation& equation_;
  Where caller_;
  std::vector<Labelled<X>> rest_;
};

}  // namespace weft
