// AttentionPooling: pools a sequence into one vector with learnt weights.
#pragma once

#include <weft/nn/layers/dropout.h>
#include <weft/nn/layers/linear.h>

namespace weft::nn {

struct AttentionPoolingOptions {
  double dropout = 0;  // applied to the weights
};

// u = tanh(W x + b), weights = softmax over time of v . u, y = sum over time of weights * x: Yang et al. 2016. Positions from a
// row's length on get weight 0 exactly, and a row of length 0 gives zeros. In f32, a row's result does not depend on padding or
// batch, bit for bit. Parameters: projection.weight [attention dim, dim], projection.bias [attention dim], v [attention dim].
class AttentionPooling : public Module {
 public:
  AttentionPooling(const Owner& parent, const std::string& name, std::int64_t dim, std::int64_t attention_dim,
                   AttentionPoolingOptions options = {});
  AttentionPooling(const Standalone& root, std::int64_t dim, std::int64_t attention_dim, AttentionPoolingOptions options = {})
      : AttentionPooling(Owner(root), "", dim, attention_dim, options) {}

  // x [batch, time, dim], lengths i64 [batch] or undefined -> [batch, dim]. Throws ShapeError, DtypeError, IndexError for a
  // length outside 0 .. time.
  Variable operator()(const Variable& x, const Tensor& lengths = {}, Where caller = Where::here()) const;

  // Returns the weights as well.
  struct Pooled {
    Variable context;  // [batch, dim]
    Variable weights;  // [batch, time]
  };
  Pooled attend(const Variable& x, const Tensor& lengths = {}, Where caller = Where::here()) const;

  void reset_parameters(const init::Preset& preset, Generator& generator) override;

  Linear projection;
  Parameter v;

 private:
  Dropout dropout_;
};

}  // namespace weft::nn
