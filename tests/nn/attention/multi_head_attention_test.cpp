#include <weft/nn/attention/multi_head_attention.h>
#include <weft/nn/module/init.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/indexing/join.h>

#include <cmath>

#include "tests/nn/layer_checks.h"

using namespace weft;

TEST_CASE("multi-head attention passes gradient checks") {
  Numbers numbers(3);
  nn::MultiHeadAttention layer(nn::root, 4, 2), plain(nn::root, 4, 2, {.bias = false});
  Tensor lengths = tensor(std::vector<std::int64_t>{3, 1, 0});
  for (nn::MultiHeadAttention* attention : {&layer, &plain})
    check_gradients(*attention, {numbers.tensor({3, 2, 4}), numbers.tensor({3, 3, 4}), numbers.tensor({3, 3, 4})},
                    [&](const std::vector<Variable>& in) { return (*attention)(in[0], in[1], in[2], lengths); });
  CHECK(plain.parameters().size() == 2);
}

TEST_CASE("multi-head attention respects lengths") {
  Numbers numbers(4);
  nn::MultiHeadAttention layer(nn::root, 6, 3);
  Tensor x = numbers.tensor({3, 4, 6}, DType::f32);
  auto [context, weights] = layer.attend(x, x, x, tensor(std::vector<std::int64_t>{4, 2, 0}));
  CHECK(weights.shape() == Shape{3, 3, 4, 4});
  for (std::int64_t head = 0; head < 3; ++head) {
    CHECK(weights.tensor().at({1, head, 0, 2}) == 0);
    CHECK(weights.tensor().at({2, head, 3, 0}) == 0);
  }
  Tensor bias = expand(layer.out_proj.bias.tensor(), {4, 6});
  CHECK(equal_bits(contiguous(select(context.tensor(), 0, 2)), contiguous(bias)));
}

TEST_CASE("a row's multi-head attention does not depend on padding, batch or threads") {
  nn::MultiHeadAttention layer(nn::root, 24, 4);
  // Each row has one query, its first position, so that no query is in the padding.
  check_rows(24, [&](const Tensor& x, const Tensor& lengths) { return layer(slice(x, 1, 0, 1), x, x, lengths).tensor(); });
}

TEST_CASE("multi-head attention: errors name mismatched shapes") {
  CHECK_THROWS_WITH_AS(nn::MultiHeadAttention(nn::root, 6, 4), doctest::Contains("multi-head attention: 4 heads do not divide 6"),
                       ValueError);
  nn::MultiHeadAttention layer(nn::root, 6, 2);
  Tensor x = zeros({2, 3, 6});
  CHECK_THROWS_AS(layer(zeros({2, 6}), x, x), ShapeError);
  CHECK_THROWS_AS(layer(x, x, zeros({2, 2, 6})), ShapeError);
  CHECK_THROWS_AS(layer(zeros({2, 3, 5}), x, x), ShapeError);
  CHECK_THROWS_AS(layer(x, x, x, tensor(std::vector<std::int64_t>{4, 1})), IndexError);
}

TEST_CASE("multi-head attention is initialised as in PyTorch and Keras") {
  // In torch.nn.MultiheadAttention(64, 4), in_proj_weight is Xavier-uniform as one matrix [192, 64], out_proj.weight is
  // initialised as in Linear, both biases are 0.
  nn::MultiHeadAttention layer(nn::root, 64, 4);
  auto largest = [](const Tensor& x) { return max_difference(x, zeros(x.shape())); };
  const double linear = 1 / std::sqrt(64.0), joint = std::sqrt(6.0 / (64 + 192)), own = std::sqrt(6.0 / (64 + 64));
  auto starts_at = [&](double in_proj, double out_proj) {
    CHECK(largest(layer.in_proj_weight.tensor()) <= in_proj);
    CHECK(largest(layer.in_proj_weight.tensor()) > 0.99 * in_proj);
    CHECK(largest(layer.out_proj.weight.tensor()) <= out_proj);
    CHECK(largest(layer.out_proj.weight.tensor()) > 0.99 * out_proj);
    CHECK(largest(layer.in_proj_bias.tensor()) == 0);
    CHECK(largest(layer.out_proj.bias.tensor()) == 0);
  };
  starts_at(joint, linear);
  Generator generator{1};
  nn::initialize(layer, nn::init::keras(), generator);
  starts_at(own, own);
  nn::initialize(layer, nn::init::pytorch(), generator);
  starts_at(joint, linear);
}

TEST_CASE("multi-head attention with fewer heads of keys is one whose heads share their keys") {
  Numbers numbers(6);
  const Tensor x = numbers.tensor({2, 5, 12});
  nn::MultiHeadAttention grouped(nn::root, 12, 6, {.key_heads = 2}), full(nn::root, 12, 6);
  grouped.to(DType::f64), full.to(DType::f64);
  CHECK(grouped.in_proj_weight.shape() == Shape{12 + 2 * 4, 12});
  // Key head h serves the heads 3 h to 3 h + 2.
  const auto repeated = [](const Tensor& rows, std::int64_t from) {
    const Shape each{2, 1, 2, rows.dims() > 1 ? rows.size(1) : 1}, all{2, 3, 2, each[3]};
    Shape shape = rows.shape();
    shape[0] = 12;
    return reshape(expand(reshape(slice(rows, 0, from, from + 4), each), all), shape);
  };
  const auto whole = [&](const Tensor& rows) {
    return concat({slice(rows, 0, 0, 12), repeated(rows, 12), repeated(rows, 16)}, 0);
  };
  copy_to(grouped.in_proj_bias.tensor(), numbers.tensor({20}));
  copy_to(full.in_proj_weight.tensor(), whole(grouped.in_proj_weight.tensor()));
  copy_to(full.in_proj_bias.tensor(), whole(grouped.in_proj_bias.tensor()));
  copy_to(full.out_proj.weight.tensor(), grouped.out_proj.weight.tensor());
  for (const AttentionMask& mask : {AttentionMask{}, AttentionMask{.causal = true}}) {
    CHECK(all_close(grouped(x, x, x, mask).tensor(), full(x, x, x, mask).tensor(), 1e-13, 1e-14));
    const nn::Attended a = grouped.attend(x, x, x, mask), b = full.attend(x, x, x, mask);
    CHECK(a.weights.shape() == Shape{2, 6, 5, 5});
    CHECK(all_close(a.weights.tensor(), b.weights.tensor(), 1e-13, 1e-14));
    CHECK(all_close(a.context.tensor(), grouped(x, x, x, mask).tensor(), 1e-13, 1e-14));
  }
  check_gradients(grouped, {x}, [&](const std::vector<Variable>& in) { return grouped(in[0], in[0], in[0], {.causal = true}); });
}

TEST_CASE("multi-head attention to a prepared memory has the bits of attention to its keys") {
  Numbers numbers(7);
  const Tensor query = numbers.tensor({2, 3, 8}, DType::f32), key = numbers.tensor({2, 5, 6}, DType::f32),
               value = numbers.tensor({2, 5, 4}, DType::f32), lengths = tensor(std::vector<std::int64_t>{5, 2});
  const nn::MultiHeadAttention layer(nn::root, 8, 4, {.key_dim = 6, .value_dim = 4});
  const nn::HeadMemory memory = layer.prepare(key, value, lengths);
  CHECK(memory.time() == 5);
  CHECK(equal_bits(layer(query, memory).tensor(), layer(query, key, value, lengths).tensor()));
  const Tensor mask = tensor(std::vector<std::uint8_t>{1, 0, 1, 1, 1}) != 0;
  CHECK(equal_bits(layer.attend(query, memory, {.mask = mask}).weights.tensor(),
                   layer.attend(query, key, value, {.lengths = lengths, .mask = mask}).weights.tensor()));
  CHECK(nn::HeadMemory().time() == 0);
}
