#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/nn/attention/additive_attention.h>
#include <weft/nn/attention/any_attention.h>
#include <weft/nn/attention/attention.h>
#include <weft/nn/attention/multi_head_attention.h>
#include <weft/tensor/arithmetic/logical.h>

#include <cmath>

#include "tests/nn/layer_checks.h"

using namespace weft;

namespace {

// Every attention that scores a query of 6 numbers against keys of 6 numbers.
struct Kinds {
  nn::Attention dot{nn::root}, scaled{nn::root, {.scaled = true}};
  nn::GeneralAttention general{nn::root, 6, 6}, scaled_general{nn::root, 6, 6, {.scaled = true}};
  nn::AdditiveAttention additive{nn::root, 6, 6, 5};
  nn::KerasAdditiveAttention keras{nn::root, 6};

  std::vector<nn::ScoredAttention*> all() { return {&dot, &scaled, &general, &scaled_general, &additive, &keras}; }
};

Tensor lengths_of(std::vector<std::int64_t> lengths) { return tensor(lengths); }

}  // namespace

TEST_CASE("dot-product attention gives the numbers of a worked example") {
  // The scores are 1 and 0, so that the weights are e / (e + 1) and 1 / (e + 1).
  Tensor query = tensor({{{1, 0}}}, DType::f64), key = tensor({{{1, 0}, {0, 1}}}, DType::f64);
  Tensor value = tensor({{{1, 2, 0}, {3, 4, 8}}}, DType::f64);
  double w = std::exp(1.0) / (std::exp(1.0) + 1);
  auto [context, weights] = nn::Attention(nn::root).attend(query, key, value);
  CHECK(all_close(weights.tensor(), tensor({{{w, 1 - w}}}, DType::f64)));
  CHECK(all_close(context.tensor(), tensor({{{3 - 2 * w, 4 - 2 * w, 8 - 8 * w}}}, DType::f64)));
  double s = 1 / (1 + std::exp(-1 / std::sqrt(2.0)));
  CHECK(nn::Attention(nn::root, {.scaled = true}).attend(query, key, value).weights.tensor().at({0, 0, 0}) ==
        doctest::Approx(s).epsilon(1e-12));
}

TEST_CASE("general and additive attention follow their formulas") {
  Numbers numbers(3);
  nn::GeneralAttention general(nn::root, 2, 3);
  nn::AdditiveAttention additive(nn::root, 2, 3, 4);
  nn::KerasAdditiveAttention keras(nn::root, 3);
  general.to(DType::f64), additive.to(DType::f64), keras.to(DType::f64);
  Tensor q = numbers.tensor({1, 1, 2}), k = numbers.tensor({1, 2, 3}), q3 = numbers.tensor({1, 1, 3});
  auto first_weight = [](double a, double b) { return 1 / (1 + std::exp(b - a)); };

  double score[2] = {}, sums[2] = {}, scale_sums[2] = {};
  for (std::int64_t j = 0; j < 2; ++j) {
    for (std::int64_t a = 0; a < 2; ++a)
      for (std::int64_t c = 0; c < 3; ++c)
        score[j] += q.at({0, 0, a}) * general.key_projection.weight.tensor().at({a, c}) * k.at({0, j, c});
    for (std::int64_t a = 0; a < 4; ++a) {
      double u = 0;
      for (std::int64_t c = 0; c < 2; ++c) u += additive.query_projection.weight.tensor().at({a, c}) * q.at({0, 0, c});
      for (std::int64_t c = 0; c < 3; ++c) u += additive.key_projection.weight.tensor().at({a, c}) * k.at({0, j, c});
      sums[j] += additive.v.tensor().at({a}) * std::tanh(u);
    }
    for (std::int64_t a = 0; a < 3; ++a)
      scale_sums[j] += keras.scale.tensor().at({a}) * std::tanh(q3.at({0, 0, a}) + k.at({0, j, a}));
  }
  auto weight = [](const nn::Attended& result) { return result.weights.tensor().at({0, 0, 0}); };
  CHECK(weight(general.attend(q, k, k)) == doctest::Approx(first_weight(score[0], score[1])).epsilon(1e-12));
  nn::GeneralAttention scaled(nn::root, 2, 3, {.scaled = true});
  scaled.to(DType::f64);
  copy_to(scaled.key_projection.weight.tensor(), general.key_projection.weight.tensor());
  CHECK(weight(scaled.attend(q, k, k)) ==
        doctest::Approx(first_weight(score[0] / std::sqrt(2), score[1] / std::sqrt(2))).epsilon(1e-12));
  CHECK(weight(additive.attend(q, k, k)) == doctest::Approx(first_weight(sums[0], sums[1])).epsilon(1e-12));
  CHECK(weight(keras.attend(q3, k, k)) == doctest::Approx(first_weight(scale_sums[0], scale_sums[1])).epsilon(1e-12));
}

TEST_CASE("keys after the length have a weight of exactly 0, and a row of length 0 gives zeros") {
  Numbers numbers(5);
  Tensor query = numbers.tensor({3, 2, 6}, DType::f32), key = numbers.tensor({3, 4, 6}, DType::f32);
  Tensor value = numbers.tensor({3, 4, 2}, DType::f32), lengths = lengths_of({4, 2, 0});
  Kinds kinds;
  for (nn::ScoredAttention* attention : kinds.all()) {
    CAPTURE(attention->kind());
    auto [context, weights] = attention->attend(query, key, value, lengths);
    CHECK(context.shape() == Shape{3, 2, 2});
    for (std::int64_t i = 0; i < 2; ++i) {
      for (std::int64_t j = 2; j < 4; ++j) CHECK(weights.tensor().at({1, i, j}) == 0);
      CHECK(weights.tensor().at({1, i, 0}) + weights.tensor().at({1, i, 1}) == doctest::Approx(1).epsilon(1e-6));
    }
    CHECK(equal_bits(contiguous(select(context.tensor(), 0, 2)), zeros({2, 2})));
    CHECK(equal_bits(contiguous(select(weights.tensor(), 0, 2)), zeros({2, 4})));
  }
}

TEST_CASE("every attention passes gradient checks for query, key, value and parameters") {
  Numbers numbers(7);
  Tensor query = numbers.tensor({3, 2, 6}), key = numbers.tensor({3, 4, 6}), value = numbers.tensor({3, 4, 2});
  Kinds kinds;
  for (nn::ScoredAttention* attention : kinds.all()) {
    CAPTURE(attention->kind());
    for (const Tensor& lengths : {Tensor(), lengths_of({4, 2, 0})}) {
      check_gradients(*attention, {query, key, value},
                      [&](const std::vector<Variable>& in) { return (*attention)(in[0], in[1], in[2], lengths); });
      check_gradients(*attention, {query, key, value},
                      [&](const std::vector<Variable>& in) { return attention->attend(in[0], in[1], in[2], lengths).weights; });
    }
  }
}

TEST_CASE("additive attention passes second-order gradient checks") {
  Numbers numbers(8);
  nn::AdditiveAttention attention(nn::root, 3, 2, 4);
  attention.to(DType::f64);
  auto function = [&](const std::vector<Variable>& in) { return attention(in[0], in[1], in[1], lengths_of({3, 1})); };
  GradcheckResult result = gradgradcheck(function, {numbers.tensor({2, 2, 3}), numbers.tensor({2, 3, 2})});
  CHECK_MESSAGE(result, result.message);
}

TEST_CASE("a row's attention does not depend on padding, batch or threads") {
  Kinds kinds;
  Tensor queries = Numbers(9).tensor({4, 5, 6}, DType::f32);
  for (nn::ScoredAttention* attention : kinds.all()) {
    CAPTURE(attention->kind());
    check_rows(6, [&](const Tensor& x, const Tensor& lengths) {
      Tensor query = slice(queries, 0, 0, x.size(0));
      if (x.size(0) == 1) {  // the row that x is a part of
        Tensor all = Padded(6).x;
        for (std::int64_t row = 0; row < 4; ++row)
          if (equal_bits(contiguous(slice(slice(all, 0, row, row + 1), 1, 0, x.size(1))), contiguous(x)))
            query = slice(queries, 0, row, row + 1);
      }
      return (*attention)(query, x, x, lengths).tensor();
    });
  }
}

TEST_CASE("the mean over queries is the mean of their contexts, weights and gradients") {
  Kinds kinds;
  for (nn::ScoredAttention* attention : kinds.all()) {
    CAPTURE(attention->kind());
    attention->to(DType::f64);
    const Tensor x = Numbers(12).tensor({4, 5, 6}), lengths = lengths_of({5, 3, 0, 1});
    for (const Tensor& queries : {lengths, Tensor()}) {
      Variable own = leaf(x), same = leaf(x);
      auto [context, weights] = attention->attend_mean(own, own, own, lengths, queries);
      auto [all, each] = attention->attend(same, same, same, lengths);
      Variable expected = queries.defined() ? mean(all, queries) : mean(all, {1});
      CHECK(max_difference(context.tensor(), expected.tensor()) < 1e-14);
      CHECK(max_difference(weights.tensor(), queries.defined() ? mean(each.tensor(), queries) : mean(each.tensor(), {1})) <
            1e-15);
      const Tensor seed = Numbers(13).tensor({4, 6});
      context.backward(seed, {});
      expected.backward(seed, {});
      CHECK(max_difference(own.grad().tensor(), same.grad().tensor()) < 1e-13);
    }
    check_rows(6, [&](const Tensor& in, const Tensor& in_lengths) {
      attention->to(DType::f32);
      return attention->attend_mean(in, in, in, in_lengths, in_lengths).context.tensor();
    });
  }
  CHECK_THROWS_WITH_AS(kinds.dot.attend_mean(zeros({2, 3}), zeros({2, 3, 4}), zeros({2, 3, 4}), {}, {}, {"a.cpp", 1}),
                       "attention: the mean needs queries [batch, queries, dim], not [2, 3], at a.cpp:1 (Attention)", ShapeError);
}

TEST_CASE("the mean over many queries has the bits of the mean of attend()'s weights") {
  Kinds kinds;
  const Tensor x = Numbers(13).tensor({1, 1300, 6}, DType::f32), lengths = lengths_of({1290});
  for (nn::ScoredAttention* attention : std::vector<nn::ScoredAttention*>{&kinds.dot, &kinds.scaled, &kinds.general}) {
    CAPTURE(attention->kind());
    const nn::Attended found = attention->attend_mean(x, x, x, lengths, lengths);
    const Tensor average = mean(attention->attend(x, x, x, lengths).weights.tensor(), lengths);
    CHECK(equal_bits(found.weights.tensor(), average));
    CHECK(equal_bits(found.context.tensor(), squeeze(matmul(unsqueeze(average, 1), x), 1)));
  }
}

TEST_CASE("one query at a time gives the bits of all queries at once") {
  Kinds kinds;
  Padded in(6);
  Tensor queries = Numbers(10).tensor({4, 5, 6}, DType::f32);
  for (nn::ScoredAttention* attention : kinds.all()) {
    CAPTURE(attention->kind());
    nn::Memory memory = attention->prepare(in.x, in.lengths);
    auto [contexts, weights] = attention->attend(queries, memory);
    for (std::int64_t i = 0; i < 5; ++i) {
      auto step = attention->attend(select(queries, 1, i), memory);
      CHECK(equal_bits(step.context.tensor(), contiguous(select(contexts.tensor(), 1, i))));
      CHECK(equal_bits(step.weights.tensor(), contiguous(select(weights.tensor(), 1, i))));
    }
  }
}

TEST_CASE("attention: errors name mismatched shapes") {
  nn::Attention attention(nn::root);
  Tensor x = zeros({2, 3, 4});
  CHECK_THROWS_AS(attention(x, zeros({2, 4}), x), ShapeError);
  CHECK_THROWS_AS(attention(x, x, zeros({2, 2, 4})), ShapeError);
  CHECK_THROWS_AS(attention(zeros({1, 3, 4}), x, x), ShapeError);
  CHECK_THROWS_AS(attention(zeros({2, 3, 5}), x, x), ShapeError);
  CHECK_THROWS_AS(attention(x, x, x, lengths_of({3, 4})), IndexError);
  CHECK_THROWS_AS(attention(x, x, x, lengths_of({3})), ShapeError);
  CHECK_THROWS_AS(attention(x, x, x, zeros({2})), DtypeError);
  int line = __LINE__ + 2;
  try {
    attention(x, x, zeros({2, 2, 4}));
    FAIL("did not throw");
  } catch (const ShapeError& error) {
    CHECK(std::string(error.what()) == "attention: [2, 3, 4] keys do not fit [2, 2, 4] values, at attention_test.cpp:" +
                                           std::to_string(line) + " (Attention)");
  }
}

TEST_CASE("dropout of the weights has effect only in training") {
  nn::Attention attention(nn::root, {.dropout = 0.5});
  Padded in(6);
  CHECK(equal_bits(attention(in.x, in.x, in.x).tensor(), nn::Attention(nn::root)(in.x, in.x, in.x).tensor()));
  attention.train();
  Tensor weights = attention.attend(in.x, in.x, in.x).weights.tensor();
  std::int64_t zero = 0;
  for (float w : weights.span<float>()) zero += w == 0;
  CHECK(zero > weights.numel() / 4);
  CHECK(zero < weights.numel() * 3 / 4);
}

TEST_CASE("a model holds any attention by value") {
  struct Decoder : nn::Module {
    nn::AnyAttention attention;
    explicit Decoder(bool additive)
        : attention(additive ? nn::AnyAttention(this, "attention", nn::AdditiveAttention(nn::root, 6, 6, 5))
                             : nn::AnyAttention(this, "attention", nn::Attention(nn::root))) {}
  };
  Decoder dot(false), additive(true);
  CHECK(dot.parameters().empty());
  std::vector<std::string> paths;
  for (nn::Parameter* parameter : additive.parameters()) paths.push_back(parameter->path());
  CHECK(paths == std::vector<std::string>{"attention.v", "attention.query_projection.weight", "attention.key_projection.weight"});

  Padded in(6);
  Tensor before = (*additive.attention)(in.x, in.x, in.x, in.lengths).tensor();
  Decoder copy = additive;
  for (nn::Parameter* parameter : copy.parameters()) fill(parameter->tensor(), 0.1);
  CHECK(equal_bits((*additive.attention)(in.x, in.x, in.x, in.lengths).tensor(), before));
  CHECK_FALSE(equal_bits((*copy.attention)(in.x, in.x, in.x, in.lengths).tensor(), before));
  copy = dot;
  CHECK(copy.parameters().empty());
}

TEST_CASE("calling an attention gives the bits of attend()'s context, for short and long sequences") {
  Numbers numbers(11);
  nn::MultiHeadAttention heads(nn::root, 6, 2);
  Kinds kinds;
  for (std::int64_t time : {5, 300}) {
    const Tensor x = cast(numbers.tensor({2, time, 6}), DType::f32), y = cast(numbers.tensor({2, time, 6}), DType::f32);
    for (const Tensor& lengths : {Tensor(), lengths_of({time, 3})}) {
      for (nn::ScoredAttention* attention : kinds.all())
        CHECK(equal_bits((*attention)(x, y, y, lengths).tensor(), attention->attend(x, y, y, lengths).context.tensor()));
      CHECK(equal_bits(heads(x, y, y, lengths).tensor(), heads.attend(x, y, y, lengths).context.tensor()));
    }
  }
}

TEST_CASE("every attention takes masks for each query") {
  Numbers numbers(31);
  const Tensor query = numbers.tensor({2, 3, 6}), key = numbers.tensor({2, 5, 6}), value = numbers.tensor({2, 5, 2});
  const Tensor lengths = tensor(std::vector<std::int64_t>{5, 2});
  const Tensor allowed = tensor(std::vector<std::uint8_t>{1, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0}, {3, 5}) != 0;
  const Tensor added = numbers.tensor({2, 1, 5});
  Kinds kinds;
  for (nn::ScoredAttention* kind : kinds.all()) {
    kind->to(DType::f64);
    const nn::ScoredAttention& attention = *kind;
    const nn::Attended masked = attention.attend(query, key, value, AttentionMask{.lengths = lengths, .mask = allowed});
    const Tensor weights = masked.weights.tensor(), all = attention.attend(query, key, value).weights.tensor();
    for (std::int64_t b = 0; b < 2; ++b)
      for (std::int64_t q = 0; q < 3; ++q) {
        const auto counts = [&](std::int64_t k) { return allowed.at({q, k}) != 0 && k < (b == 0 ? 5 : 2); };
        double total = 0;
        for (std::int64_t k = 0; k < 5; ++k) total += counts(k) ? all.at({b, q, k}) : 0;
        for (std::int64_t k = 0; k < 5; ++k)
          CHECK(weights.at({b, q, k}) == doctest::Approx(counts(k) ? all.at({b, q, k}) / total : 0).epsilon(1e-12));
      }
    const Variable context = attention(query, key, value, AttentionMask{.lengths = lengths, .mask = allowed});
    CHECK(all_close(context.tensor(), masked.context.tensor(), 1e-13, 1e-14));
    const nn::Memory memory = attention.prepare(key, value, lengths);
    CHECK(equal_bits(attention.attend(query, memory, {.mask = allowed}).context.tensor(), masked.context.tensor()));
    CHECK_THROWS_AS(attention.attend(query, memory, {.lengths = lengths}), ValueError);
    // The weights of softmax(s + a) are proportional to those of softmax(s) times exp(a).
    const Tensor moved = attention.attend(query, key, value, AttentionMask{.mask = added}).weights.tensor();
    for (std::int64_t k = 1; k < 5; ++k)
      CHECK(moved.at({1, 2, k}) / moved.at({1, 2, 0}) ==
            doctest::Approx(all.at({1, 2, k}) / all.at({1, 2, 0}) * std::exp(added.at({1, 0, k}) - added.at({1, 0, 0}))));
  }
}
