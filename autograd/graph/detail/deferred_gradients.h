// DeferredGradients: the factors of gradients of weights, as gradient rules pass them to the engine.
#pragma once

#include <weft/autograd/graph/detail/sharded_sums.h>
#include <weft/tensor/indexing/row_sparse.h>

#include <unordered_map>
#include <utility>

namespace weft {

// Each step of a decoder contributes to the gradient of a weight a product over the few rows of its batch. Such products are
// slow, and so is adding them up: their factors are stored until they have enough rows for one efficient product. The sums of
// these products are added in the tree of kernels/sum_tree.h. Steps in which no row counts, such as padding, are skipped and
// change no bit. Gradients of embeddings are passed on row-sparse. An object belongs to one backward pass.
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

  // In a sharded pass, where all sums over rows are kept; otherwise null.
  ShardedSums* sharded = nullptr;

  // Stores row_product(left, right) as a part of the gradient of `edge`. Returns false if it cannot be deferred: the edge is not
  // a leaf, the shapes do not match it, or it has enough rows by itself.
  bool take(const Edge& edge, const Tensor& left, const Tensor& right);

  // Stores embedding_gradient(gradient, ids, rows, padding) as a part of the gradient of `edge`. Returns false if the edge is not
  // a leaf or the shapes do not match it.
  bool take(const Edge& edge, const Tensor& gradient, const Tensor& ids, std::int64_t rows, std::optional<std::int64_t> padding);

  // The gradients of embeddings since the last call.
  bool has_rows() const { return !rows_.empty(); }
  std::vector<RowGradient> ready_rows() { return std::exchange(rows_, {}); }

  // Computes the products that have enough rows.
  void multiply_ready();

  // Returns all sums, at the end of the pass.
  std::vector<Gradient> finish();

 private:
  struct Waiting {
    Edge edge;
    std::vector<Tensor> left, right;
    std::int64_t rows = 0, products = 0;
    std::vector<Tensor> sums;  // of products, as they are pending in the tree
  };
  static Tensor multiply(Waiting& waiting);

  std::vector<Waiting> waiting_;                              // in order of arrival
  std::unordered_map<const VariableState*, std::size_t> at_;  // index into waiting_
  bool some_ready_ = false;
  std::vector<RowGradient> rows_;
};

}  // namespace weft
