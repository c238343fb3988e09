// The cells of recurrent layers, with gates in PyTorch's order, each defined by its formula. Compiled once per instruction set.
#pragma once

#include <weft/tensor/elementwise/elementwise.h>

namespace weft {

// LSTM: next = sigmoid(f) c + sigmoid(i) tanh(g), hidden = sigmoid(o) tanh(next).
inline constexpr auto lstm_cell_op = elementwise("lstm_cell", [](auto i, auto f, auto g, auto o, auto cell) {
  auto next = quick_sigmoid(f) * cell + quick_sigmoid(i) * quick_tanh(g);
  return outputs(next, quick_sigmoid(o) * quick_tanh(next));
});
// GRU: r = sigmoid(ri + rh), z = sigmoid(zi + zh), n = tanh(ni + r nh), hidden = (1 - z) n + z h.
inline constexpr auto gru_cell_op =
    elementwise("gru_cell", [](auto ri, auto zi, auto ni, auto rh, auto zh, auto nh, auto hidden) {
      auto z = quick_sigmoid(zi + zh);
      auto n = quick_tanh(ni + quick_sigmoid(ri + rh) * nh);
      return n + z * (hidden - n);
    });

}  // namespace weft
