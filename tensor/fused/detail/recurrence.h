// The time loop of a recurrent layer in one direction, forward and backward: f32, without a graph.
#pragma once

#include <weft/tensor/fused/detail/sequence_steps.h>
#include <weft/tensor/fused/recurrent_cell.h>

namespace weft {

// What the steps read and write, in the layouts of SequenceSteps. The backward pass fills another tape with the gradients.
struct RecurrentTape {
  Tensor sums;       // [rows, gates * hidden], the gates before their functions; for a GRU only W x + a
  Tensor recurrent;  // GRU only: U h + b
  Tensor hidden;     // [batch + rows, hidden], a history
  Tensor cell;       // LSTM only: likewise
  Tensor masked;     // only with a mask: [rows, hidden], h times the mask, which U multiplies
};

// Runs the steps. On entry, `tape` holds the projected inputs in `sums` (W x + a, and b too except for a GRU) and the initial
// state at the start of its histories; the loop fills in the rest. `mask` [batch, hidden], ordered by length, holds factors of h
// in U h; undefined means 1. The bits of a row depend only on its own steps.
void recurrent_forward(RecurrentCell cell, const SequenceSteps& steps, const Tensor& weight_hh, const Tensor& bias_hh,
                       const Tensor& mask, RecurrentTape& tape);

// Runs from the last step to the first. `output` [batch, time, hidden] is the gradient of all hidden states, or undefined. On
// entry, `slopes` holds the gradient of the final state in `hidden` and `cell`, each [batch, hidden], ordered by length; on
// return that of the initial state, and the gradients of the tape's `sums` and `recurrent`.
void recurrent_backward(RecurrentCell cell, const SequenceSteps& steps, const Tensor& weight_hh, const Tensor& mask,
                        const RecurrentTape& tape, const Tensor& output, RecurrentTape& slopes);

}  // namespace weft
