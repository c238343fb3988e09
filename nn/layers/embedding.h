// Embedding: a table of learnt vectors.
#pragma once

#include <weft/nn/layers/batch.h>
#include <weft/nn/module/module.h>

#include <optional>

namespace weft::nn {

struct EmbeddingOptions {
  std::int64_t num_embeddings = 0, embedding_dim = 0;
  std::optional<std::int64_t> padding_index = {};  // this row starts at zero and gets no gradient
  bool tied = false;                               // it has no weight of its own: each call passes the shared one
  // A factor of the output, by which the initial weights are divided. With sqrt(embedding_dim), a weight that is shared with an
  // output layer starts with rows of length 1, as output layers need. Vaswani et al. 2017, section 3.4.
  double scale = 1;
};

// y[.., d] = scale weight[ids[..], d]: ids of any shape, i64 or i32 -> [.., embedding_dim]. Parameter: weight
// [num_embeddings, embedding_dim]. The gradient is row-sparse: only the rows that were looked up are stored, which optimizers
// exploit (optim::RowUpdates). Throws IndexError for an id outside 0 .. num_embeddings - 1.
class Embedding : public Module {
 public:
  // Throws IndexError for a padding_index outside 0 .. num_embeddings - 1.
  Embedding(const Owner& parent, const std::string& name, EmbeddingOptions options);
  Embedding(const Standalone& root, EmbeddingOptions options) : Embedding(Owner(root), "", options) {}

  Variable operator()(const Tensor& ids, Where caller = Where::here()) const;
  // The same with another layer's weight.
  Variable operator()(const Tensor& ids, const Parameter& shared, Where caller = Where::here()) const;
  // Looks up the tokens of a batch: [batch, time, embedding_dim]. After the lengths, any ids are allowed. Throws IndexError for
  // lengths outside 0..time too.
  Variable operator()(const Batch& in, Where caller = Where::here()) const;
  Variable operator()(const Batch& in, const Parameter& shared, Where caller = Where::here()) const;
  void reset_parameters(const init::Preset& preset, Generator& generator) override;

  double scale() const { return scale_; }

  Parameter weight;

 private:
  double scale_;
  std::optional<std::int64_t> padding_index_;
};

}  // namespace weft::nn
