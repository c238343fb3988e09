// Attention by scaled dot products, with masks and grouped heads.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/fused/attention_mask.h>

#include <optional>

namespace weft {

struct ScaledDotProductOptions {
  std::optional<double> scale = {};  // of the scores; 1 / sqrt(dim) if it is left out
  // Is added to the scores, as a floating mask is, and gets a gradient: relative positions that are learnt, for example.
  Variable bias = {};
};

// softmax(scale query key^T + bias) value over the keys that the mask allows (Vaswani et al. 2017; PyTorch's function of this
// name): query [batch, .., heads, queries, dim], key [batch, .., key heads, keys, dim], value [batch, .., key heads, keys, width]
// -> [batch, .., heads, queries, width], f32 or f64; without heads [batch, queries, dim] and so on. A number of key heads that
// divides the number of heads makes each key head serve heads / key heads heads (Ainslie et al. 2023), as PyTorch's enable_gqa
// does. A query that may use no key gives zeros. More than 256 x 256 weights per head are computed in tiles and never stored all
// at once, unless the bias requires a gradient; causal tiles skip the keys that come after them. Dropout of the weights is an
// option of the layers (nn/attention). Throws ShapeError, DtypeError, ValueError, or IndexError for a length outside 0 .. keys.
Variable scaled_dot_product_attention(const Variable& query, const Variable& key, const Variable& value,
                                      const AttentionMask& mask = {}, const ScaledDotProductOptions& options = {},
                                      Where caller = Where::here());
Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value, const AttentionMask& mask = {},
                                    const ScaledDotProductOptions& options = {}, Where caller = Where::here());

}  // namespace weft
