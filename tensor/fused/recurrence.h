// A recurrent layer over whole sequences, in one direction: f32, without a graph.
#pragma once

#include <weft/tensor/fused/sequence_steps.h>

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

// Arguments of a layer; shapes as in autograd/fused/recurrence.h, which checks them.
struct RecurrentInputs {
  Tensor x, weight_ih, weight_hh, bias_ih, bias_hh;
  Tensor hidden, cell;  // the initial state; cell for an LSTM
  Tensor hidden_mask;   // [batch, hidden] or undefined: factors of h in U h, the same in all steps
};

// What the forward pass saves for the backward pass, in the layouts of SequenceSteps.
struct RecurrentTape {
  Tensor sums;       // [rows, gates * hidden], the gates before their functions; for a GRU only W x + a
  Tensor recurrent;  // GRU only: U h + b
  Tensor hidden;     // [batch + rows, hidden], a history
  Tensor cell;       // LSTM only: likewise
};

struct RecurrentOutputs {
  Tensor output, hidden, cell;  // [batch, time, hidden]; the final state, each [batch, hidden]
  RecurrentTape tape;
};

// Projects all inputs in one product, then runs the steps. The bits of a row depend only on its own steps.
RecurrentOutputs recurrent_forward(RecurrentCell kind, const RecurrentInputs& in, const SequenceSteps& steps);

// Gradients of the results of a layer; some may be undefined.
struct RecurrentGradients {
  Tensor output, hidden, cell;
};
// A weight's gradient, transpose(left) right, one product over all steps.
struct RowProduct {
  Tensor left, right;  // [rows, gates * hidden], [rows, input or hidden]
};
// Gradients of the inputs; undefined where not wanted.
struct RecurrentSlopes {
  Tensor x, bias_ih, bias_hh, hidden, cell;
  RowProduct weight_ih, weight_hh;
};
struct RecurrentWanted {
  bool x, weight_ih, weight_hh, bias, state;
};
RecurrentSlopes recurrent_backward(RecurrentCell kind, const RecurrentInputs& in, const SequenceSteps& steps,
                                   const RecurrentTape& tape, const RecurrentGradients& gradients, RecurrentWanted wanted);

}  // namespace weft
