// Recurrent layers with normalised gates.
#pragma once

#include <weft/autograd/fused/recurrence.h>

namespace weft::nn {

// The parameters that a layer with normalised gates has besides its weights; gates are stacked in the same order.
struct RecurrentNorms {
  Variable gain_ih, gain_hh;      // [gates * hidden]
  Variable cell_gain, cell_bias;  // [hidden], LSTM only
};

// A layer as in recurrent_sequence, with N(x) = (x - mean) / sqrt(variance + 1e-5) over the hidden numbers of each gate
// separately, and the gains u and v:
//   lstm  i, f, o = sigmoid(u N(W x) + a + v N(U h) + b), g = tanh(the same)
//         c' = f c + i g,  h' = o tanh(w N(c') + d)
//   gru   r, z = sigmoid(u N(W x) + a + v N(U h) + b), n = tanh(u N(W x) + a + r (v N(U h) + b)),  h' = (1 - z) n + z h
// Ba et al. 2016, equations 20 to 22 and 26 to 29, where mean and variance are those of all gates together. Written in plain ops,
// for any dtype; a row depends only on its own steps, bit for bit. Throws as recurrent_sequence does, and ValueError for the
// plain cell.
RecurrentResult layer_norm_recurrence(RecurrentCell cell, const Variable& x, const RecurrentWeights& weights,
                                      const RecurrentNorms& norms, const RecurrentState& initial = {}, const Tensor& lengths = {},
                                      bool reverse = false, Where caller = Where::here());

}  // namespace weft::nn
