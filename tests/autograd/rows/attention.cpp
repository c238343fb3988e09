#include <tests/autograd/rows/plain.h>
#include <tests/autograd/rows/rows.h>
#include <weft/autograd/fused/scaled_dot_product_attention.h>
#include <weft/tensor/array/copy.h>

#include <cmath>
#include <functional>
#include <limits>

namespace weft {

namespace {

using Inputs = std::vector<Tensor>;
// Returns the number that is added to the score at [batch, head, query, key], or -inf for a key that may not be used.
using Added = std::function<double(const Inputs& x, const Index& at)>;

constexpr double kForbidden = -std::numeric_limits<double>::infinity();

// The weighted average of the values, for query [batch, heads, queries, dim] and fewer or as many heads of keys.
Tensor plain_attention(const Inputs& x, double scale, const Added& added) {
  const Tensor &query = x[0], &key = x[1], &value = x[2];
  const std::int64_t each = query.size(1) / std::max<std::int64_t>(key.size(1), 1), dim = query.size(3);
  return by_index({query.size(0), query.size(1), query.size(2), value.size(3)}, [&](const Index& i) {
    double total = 0, sum = 0;
    for (std::int64_t k = 0; k < key.size(2); ++k) {
      double score = added(x, {i[0], i[1], i[2], k});
      for (std::int64_t d = 0; d < dim; ++d)
        score += scale * element(query, {i[0], i[1], i[2], d}) * element(key, {i[0], i[1] / each, k, d});
      total += std::exp(score);
      sum += std::exp(score) * element(value, {i[0], i[1] / each, k, i[3]});
    }
    return total > 0 ? sum / total : 0;
  });
}

OpRow row(const char* name, AttentionMask mask, Added added, std::vector<OpShapes> shapes, OpShapes large) {
  std::vector<OpInput> inputs(3, {-1, 1});
  if (shapes[0].size() > 3) inputs.push_back({0, 3, {}, DType::i64});
  return op_row(
      name,
      [mask](const auto& x) {
        AttentionMask own = mask;
        if (x.size() > 3) own.lengths = value_of(x[3]);
        return scaled_dot_product_attention(x[0], x[1], x[2], own, {.scale = 0.8});
      },
      [added](const Inputs& x) { return plain_attention(x, 0.8, added); }, inputs, std::move(shapes), std::move(large));
}

}  // namespace

std::vector<OpRow> attention_rows() {
  const std::vector<OpShapes> shapes{{{2, 2, 3, 4}, {2, 2, 5, 4}, {2, 2, 5, 3}}, {{1, 1, 1, 1}, {1, 1, 1, 1}, {1, 1, 1, 1}},
                                     {{2, 4, 3, 4}, {2, 2, 3, 4}, {2, 2, 3, 7}}, {{1, 3, 2, 7}, {1, 1, 17, 7}, {1, 1, 17, 2}},
                                     {{2, 2, 0, 4}, {2, 2, 5, 4}, {2, 2, 5, 3}}, {{0, 2, 3, 4}, {0, 2, 5, 4}, {0, 2, 5, 3}},
                                     {{2, 2, 3, 4}, {2, 2, 0, 4}, {2, 2, 0, 3}}};
  const OpShapes large{{1, 2, 300, 5}, {1, 1, 260, 5}, {1, 1, 260, 3}};  // in tiles
  const auto with_lengths = [](OpShapes three) {
    three.push_back({three[0][0]});
    return three;
  };
  return {
      row(
          "scaled_dot_product_attention", {}, [](const Inputs&, const Index&) { return 0.0; }, shapes, large),
      row(
          "scaled_dot_product_attention, causal", {.causal = true},
          [](const Inputs&, const Index& i) { return i[3] > i[2] ? kForbidden : 0; }, shapes, large),
      row(
          "scaled_dot_product_attention, causal after earlier keys", {.causal = true, .offset = 2},
          [](const Inputs&, const Index& i) { return i[3] > i[2] + 2 ? kForbidden : 0; }, shapes, large),
      row(
          "scaled_dot_product_attention with lengths", {},
          [](const Inputs& x, const Index& i) {
            return static_cast<double>(i[3]) >= element(cast(x[3], DType::f64), {i[0]}) ? kForbidden : 0;
          },
          {with_lengths(shapes[0]), with_lengths(shapes[2]), with_lengths(shapes[3])}, with_lengths(large)),
  };
}

}  // namespace weft
