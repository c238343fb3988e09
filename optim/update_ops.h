// The optimizers' steps, each in one pass over memory. Results replace the parameter and its state.
#pragma once

#include <weft/tensor/elementwise.h>

namespace weft::optim {

// Every rule takes the parameter p and its gradient g.
inline constexpr auto sgd_op = elementwise("sgd", [](auto p, auto g, auto rate) { return p - rate * g; }).without_gradient();

// v = momentum v + g; p -= rate v, or with Nesterov's look-ahead p -= rate (g + momentum v).
inline constexpr auto momentum_op = elementwise("sgd", [](auto p, auto g, auto v, auto rate, auto momentum, auto nesterov) {
                                      auto next = momentum * v + g;
                                      return outputs(p - rate * where(nesterov, g + momentum * next, next), next);
                                    }).without_gradient();

inline constexpr auto adagrad_op = elementwise("adagrad", [](auto p, auto g, auto sum, auto rate, auto epsilon) {
                                     auto next = sum + g * g;
                                     return outputs(p - rate * g / (sqrt(next) + epsilon), next);
                                   }).without_gradient();

inline constexpr auto rmsprop_op = elementwise("rmsprop", [](auto p, auto g, auto v, auto rate, auto alpha, auto epsilon) {
                                     auto next = alpha * v + (1 - alpha) * g * g;
                                     return outputs(p - rate * g / (sqrt(next) + epsilon), next);
                                   }).without_gradient();

// `rate` and `epsilon` carry the bias corrections: see adam.cpp.
inline constexpr auto adam_op =
    elementwise("adam", [](auto p, auto g, auto m, auto v, auto rate, auto epsilon, auto beta1, auto beta2) {
      auto mean = m + (1 - beta1) * (g - m);
      auto square = beta2 * v + (1 - beta2) * g * g;
      return outputs(p - rate * mean / (sqrt(square) + epsilon), mean, square);
    }).without_gradient();

}  // namespace weft::optim
