#include <weft/nn/recurrent/rnn.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/join.h>

namespace weft::nn {

namespace {

// Returns [gates * hidden, ..] with the gates in PyTorch's order.
Tensor in_order(RecurrentCell cell, const Tensor& x) {
  if (cell != RecurrentCell::gru) return clone(x);
  std::vector<Tensor> gates = split(x, x.size(0) / 3);
  return concat({gates[1], gates[0], gates[2]});
}

}  // namespace

RecurrentWeights from_keras(RecurrentCell cell, const Tensor& kernel, const Tensor& recurrent_kernel, const Tensor& bias,
                            Where caller) {
  check<ShapeError>(kernel.dims() == 2 && recurrent_kernel.dims() == 2, caller, "from_keras: kernels must be matrices, not ",
                    kernel.shape(), " and ", recurrent_kernel.shape());
  std::int64_t columns = gate_count(cell) * recurrent_kernel.size(0);
  check<ShapeError>(recurrent_kernel.size(1) == columns && kernel.size(1) == columns, caller, "from_keras: kernel ",
                    kernel.shape(), " and recurrent kernel ", recurrent_kernel.shape(), " are not [.., ", columns, "]");
  RecurrentWeights result{in_order(cell, transpose(kernel)), in_order(cell, transpose(recurrent_kernel)),
                          zeros({columns}, kernel.dtype()), zeros({columns}, kernel.dtype())};
  if (!bias.defined()) return result;
  bool gru = cell == RecurrentCell::gru;
  check<ShapeError>(bias.shape() == (gru ? Shape{2, columns} : Shape{columns}), caller, "from_keras: the bias must be ",
                    gru ? Shape{2, columns} : Shape{columns}, gru ? " (a GRU needs reset_after=True), not " : ", not ",
                    bias.shape());
  result.bias_ih = in_order(cell, gru ? select(bias, 0, 0) : bias);
  if (gru) result.bias_hh = in_order(cell, select(bias, 0, 1));
  return result;
}

}  // namespace weft::nn
