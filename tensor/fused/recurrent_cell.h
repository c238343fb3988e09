// RecurrentCell: which formula a recurrent layer repeats.
#pragma once

#include <cstdint>

namespace weft {

// With the input x, the hidden state h, the input's weight W and bias a, and the recurrent weight U and bias b (separate ones for
// each gate):
//   rnn   h' = tanh(W x + a + U h + b)                                    Elman 1990
//   lstm  i, f, o = sigmoid(W x + a + U h + b), g = tanh(W x + a + U h + b)
//         c' = f c + i g,  h' = o tanh(c')                                Hochreiter & Schmidhuber 1997, Gers et al. 2000
//   gru   r, z = sigmoid(W x + a + U h + b), n = tanh(W x + a + r (U h + b))
//         h' = (1 - z) n + z h                                            Cho et al. 2014, with r after the product
enum class RecurrentCell : std::uint8_t { rnn, lstm, gru };

// Returns how many gates are stacked in the weights: i, f, g, o for LSTM and r, z, n for GRU.
constexpr std::int64_t gate_count(RecurrentCell cell) {
  return cell == RecurrentCell::lstm ? 4 : cell == RecurrentCell::gru ? 3 : 1;
}

}  // namespace weft
