// Compiled once per instruction set.
#include <weft/tensor/kernels/cross_entropy.h>
#include <weft/tensor/kernels/row.h>

#include <cmath>
#include <limits>

namespace weft::kernels {

namespace {

template <class T>
LogitsSums<T> run(const LogitsRow<T>& row, bool with_shortfall) {
  constexpr T lowest = -std::numeric_limits<T>::infinity();
  const auto logits = [=](Size j, Size count, T fill) { return load_lanes<T, Here>(row.logits + j, count, fill); };
  const auto add = [](Vector<T> a, Vector<T> b) { return a + b; };
  const T largest = largest_of_row<T, Here>(row.classes, [=](Size j, Size count) { return logits(j, count, lowest); });
  if (largest == lowest) return {lowest, 0, 0};

  const Vector<T> shift(largest);
  const T total = sum(fold_row<T, Here>(
      row.classes, Vector<T>(0), [=](Size j, Size count) { return exp(logits(j, count, lowest) - shift); }, add));
  LogitsSums<T> sums{largest, log_of_total<T, Here>(row.classes, largest, total, logits), 0};
  if (!with_shortfall) return sums;
  sums.shortfall = sum(fold_row<T, Here>(
      row.classes, Vector<T>(0),
      [=](Size j, Size count) {
        const Vector<T> difference = shift - logits(j, count, largest);
        if (!row.weights) return difference;
        const Vector<T> weight = load_lanes<T, Here>(row.weights + j, count, T(0));
        return where(weight == Vector<T>(0), Vector<T>(0), difference * weight);
      },
      add));
  return sums;
}

template <class T>
void run_backward(const LogitsRow<T>& row, T largest, T log_total, T scale, T spread, T* to) {
  const Vector<T> shift(largest), factor = Vector<T>(scale) * exp(Vector<T>(-log_total)), part(spread);
  for_each_register<T, Here>(row.classes, [=](Size j, Size count) {
    const Vector<T> share = factor * exp(load_lanes<T, Here>(row.logits + j, count, T(0)) - shift);
    const Vector<T> target = row.weights ? part * load_lanes<T, Here>(row.weights + j, count, T(0)) : part;
    store_lanes<T, Here>(to + j, count, share - target);
  });
}

}  // namespace

template <>
LogitsSums<float> CrossEntropyKernel<Here>::forward(const LogitsRow<float>& row, bool with_shortfall) {
  return run(row, with_shortfall);
}
template <>
LogitsSums<double> CrossEntropyKernel<Here>::forward(const LogitsRow<double>& row, bool with_shortfall) {
  return run(row, with_shortfall);
}
template <>
void CrossEntropyKernel<Here>::backward(const LogitsRow<float>& row, float largest, float log_total, float scale, float spread,
                                        float* to) {
  run_backward(row, largest, log_total, scale, spread, to);
}
template <>
void CrossEntropyKernel<Here>::backward(const LogitsRow<double>& row, double largest, double log_total, double scale,
                                        double spread, double* to) {
  run_backward(row, largest, log_total, scale, spread, to);
}

}  // namespace weft::kernels
