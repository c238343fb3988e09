#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/fused/additive_score.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/autograd/indexing/padding.h>
#include <weft/nn/attention/attention_pooling.h>
#include <weft/nn/module/init.h>
#include <weft/tensor/array/create.h>

namespace weft::nn {

AttentionPooling::AttentionPooling(const Owner& parent, const std::string& name, std::int64_t dim, std::int64_t attention_dim,
                                   AttentionPoolingOptions options)
    : Module(parent, name),
      projection(this, "projection", dim, attention_dim),
      v(this, "v", Tensor({attention_dim}, DType::f32)),
      dropout_(this, "dropout", options.dropout) {
  reset_parameters(init::pytorch(), default_generator());
}

void AttentionPooling::reset_parameters(const init::Preset&, Generator& generator) {
  init::zeros(v.tensor(), {v.shape()[0], 1}, generator);  // all positions have the same weight at first
}

AttentionPooling::Pooled AttentionPooling::attend(const Variable& x, const Tensor& lengths, Where caller) const {
  LayerScope scope(*this, caller);
  check_defined("attention pooling", x.tensor(), caller);
  check<ShapeError>(x.dims() == 3, caller, "attention pooling: takes [batch, time, dim], not ", x.shape());
  if (lengths.defined()) checked_lengths("attention pooling", lengths, x.size(0), x.size(1), caller);
  const Variable own = harmless_padding(x, lengths, 1, caller, "attention pooling");
  Tensor no_query = zeros({x.size(0), 1, v.shape()[0]}, x.dtype());
  Variable score = additive_score(no_query, projection(own), v);  // [batch, 1, time]
  Variable weights = dropout_(softmax(score, lengths));
  Variable context = matmul(weights, own);  // [batch, 1, dim]
  return {squeeze(context, 1), squeeze(weights, 1)};
}

Variable AttentionPooling::operator()(const Variable& x, const Tensor& lengths, Where caller) const {
  return attend(x, lengths, caller).context;
}

}  // namespace weft::nn
