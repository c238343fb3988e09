// Embedding: a table of learnt vectors.
#pragma once

#include <weft/nn/module.h>

#include <optional>

namespace weft::nn {

struct EmbeddingOptions {
  std::int64_t rows = 0, dim = 0;
  std::optional<std::int64_t> padding_index = {};  // this row starts at zero and gets no gradient
};

// y[.., d] = weight[ids[..], d]: ids of any shape, i64 or i32 -> [.., dim]. Parameter: weight [rows, dim].
// The gradient is row-sparse: only the rows that were looked up are kept, and optimizers make the most of it (optim::RowUpdates).
// Throws IndexError for an id outside 0 .. rows-1.
class Embedding : public Module {
 public:
  // Throws IndexError for a padding_index outside 0 .. rows-1.
  Embedding(Module* parent, const std::string& name, EmbeddingOptions options);
  Embedding(Root, EmbeddingOptions options) : Embedding(nullptr, "", options) {}

  Variable operator()(const Tensor& ids, Where where = Where::here()) const;
  void reset_parameters(const init::Preset& preset, Generator& generator) override;

  Parameter weight;

 private:
  std::optional<std::int64_t> padding_index_;
};

}  // namespace weft::nn
