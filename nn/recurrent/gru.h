// GRU: gated recurrent unit.
#pragma once

#include <weft/nn/recurrent/recurrent.h>

namespace weft::nn {

using GRUOptions = RecurrentOptions;
using GRUState = RecurrentState;  // hidden only
using GRUResult = RecurrentResult;

//     r, z = sigmoid(W x + a + U h + b),  n = tanh(W x + a + r (U h + b)),  h' = (1 - z) n + z h
//
// Cho et al. 2014, with the reset gate after the product, as in PyTorch, cuDNN and Keras. The order of the gates is r, z, n.
// Parameters as in PyTorch: weight_ih_l0 [3 hidden, input], weight_hh_l0 [3 hidden, hidden], bias_ih_l0, bias_hh_l0 [3 hidden],
// _l0_reverse, _l1, ... See Recurrent.
class GRU : public Recurrent {
 public:
  GRU(const Owner& parent, const std::string& name, GRUOptions options) : Recurrent(parent, name, RecurrentCell::gru, options) {}
  GRU(const Standalone& root, GRUOptions options) : GRU(Owner(root), "", options) {}
};

}  // namespace weft::nn
