#include <weft/autograd/basics/math.h>
#include <weft/autograd/indexing/index.h>
#include <weft/nn/layers/embedding.h>
#include <weft/nn/module/init.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/reduction/lengths.h>

namespace weft::nn {

Embedding::Embedding(const Owner& parent, const std::string& name, EmbeddingOptions options)
    : Module(parent, name),
      weight(this, "weight", options.tied ? Tensor() : Tensor({options.num_embeddings, options.embedding_dim}, DType::f32)),
      scale_(options.scale),
      padding_index_(options.padding_index) {
  require<IndexError>(!options.padding_index || (*options.padding_index >= 0 && *options.padding_index < options.num_embeddings),
                      "embedding: padding_index ", options.padding_index.value_or(0), " is outside 0 .. ",
                      options.num_embeddings - 1);
  reset_parameters(init::pytorch(), default_generator());
}

void Embedding::reset_parameters(const init::Preset& preset, Generator& generator) {
  if (!weight.defined()) return;
  preset.embedding(weight.tensor(), {weight.shape()[0], weight.shape()[1]}, generator);
  if (scale_ != 1) copy_to(weight.tensor(), weight.tensor() * (1 / scale_));
  if (!padding_index_) return;
  Tensor row = select(weight.tensor(), 0, *padding_index_);
  fill(row, 0);
}

Variable Embedding::operator()(const Tensor& ids, Where caller) const { return (*this)(ids, weight, caller); }

Variable Embedding::operator()(const Tensor& ids, const Parameter& shared, Where caller) const {
  LayerScope scope(*this, caller);
  check<ValueError>(shared.defined(), caller, "embedding: a tied layer must be called with the weight that it shares");
  Variable rows = embedding(shared, ids, padding_index_);
  return scale_ == 1 ? rows : rows * scale_;
}

Variable Embedding::operator()(const Batch& in, Where caller) const { return (*this)(in, weight, caller); }

Variable Embedding::operator()(const Batch& in, const Parameter& shared, Where caller) const {
  const bool known = shared.defined() && shared.shape().dims() == 2;
  return (*this)(known ? harmless_ids(in.tokens, in.lengths, shared.shape()[0], caller, "embedding") : in.tokens, shared, caller);
}

}  // namespace weft::nn
