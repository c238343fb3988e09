// Recurrence: one recurrent layer in one direction, over whole sequences.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/fused/recurrent_cell.h>

namespace weft {

// The parameters of one layer and direction in PyTorch's layout: the gates, gate_count(cell) of them, are stacked along the first
// axis.
struct RecurrentWeights {
  Variable weight_ih;  // [gates * hidden, input]
  Variable weight_hh;  // [gates * hidden, hidden]
  Variable bias_ih;    // [gates * hidden]
  Variable bias_hh;    // [gates * hidden]
  // [batch, hidden], of x's dtype, without a gradient: factors of the hidden state in its product with weight_hh, the same in all
  // steps. Undefined means 1. Variational dropout, Gal & Ghahramani 2016.
  Tensor hidden_mask = {};
  // The gains of layer normalisation, undefined without it; see recurrent_sequence.
  Variable gain_ih = {}, gain_hh = {};      // [gates * hidden]
  Variable cell_gain = {}, cell_bias = {};  // [hidden], LSTM only
};

// The state that a recurrent layer passes from step to step. Here each part is [batch, hidden]; in nn's layers it is [layers *
// directions, batch, hidden].
struct RecurrentState {
  Variable hidden;
  Variable cell;  // LSTM only
};

struct RecurrentResult {
  Variable output;
  RecurrentState state;
};

// Returns the hidden states of all steps and the state after the last one. x is [batch, time, input]; an undefined initial state
// means zeros. Row i of the batch has lengths[i] steps, i64, or all of them if lengths is undefined. After a row's end its output
// is zero; its final state is the one after its last step (the initial one for length 0). The results of a row do not depend, bit
// for bit, on other rows or on values of x after its end. With `reverse` each row runs from its last step to its first; the
// output of step t is still at t. output: [batch, time, hidden].
//
// With gains, the gates are normalised: N(x) = (x - mean) / sqrt(variance + 1e-5) over the hidden numbers of each gate
// separately, the gains are u and v, and w and d are cell_gain and cell_bias:
//   lstm  i, f, o = sigmoid(u N(W x) + a + v N(U h) + b), g = tanh(the same)
//         c' = f c + i g,  h' = o tanh(w N(c') + d)
//   gru   r, z = sigmoid(u N(W x) + a + v N(U h) + b), n = tanh(u N(W x) + a + r (v N(U h) + b)),  h' = (1 - z) n + z h
// Ba et al. 2016, equations 20 to 22 and 26 to 29, where mean and variance are those of all gates together.
//
// Throws ShapeError, DtypeError, IndexError for a length outside 0 .. time, and ValueError for gains of the plain cell.
RecurrentResult recurrent_sequence(RecurrentCell cell, const Variable& x, const RecurrentWeights& weights,
                                   const RecurrentState& initial = {}, const Tensor& lengths = {}, bool reverse = false,
                                   Where caller = Where::here());

// The definition of the same, written step by step in plain ops, for any dtype and any order of gradient. It is used for f64 and
// for all layers with gains, for which there is no kernel.
RecurrentResult recurrent_steps(RecurrentCell cell, const Variable& x, const RecurrentWeights& weights,
                                const RecurrentState& initial = {}, const Tensor& lengths = {}, bool reverse = false,
                                Where caller = Where::here());

}  // namespace weft
