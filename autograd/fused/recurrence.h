// Recurrence: one recurrent layer in one direction, over whole sequences.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/fused/recurrence.h>

#include <functional>

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
// output of step t is still at t. output: [batch, time, hidden]. Throws ShapeError, DtypeError, IndexError for a length outside 0
// .. time.
RecurrentResult recurrent_sequence(RecurrentCell cell, const Variable& x, const RecurrentWeights& weights,
                                   const RecurrentState& initial = {}, const Tensor& lengths = {}, bool reverse = false,
                                   Where caller = Where::here());

// The same written step by step in plain ops: the definition, for any dtype and any order of gradient.
RecurrentResult recurrent_steps(RecurrentCell cell, const Variable& x, const RecurrentWeights& weights,
                                const RecurrentState& initial = {}, const Tensor& lengths = {}, bool reverse = false,
                                Where caller = Where::here());

// The loop of recurrent_steps, for layers that compute their steps in another way.
//
// One step maps the projected input [batch, width] and the state before it to the state after it; `mask` holds factors of the
// hidden state in its product.
using RecurrentStep = std::function<RecurrentState(const Variable& projected, const RecurrentState& state, const Tensor& mask)>;
// Computes project(x) [batch, time, width] for all steps, then one step after the other. Arguments and results are as in
// recurrent_sequence, except that the initial state must be defined. Values of x after the lengths, and values of the state and
// the mask for rows that have no step, reach no result and no gradient.
RecurrentResult run_steps(const Variable& x, const std::function<Variable(const Variable&)>& project, const RecurrentStep& step,
                          const RecurrentState& initial, const Tensor& hidden_mask, const Tensor& lengths, bool reverse);

}  // namespace weft
