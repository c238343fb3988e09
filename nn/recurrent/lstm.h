// LSTM: long short-term memory.
#pragma once

#include <weft/nn/recurrent/recurrent.h>

namespace weft::nn {

using LSTMOptions = RecurrentOptions;
using LSTMState = RecurrentState;
using LSTMResult = RecurrentResult;

//     i, f, o = sigmoid(W x + a + U h + b),  g = tanh(W x + a + U h + b),  c' = f c + i g,  h' = o tanh(c')
//
// Hochreiter & Schmidhuber 1997, Gers et al. 2000. The order of the gates is i, f, g, o. Parameters as in PyTorch: weight_ih_l0
// [4 hidden, input], weight_hh_l0 [4 hidden, hidden], bias_ih_l0, bias_hh_l0 [4 hidden], _l0_reverse, _l1, ... See Recurrent.
class LSTM : public Recurrent {
 public:
  LSTM(const Owner& parent, const std::string& name, LSTMOptions options)
      : Recurrent(parent, name, RecurrentCell::lstm, options) {}
  LSTM(const Standalone& root, LSTMOptions options) : LSTM(Owner(root), "", options) {}
};

}  // namespace weft::nn
