// The optimizers' steps, each in one pass over memory. Results replace the parameter and its state.
#pragma once

#include <weft/tensor/elementwise/elementwise.h>

namespace weft::optim {

// Every rule takes the parameter p and its gradient g. Moving averages take the weight of a new number, 1 - beta: computed from a
// beta rounded to f32, that of 0.999 would be off by a relative 5e-5.
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

inline constexpr auto rmsprop_op = elementwise("rmsprop", [](auto p, auto g, auto v, auto rate, auto weight, auto epsilon) {
                                     auto next = v + weight * (g * g - v);
                                     return outputs(p - rate * g / (sqrt(next) + epsilon), next);
                                   }).without_gradient();

// `rate` and `epsilon` carry the bias corrections: see adam.cpp.
inline constexpr auto adam_op =
    elementwise("adam", [](auto p, auto g, auto m, auto v, auto rate, auto epsilon, auto weight1, auto weight2) {
      auto mean = m + weight1 * (g - m);
      auto square = v + weight2 * (g * g - v);
      return outputs(p - rate * mean / (sqrt(square) + epsilon), mean, square);
    }).without_gradient();

// A moving average a of weights p.
inline constexpr auto average_op =
    elementwise("weight_average", [](auto a, auto p, auto weight) { return a + weight * (p - a); }).without_gradient();

}  // namespace weft::optim
