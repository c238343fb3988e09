#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/engine/fused.h>
#include <weft/autograd/fused/additive_score.h>

namespace weft {

namespace {

// The gradients in plain ops, for higher orders. With t = tanh(q + k) and w = g v (1 - t^2): dq is the sum of w over the keys, dk
// that over the queries, dv that of g t over all pairs.
Variables differentiable(const Backward& b) {
  const Variable query = b.input(0), key = b.input(1), v = b.input(2);
  const Variable& g = b.grad();
  Variable t = tanh(unsqueeze(query, 2) + unsqueeze(key, 1));  // [batch, queries, keys, dim]
  Variable pair = unsqueeze(g, 3);                             // [batch, queries, keys, 1]
  Variable w = pair * v * (1 - t * t);
  return {sum(w, {2}), sum(w, {1}), sum(sum(sum(pair * t, {2}), {1}), {0})};  // axis by axis: padding changes no bit
}

}  // namespace

Variable additive_score(const Variable& query, const Variable& key, const Variable& v, Where caller) {
  const auto kernel = [](const Backward& b) -> Variables {
    auto [query, key, v] =
        additive_score_gradients(b.grad().tensor(), b.input(0).tensor(), b.input(1).tensor(), b.input(2).tensor());
    return {query, key, b.sum_rows(2, v)};
  };
  return record_fused("additive_score", caller, {query, key, v}, additive_score(query.tensor(), key.tensor(), v.tensor(), caller),
                      {.inputs = kAll}, kernel, differentiable, examples::FirstAxis{.inputs = 0b11});
}

}  // namespace weft
