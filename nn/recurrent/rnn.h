// RNN, LSTM and GRU, and Recurrent, their base: layers, directions, lengths, states.
#pragma once

#include <weft/autograd/fused/recurrence.h>
#include <weft/nn/layers/dropout.h>

namespace weft::nn {

struct RecurrentOptions {
  std::int64_t input_size = 0, hidden_size = 0;
  int num_layers = 1;
  bool bidirectional = false;
  double dropout = 0;  // applied to the output of each layer but the last, in training mode
  // Uses one dropout mask for all steps of a sequence, and also one for the hidden state of each layer and direction in its
  // product with weight_hh. Gal & Ghahramani 2016.
  bool variational = false;
  bool layer_norm = false;  // normalises gates and an LSTM's cell: see recurrent_sequence. Not for the plain cell
  bool residual = false;    // each layer above the first adds its input, before dropout, to its output. He et al. 2016
};

// The masks of variational dropout for one batch, the same in all steps. Empty without variational dropout and outside training.
struct RecurrentMasks {
  std::vector<Tensor> input;   // of each layer above the first, [batch, input of the layer]
  std::vector<Tensor> hidden;  // [layer][direction], each [batch, hidden]
};

// The parameters of one layer in one direction, with PyTorch's names and layout: with the suffix _l0, _l0_reverse, _l1, ...
struct RecurrentParameters : Module {
  RecurrentParameters(RecurrentCell cell, std::int64_t input, std::int64_t hidden, const std::string& suffix,
                      bool layer_norm = false);
  void reset_parameters(const init::Preset& preset, Generator& generator) override;
  RecurrentWeights weights() const {
    return {weight_ih, weight_hh, bias_ih, bias_hh, {}, gain_ih, gain_hh, cell_gain, cell_bias};
  }

  RecurrentCell cell;
  Parameter weight_ih;         // [gates * hidden, input of the layer]
  Parameter weight_hh;         // [gates * hidden, hidden]
  Parameter bias_ih, bias_hh;  // [gates * hidden]
  // Only with layer norm:
  Parameter gain_ih, gain_hh;      // [gates * hidden]
  Parameter cell_gain, cell_bias;  // [hidden], LSTM only
};

// Layers of a recurrent cell over sequences; the formulas are in tensor/fused/recurrent_cell.h. With two directions each layer
// also runs from each row's end to its start, and the outputs of both are concatenated.
//
// The state consists of hidden, and cell for an LSTM, each [layers * directions, batch, hidden], layer by layer, forwards before
// backwards. An undefined one counts as zeros.
class Recurrent : public Module {
 public:
  Recurrent(const Owner& parent, const std::string& name, RecurrentCell cell, RecurrentOptions options);
  Recurrent(const Standalone& root, RecurrentCell cell, RecurrentOptions options) : Recurrent(Owner(root), "", cell, options) {}

  Recurrent(const Recurrent&) = default;
  Recurrent(Recurrent&&) = default;
  Recurrent& operator=(const Recurrent& other);
  Recurrent& operator=(Recurrent&& other);

  // Runs whole sequences: x [batch, time, input] -> output [batch, time, hidden * directions] and the final state. Row i has
  // lengths[i] steps (i64 [batch]; undefined: all `time`). After a row's end its output is zero; its final state is the one after
  // its last step, or the initial one for length 0. The results of a row depend only on its own steps, bit for bit. Throws
  // ShapeError, DtypeError, IndexError for a length outside 0 .. time.
  RecurrentResult operator()(const Variable& x, const Tensor& lengths = {}, const RecurrentState& initial = {},
                             Where caller = Where::here()) const;
  // The same with the caller's masks, either all of them or none. Throws ValueError if only some are given, or if the options
  // have no variational dropout.
  RecurrentResult operator()(const Variable& x, const Tensor& lengths, const RecurrentState& initial, const RecurrentMasks& masks,
                             Where caller = Where::here()) const;

  // Runs one step: x [batch, input] -> output [batch, hidden] and the next state, with the same bits as in a whole sequence.
  // Throws ValueError for two directions, and if variational dropout is active but no masks are given.
  RecurrentResult step(const Variable& x, const RecurrentState& state, Where caller = Where::here()) const;
  RecurrentResult step(const Variable& x, const RecurrentState& state, const RecurrentMasks& masks,
                       Where caller = Where::here()) const;

  // Draws masks for sequences that are run in steps; a call without masks draws its own.
  RecurrentMasks draw_masks(std::int64_t batch) const;

  // Returns a state of zeros.
  RecurrentState zero_state(std::int64_t batch) const;

  const RecurrentOptions& options() const { return options_; }
  RecurrentCell cell() const { return cell_; }
  int directions() const { return options_.bidirectional ? 2 : 1; }
  // Throws IndexError.
  RecurrentParameters& layer(int layer, bool reverse = false, Where caller = Where::here());

 protected:
  void for_each_dynamic_child(const std::function<void(Module&)>& visit) override;

 private:
  Variable drop(const Variable& x, int layer, const RecurrentMasks& masks) const;
  RecurrentResult run(const Variable& x, const Tensor& lengths, const RecurrentState& initial, const RecurrentMasks& masks,
                      Where caller) const;

  RecurrentCell cell_;
  RecurrentOptions options_;
  Dropout dropout_;
  std::vector<RecurrentParameters> layers_;  // [layer][direction]
};

//     h' = tanh(W x + a + U h + b)
//
// Elman 1990. Parameters as in PyTorch: weight_ih_l0 [hidden, input], weight_hh_l0 [hidden, hidden], bias_ih_l0, bias_hh_l0
// [hidden], _l0_reverse, _l1, ... See Recurrent. The state has no cell.
class RNN : public Recurrent {
 public:
  RNN(const Owner& parent, const std::string& name, RecurrentOptions options)
      : Recurrent(parent, name, RecurrentCell::rnn, options) {}
  RNN(const Standalone& root, RecurrentOptions options) : RNN(Owner(root), "", options) {}
};

//     i, f, o = sigmoid(W x + a + U h + b),  g = tanh(W x + a + U h + b),  c' = f c + i g,  h' = o tanh(c')
//
// Hochreiter & Schmidhuber 1997, Gers et al. 2000. The order of the gates is i, f, g, o. Parameters as in PyTorch: weight_ih_l0
// [4 hidden, input], weight_hh_l0 [4 hidden, hidden], bias_ih_l0, bias_hh_l0 [4 hidden], _l0_reverse, _l1, ... See Recurrent.
class LSTM : public Recurrent {
 public:
  LSTM(const Owner& parent, const std::string& name, RecurrentOptions options)
      : Recurrent(parent, name, RecurrentCell::lstm, options) {}
  LSTM(const Standalone& root, RecurrentOptions options) : LSTM(Owner(root), "", options) {}
};

//     r, z = sigmoid(W x + a + U h + b),  n = tanh(W x + a + r (U h + b)),  h' = (1 - z) n + z h
//
// Cho et al. 2014, with the reset gate after the product, as in PyTorch, cuDNN and Keras. The order of the gates is r, z, n.
// Parameters as in PyTorch: weight_ih_l0 [3 hidden, input], weight_hh_l0 [3 hidden, hidden], bias_ih_l0, bias_hh_l0 [3 hidden],
// _l0_reverse, _l1, ... See Recurrent. The state has no cell.
class GRU : public Recurrent {
 public:
  GRU(const Owner& parent, const std::string& name, RecurrentOptions options)
      : Recurrent(parent, name, RecurrentCell::gru, options) {}
  GRU(const Standalone& root, RecurrentOptions options) : GRU(Owner(root), "", options) {}
};

// Keras's weights in PyTorch's layout: kernel [input, gates * hidden], recurrent_kernel [hidden, gates * hidden], bias [gates *
// hidden], or [2, gates * hidden] for a GRU with reset_after=True, or undefined. Kernels are transposed; the gates i, f, c, o of
// Keras's LSTM are PyTorch's i, f, g, o, and z, r, h of its GRU become r, z, n. A single bias becomes bias_ih, and bias_hh is
// zero. Throws ShapeError. A GRU with reset_after=False computes another function and cannot be converted.
RecurrentWeights from_keras(RecurrentCell cell, const Tensor& kernel, const Tensor& recurrent_kernel, const Tensor& bias = {},
                            Where caller = Where::here());

}  // namespace weft::nn
