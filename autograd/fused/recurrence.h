// Recurrence: one recurrent layer in one direction, over whole sequences.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/fused/recurrence.h>

#include <functional>

namespace weft {

// Parameters of one layer and direction in PyTorch's layout: the gates of gate_count(cell) follow each other along the first
// axis.
struct RecurrentWeights {
  Variable weight_ih;  // [gates * hidden, input]
  Variable weight_hh;  // [gates * hidden, hidden]
  Variable bias_ih;    // [gates * hidden]
  Variable bias_hh;    // [gates * hidden]
  // [batch, hidden], of x's dtype, without a gradient: factors on the hidden state in its product with weight_hh, the same at all
  // steps. Undefined: 1. Variational dropout, Gal & Ghahramani 2016.
  Tensor hidden_mask = {};
};

// What a recurrent layer carries from step to step. Here each is [batch, hidden]; in nn's layers [layers * directions, batch,
// hidden].
struct RecurrentState {
  Variable hidden;
  Variable cell;  // LSTM alone
};

struct RecurrentResult {
  Variable output;
  RecurrentState state;
};

// The hidden states of all steps and the state after the last one. x is [batch, time, input]; the initial state is undefined for
// zeros. Row i of the batch has lengths[i] steps, i64, or all of them where lengths is undefined; its output is zero after its
// end, its final state is the one at its last step (the initial one for length 0), and nothing it yields depends on other rows or
// on what x holds after its end, bit for bit. `reverse` runs each row from its last step to its first; the output of step t stays
// at t. output: [batch, time, hidden]. Throws ShapeError, DtypeError, IndexError for a length outside 0 .. time.
RecurrentResult recurrent_sequence(RecurrentCell cell, const Variable& x, const RecurrentWeights& weights,
                                   const RecurrentState& initial = {}, const Tensor& lengths = {}, bool reverse = false,
                                   Where where = Where::here());

// The same written step by step in plain ops; the definition, any dtype and any order of gradient.
RecurrentResult recurrent_steps(RecurrentCell cell, const Variable& x, const RecurrentWeights& weights,
                                const RecurrentState& initial = {}, const Tensor& lengths = {}, bool reverse = false,
                                Where where = Where::here());

// The loop of recurrent_steps, for layers that compute their steps in another way.
//
// One step: from the projected input [batch, width] and the state before it, with factors on the hidden state in its product, to
// the state after it.
using RecurrentStep = std::function<RecurrentState(const Variable& projected, const RecurrentState& state, const Tensor& mask)>;
// project(x) [batch, time, width] of all steps, then one step after the other; arguments and results as in recurrent_sequence,
// with an initial state that is defined. What x holds behind the lengths, and what the state and the mask hold for rows without a
// step, reaches no result and no gradient.
RecurrentResult run_steps(const Variable& x, const std::function<Variable(const Variable&)>& project, const RecurrentStep& step,
                          const RecurrentState& initial, const Tensor& hidden_mask, const Tensor& lengths, bool reverse);

}  // namespace weft
