// The kinds of recurrent cells.
#pragma once

#include <cstdint>

namespace weft {

// With x the input and h the hidden state, W, U and a, b the input's and the recurrent weights and biases (each gate has its
// own):
//   rnn   h' = tanh(W x + a + U h + b)                                    Elman 1990
//   lstm  i, f, o = sigmoid(W x + a + U h + b), g = tanh(W x + a + U h + b)
//         c' = f c + i g,  h' = o tanh(c')                                Hochreiter & Schmidhuber 1997, with Gers's forget gate
//   gru   r, z = sigmoid(W x + a + U h + b), n = tanh(W x + a + r (U h + b))
//         h' = (1 - z) n + z h                                            Cho et al. 2014, reset after the product
enum class RecurrentCell : std::uint8_t { rnn, lstm, gru };

// How many gates stand one after the other in the weights: i, f, g, o and r, z, n.
constexpr std::int64_t gate_count(RecurrentCell cell) {
  return cell == RecurrentCell::lstm ? 4 : cell == RecurrentCell::gru ? 3 : 1;
}

}  // namespace weft
