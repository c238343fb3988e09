#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/engine/fused.h>
#include <weft/autograd/fused/detail/attention.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/autograd/indexing/padding.h>
#include <weft/tensor/fused/detail/attention.h>

namespace weft {

namespace {

// For up to this many weights per item, the definition is at least as fast.
constexpr std::int64_t kFewWeights = 256 * 256;

// x [.., heads, rows, columns] with one matrix for each of `key_heads` groups of heads -> [.., key heads, heads / key heads,
// rows, columns].
Variable grouped(const Variable& x, std::int64_t key_heads) {
  Shape shape = x.shape();
  const std::int64_t rows = shape.back(1), columns = shape.back(), heads = shape.back(2);
  shape[shape.dims() - 3] = key_heads;
  shape[shape.dims() - 2] = heads / key_heads;
  shape[shape.dims() - 1] = rows;
  shape.push_back(columns);
  return reshape(x, shape);
}

// Multiplies each head's matrix of `left` with the matrix of `right` that serves it.
Variable multiply_by_head(const Variable& left, const Variable& right, Where caller) {
  const bool same = left.dims() < 3 || left.shape().back(2) == right.shape().back(2);
  if (same) return matmul(left, right, caller);
  const Variable product = matmul(grouped(left, right.shape().back(2)), unsqueeze(right, -3), caller);
  Shape shape = left.shape();
  shape[shape.dims() - 1] = right.shape().back();
  return reshape(product, shape);
}

// The definition.
Variable plain_attention(const AttentionInputs& in, const AttentionMask& mask, const Variable& bias, Where caller) {
  return attention_context(attention_weights(dot_scores(in.query, in.key, caller), mask, bias, caller), in.value, caller);
}

}  // namespace

Variable dot_scores(const Variable& query, const Variable& key, Where caller) {
  return query.state() == key.state() ? gram(query, caller) : multiply_by_head(query, transpose(key), caller);
}

Variable attention_weights(const Variable& scores, const AttentionMask& mask, const Variable& bias, Where caller) {
  check_attention_mask("attention", mask, scores.shape(), scores.dtype(), caller);
  Variable sums = scores;
  if (const Tensor added = added_to_scores(mask); added.defined()) sums = sums + added;
  if (bias.defined()) sums = sums + bias;
  return softmax(sums, counted_scores(mask, scores.shape()), caller);
}

Variable attention_context(const Variable& weights, const Variable& value, Where caller) {
  return multiply_by_head(weights, value, caller);
}

Variable dot_product_attention(const Variable& query, const Variable& key, const Variable& value, const AttentionMask& mask,
                               const Variable& bias, const char* op, Where caller) {
  check_attention(op, query.tensor(), key.tensor(), value.tensor(), mask, caller);
  AttentionMask all = mask;
  Variable learnt = bias;
  if (bias.defined()) {
    check_attention_mask(op, {.mask = bias.tensor()}, score_shape(query.shape(), key.shape()), query.dtype(), caller);
    check<DtypeError>(bias.dtype() != DType::boolean, caller, op, ": the bias is added to the scores and cannot be bool");
    if (!bias.requires_grad() && !mask.mask.defined()) {
      all.mask = bias.tensor();
      learnt = {};
    }
  }
  const AttentionInputs in = harmless_padding({query, key, value}, mask.lengths, -2, caller, op);
  const bool few = query.shape().back(1) * key.shape().back(1) <= kFewWeights;
  if (query.dtype() != DType::f32 || few || learnt.defined()) return plain_attention(in, all, learnt, caller);
  const auto mask_of = [causal = all.causal, offset = all.offset](const Variable& lengths, const Variable& chosen) {
    return AttentionMask{.lengths = lengths.tensor(), .mask = chosen.tensor(), .causal = causal, .offset = offset};
  };
  const auto kernel = [mask_of](const Backward& b) -> Variables {
    auto [query, key, value] = attention_gradients(b.grad().tensor(), b.input(0).tensor(), b.input(1).tensor(),
                                                   b.input(2).tensor(), mask_of(b.input(3), b.input(4)));
    return {query, key, value, {}, {}};
  };
  const auto definition = [mask_of](const std::vector<Variable>& inputs) {
    return std::vector<Variable>{plain_attention({inputs[0], inputs[1], inputs[2]}, mask_of(inputs[3], inputs[4]), {}, {})};
  };
  return record_fused(op, caller, {in.query, in.key, in.value, all.lengths, all.mask},
                      attention_in_tiles(in.query.tensor(), in.key.tensor(), in.value.tensor(), all, caller), {.inputs = kAll},
                      kernel, by_definition(definition), examples::FirstAxis{.inputs = 0b111});
}

}  // namespace weft
