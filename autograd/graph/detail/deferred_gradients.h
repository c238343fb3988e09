// DeferredGradients: what gradients of weights are made from, as rules hand it over. For the engine.
#pragma once

#include <weft/autograd/graph/node.h>
#include <weft/tensor/indexing/row_sparse.h>

#include <unordered_map>
#include <utility>

namespace weft {

// A step of a decoder gives each weight a gradient that is a product over the few rows of its batch. Such products are slow, and
// so is adding them up: their factors are kept until they have rows enough for one good product. The sums of these products wait
// in the tree of kernels/sum_tree.h; steps without a row that counts, padding, are left out and change no bit. Gradients of
// embeddings are passed on row-sparse. Belongs to one backward pass.
class DeferredGradients {
 public:
  struct Gradient {
    Edge edge;
    Variable value;
  };
  struct RowGradient {
    Edge edge;
    RowSparse value;
  };

  // Keeps row_product(left, right) as a part of the gradient of `edge`. False when it may not wait: it is not for a leaf, does
  // not fit it, or has rows enough by itself.
  bool take(const Edge& edge, const Tensor& left, const Tensor& right);

  // Takes embedding_gradient(gradient, ids, rows, padding) as a part of the gradient of `edge`. False when it is not for a leaf
  // or does not fit it.
  bool take(const Edge& edge, const Tensor& gradient, const Tensor& ids, std::int64_t rows, std::optional<std::int64_t> padding);

  // What embeddings gave since the last call.
  bool has_rows() const { return !rows_.empty(); }
  std::vector<RowGradient> ready_rows() { return std::exchange(rows_, {}); }

  // Makes the products that have rows enough.
  void multiply_ready();

  // At the end of the pass: all sums.
  std::vector<Gradient> finish();

 private:
  struct Waiting {
    Edge edge;
    std::vector<Tensor> left, right;
    std::int64_t rows = 0, products = 0;
    std::vector<Tensor> sums;  // of products, as the tree has them wait
  };
  static Tensor multiply(Waiting& waiting);

  std::vector<Waiting> waiting_;                              // in order of arrival
  std::unordered_map<const VariableState*, std::size_t> at_;  // their places
  bool some_ready_ = false;
  std::vector<RowGradient> rows_;
};

}  // namespace weft
