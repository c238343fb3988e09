// RNN: the plain recurrent network.
#pragma once

#include <weft/nn/recurrent/recurrent.h>

namespace weft::nn {

using RNNOptions = RecurrentOptions;
using RNNState = RecurrentState;  // hidden only
using RNNResult = RecurrentResult;

//     h' = tanh(W x + a + U h + b)
//
// Elman 1990. Parameters as in PyTorch: weight_ih_l0 [hidden, input], weight_hh_l0 [hidden, hidden], bias_ih_l0, bias_hh_l0
// [hidden], _l0_reverse, _l1, ... See Recurrent.
class RNN : public Recurrent {
 public:
  RNN(const Owner& parent, const std::string& name, RNNOptions options) : Recurrent(parent, name, RecurrentCell::rnn, options) {}
  RNN(const Standalone& root, RNNOptions options) : RNN(Owner(root), "", options) {}
};

}  // namespace weft::nn
