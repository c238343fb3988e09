// RowProducts: gradients of weights that wait for more rows. For the engine.
#pragma once

#include <weft/autograd/node.h>
#include <weft/tensor/tensor.h>

#include <unordered_map>

namespace weft {

// A step of a decoder gives each weight a gradient that is a product over the few rows of its batch. Such products are slow, and
// so is adding them up: their factors are kept until they have rows enough for one good product. Belongs to one backward pass.
class RowProducts {
 public:
  struct Gradient {
    Edge edge;
    Variable value;
  };

  // Keeps transpose(left) right, of left [rows, m] and right [rows, n], as a part of the gradient of `edge`. False when it may
  // not wait: it is not for a leaf, does not fit it, or has rows enough by itself.
  bool take(const Edge& edge, const Tensor& left, const Tensor& right);

  // The gradients that are complete enough to be passed on; `all`: those of few rows too.
  std::vector<Gradient> ready(bool all);

 private:
  struct Waiting {
    Edge edge;
    std::vector<Tensor> left, right;
    std::int64_t rows = 0;
  };
  static Variable multiply(Waiting& waiting);

  std::vector<Waiting> waiting_;                              // in order of arrival
  std::unordered_map<const VariableState*, std::size_t> at_;  // their places
  bool some_ready_ = false;
};

}  // namespace weft
