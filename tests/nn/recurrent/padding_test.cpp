// Values after the lengths, whatever they are, do not affect any result or any gradient of any order.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/fused/detail/attention.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/autograd/indexing/join.h>
#include <weft/autograd/indexing/padding.h>
#include <weft/nn/attention/additive_attention.h>
#include <weft/nn/attention/attention.h>
#include <weft/nn/attention/attention_pooling.h>
#include <weft/nn/attention/multi_head_attention.h>
#include <weft/nn/recurrent/rnn.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/reduction/lengths.h>

#include <doctest/doctest.h>

#include <limits>

#include "tests/numbers.h"

using namespace weft;

namespace {

using Call = std::function<Variable(const Variable& x, const Tensor& lengths)>;

Tensor lengths_of(std::initializer_list<std::int64_t> lengths) { return tensor(std::vector<std::int64_t>(lengths)); }

// NaN, the infinities, and numbers whose products overflow.
std::vector<double> spoilers(DType dtype) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double largest = dtype == DType::f32 ? std::numeric_limits<float>::max() : std::numeric_limits<double>::max();
  return {std::numeric_limits<double>::quiet_NaN(), infinity, -infinity, largest, -0.9 * largest};
}

Tensor spoiled(const Tensor& x, const Tensor& lengths, double value) {
  return where(length_mask_along(lengths, x.shape(), 1), x, full({}, value, x.dtype()));
}

// Returns whether the numbers are the same; zeros may differ in sign.
bool same_numbers(const Tensor& a, const Tensor& b) { return equal_bits(contiguous(a + 0.0), contiguous(b + 0.0)); }

// Returns a loss, its gradients for `leaves` taken with and without create_graph, and the gradients of the squares of those
// gradients.
std::vector<Tensor> all_orders(const Variable& loss, const std::vector<Variable>& leaves) {
  std::vector<Tensor> found{loss.tensor()};
  const auto append = [&](const std::vector<Variable>& gradients) {
    for (const Variable& g : gradients) found.push_back(g.defined() ? g.tensor() : zeros({}));
  };
  append(grad({loss}, leaves, {.retain_graph = true}));
  const std::vector<Variable> slopes = grad({loss}, leaves, {.create_graph = true});
  append(slopes);
  Variable again;
  for (const Variable& slope : slopes)
    if (slope.defined() && slope.requires_grad()) again = again.defined() ? again + sum(square(slope)) : sum(square(slope));
  if (again.defined()) append(grad({again}, leaves));
  return found;
}

void check_same(const std::vector<Tensor>& found, const std::vector<Tensor>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CAPTURE(i);
    CHECK(same_numbers(found[i], expected[i]));
  }
}

// call(x, lengths) is [batch, ...] and depends on everything in x within the lengths.
void check_padding(nn::Module* layer, const Shape& shape, const Tensor& lengths, const Call& call) {
  for (DType dtype : {DType::f32, DType::f64}) {
    CAPTURE(dtype);
    if (layer) layer->to(dtype);
    const Tensor clean = Numbers(5).tensor(shape, dtype);
    const auto run = [&](const Tensor& in) {
      const Variable x = leaf(in);
      std::vector<Variable> leaves{x};
      if (layer)
        for (nn::Parameter* parameter : layer->parameters()) leaves.push_back(parameter->variable());
      return all_orders(sum(square(call(x, lengths))), leaves);
    };
    const std::vector<Tensor> expected = run(clean);
    CHECK(is_finite(expected[0]));
    for (double value : spoilers(dtype)) {
      CAPTURE(value);
      check_same(run(spoiled(clean, lengths, value)), expected);
    }
  }
}

const Tensor kLengths = lengths_of({5, 2, 0, 3});
const Shape kShape{4, 5, 6};

// Rows after the lengths have arbitrary values, so that the loss does not include them.
Variable own_part(const Variable& y, const Tensor& lengths) { return where(length_mask_along(lengths, y.shape(), 1), y, 0.0); }

template <class Layer>
void check_attention(Layer& layer) {
  check_padding(&layer, kShape, kLengths, [&](const Variable& x, const Tensor& n) { return own_part(layer(x, x, x, n), n); });
  check_padding(&layer, kShape, kLengths,
                [&](const Variable& x, const Tensor& n) { return own_part(layer.attend(x, x, x, n).context, n); });
  const Variable query(Numbers(8).tensor({4, 3, 6}));
  const auto asked = [&](const Variable& x) { return Variable(cast(query.tensor(), x.dtype())); };
  check_padding(&layer, kShape, kLengths, [&](const Variable& x, const Tensor& n) { return layer(asked(x), x, x * 2, n); });
  check_padding(&layer, kShape, kLengths,
                [&](const Variable& x, const Tensor& n) { return layer.attend(asked(x), x, x * 2, n).context; });
}

template <class Layer>
void check_scored_attention(Layer& layer) {
  check_attention(layer);
  check_padding(&layer, kShape, kLengths,
                [&](const Variable& x, const Tensor& n) { return layer.attend_mean(x, x, x, n, n).context; });
  check_padding(&layer, kShape, kLengths, [&](const Variable& x, const Tensor& n) {
    return layer.attend(Variable(ones({4, 6}, x.dtype())), layer.prepare(x, n)).context;
  });
}

void check_recurrent(RecurrentCell cell, nn::RecurrentOptions options) {
  options.input_size = 6;
  options.hidden_size = 5;
  nn::Recurrent layer(nn::root, cell, options);
  check_padding(&layer, kShape, kLengths, [&](const Variable& x, const Tensor& n) {
    const RecurrentResult result = layer(x, n);
    return concat({reshape(result.output, {-1}), reshape(result.state.hidden, {-1})});
  });
}

}  // namespace

TEST_CASE("padding has no effect on recurrent layers") {
  for (RecurrentCell cell : {RecurrentCell::rnn, RecurrentCell::lstm, RecurrentCell::gru}) {
    check_recurrent(cell, {});
    check_recurrent(cell, {.num_layers = 2, .bidirectional = true, .residual = true});
    if (cell != RecurrentCell::rnn) check_recurrent(cell, {.bidirectional = true, .layer_norm = true});
  }
}

TEST_CASE("padding: the initial state and the hidden mask of an empty sequence do not affect gradients") {
  for (DType dtype : {DType::f32, DType::f64})
    for (RecurrentCell cell : {RecurrentCell::rnn, RecurrentCell::lstm, RecurrentCell::gru}) {
      nn::Recurrent layer(nn::root, cell, {.input_size = 6, .hidden_size = 5});
      layer.to(dtype);
      const Tensor x = Numbers(5).tensor(kShape, dtype), state = Numbers(6).tensor({4, 5}, dtype);
      const Tensor mask = Numbers(7).tensor({4, 5}, dtype);
      const auto run = [&](double value) {
        const Tensor has_step = unsqueeze(kLengths > 0, -1), empty = full({}, value, dtype);
        const Tensor own = where(has_step, state, empty);
        RecurrentWeights weights = layer.layer(0).weights();
        weights.hidden_mask = where(has_step, mask, empty);
        const Variable hidden = leaf(own), input = leaf(x);
        const RecurrentResult result = recurrent_sequence(
            cell, input, weights, {hidden, cell == RecurrentCell::lstm ? Variable(own) : Variable()}, kLengths);
        CHECK(same_numbers(select(result.state.hidden.tensor(), 0, 2), select(own, 0, 2)));  // it is the final state, unchanged
        std::vector<Variable> leaves{input, hidden};
        for (nn::Parameter* parameter : layer.parameters()) leaves.push_back(parameter->variable());
        return all_orders(sum(square(result.output)) + sum(where(has_step, result.state.hidden, 0.0)), leaves);
      };
      const std::vector<Tensor> expected = run(0.5);
      for (double value : spoilers(dtype)) {
        CAPTURE(value);
        check_same(run(value), expected);
      }
    }
}

TEST_CASE("padding has no effect on attention") {
  nn::Attention dot(nn::root), scaled(nn::root, {.scaled = true});
  nn::GeneralAttention general(nn::root, 6, 6);
  nn::AdditiveAttention additive(nn::root, 6, 6, 4);
  nn::KerasAdditiveAttention keras(nn::root, 6);
  nn::MultiHeadAttention heads(nn::root, 6, 2);
  check_scored_attention(dot);
  check_scored_attention(scaled);
  check_scored_attention(general);
  check_scored_attention(additive);
  check_scored_attention(keras);
  check_attention(heads);
}

TEST_CASE("padding has no effect on attention in tiles") {
  const Tensor lengths = lengths_of({300, 123});
  check_padding(nullptr, {2, 300, 4}, lengths,
                [](const Variable& x, const Tensor& n) { return own_part(dot_product_attention(x, x, x, {.lengths = n}), n); });
  const Tensor query = Numbers(3).tensor({2, 300, 4});
  check_padding(nullptr, {2, 300, 4}, lengths, [&](const Variable& x, const Tensor& n) {
    return dot_product_attention(Variable(cast(query, x.dtype())), x, x * 0.5, {.lengths = n});
  });
}

TEST_CASE("padding has no effect on pooling, mean and softmax") {
  nn::AttentionPooling pooling(nn::root, 6, 4);
  fill(pooling.v.tensor(), 0.3);
  check_padding(&pooling, kShape, kLengths, [&](const Variable& x, const Tensor& n) { return pooling(x, n); });
  check_padding(nullptr, kShape, kLengths, [](const Variable& x, const Tensor& n) { return mean(x, n); });
  check_padding(nullptr, {4, 5}, kLengths, [](const Variable& x, const Tensor& n) { return softmax(x, n); });
  check_padding(nullptr, {4, 5}, kLengths, [](const Variable& x, const Tensor& n) { return softmax(x, length_mask(n, 5)); });
  check_padding(nullptr, {4, 5}, kLengths, [](const Variable& x, const Tensor& n) { return own_part(log_softmax(x, n), n); });
  check_padding(nullptr, {4, 5}, kLengths,
                [](const Variable& x, const Tensor& n) { return own_part(log_softmax(x, length_mask(n, 5)), n); });
}

TEST_CASE("padding: gradients of results after the lengths have no effect either") {
  for (DType dtype : {DType::f32, DType::f64})
    for (double value : spoilers(dtype)) {
      CAPTURE(value);
      const Tensor x = Numbers(5).tensor({4, 5}, dtype), seed = Numbers(6).tensor({4, 5}, dtype);
      const Tensor bad = spoiled(seed, kLengths, value);
      nn::LSTM lstm(nn::root, {.input_size = 6, .hidden_size = 5});
      lstm.to(dtype);
      const Tensor sequence = Numbers(5).tensor(kShape, dtype), given = Numbers(6).tensor(kShape, dtype);
      for (bool create_graph : {false, true}) {
        const auto slope = [&](const Tensor& in, const auto& function, const Tensor& from) {
          const Variable v = leaf(in);
          return grad({function(v)}, {v}, {.create_graph = create_graph}, {from})[0].tensor();
        };
        const auto soft = [&](const Variable& v) { return softmax(v, kLengths); };
        const auto masked = [&](const Variable& v) { return softmax(v, length_mask(kLengths, 5)); };
        const auto logarithm = [&](const Variable& v) { return log_softmax(v, kLengths); };
        CHECK(same_numbers(slope(x, soft, bad), slope(x, soft, seed)));
        CHECK(same_numbers(slope(x, masked, bad), slope(x, masked, seed)));
        CHECK(same_numbers(slope(x, logarithm, bad), slope(x, logarithm, seed)));
        const auto outputs = [&](const Variable& v) { return lstm(v, kLengths).output; };
        const Tensor part = slice(given, 2, 0, 5);
        CHECK(same_numbers(slope(sequence, outputs, spoiled(part, kLengths, value)), slope(sequence, outputs, part)));
      }
    }
}

TEST_CASE("harmless_ids: known ids are kept, and unknown ids after the lengths become 0") {
  const Tensor lengths = lengths_of({1, 2});
  for (DType dtype : {DType::i64, DType::i32}) {
    const Tensor ids = tensor({{1, 2, 3}, {4, 5, 6}}, dtype), one_out = tensor({{1, 7, -1}, {4, 5, 6}}, dtype);
    CHECK(harmless_ids(ids, lengths, 7).storage() == ids.storage());
    CHECK(harmless_ids(one_out, Tensor(), 7).storage() == one_out.storage());
    const Tensor clean = tensor({{1, 0, 0}, {4, 5, 0}}, DType::i64);
    CHECK(equal_bits(harmless_ids(one_out, lengths, 7), clean));
    CHECK(equal_bits(harmless_ids(contiguous(transpose(one_out)), lengths_of({0, 0, 0}), 7), zeros({3, 2}, DType::i64)));
    CHECK(equal_bits(harmless_ids(transpose(contiguous(transpose(one_out))), lengths, 7), clean));
    CHECK(harmless_ids(one_out, lengths, 5).at({1, 1}) == 5);  // within the length an invalid id is kept
    CHECK_THROWS_AS(harmless_ids(one_out, lengths_of({1, 4}), 7), IndexError);
    CHECK(equal_bits(one_out, tensor({{1, 7, -1}, {4, 5, 6}}, dtype)));
  }
}

TEST_CASE("harmless_padding: small numbers are kept, and the rest becomes zero") {
  const Tensor lengths = lengths_of({1, 2});
  const Tensor x = tensor({{1, 2, 3}, {4, 5, 6}}, DType::f32);
  CHECK(harmless_padding(x, lengths).storage() == x.storage());
  CHECK(harmless_padding(x, Tensor()).storage() == x.storage());
  Tensor bad = clone(x);
  bad.set({1, 2}, std::numeric_limits<double>::quiet_NaN());
  CHECK(equal_bits(harmless_padding(bad, lengths), tensor({{1, 0, 0}, {4, 5, 0}}, DType::f32)));
  CHECK(equal_bits(contiguous(transpose(harmless_padding(unsqueeze(bad, 1), lengths, -1), 1, 2)),
                   tensor({{{1}, {0}, {0}}, {{4}, {5}, {0}}}, DType::f32)));
  bad.set({1, 2}, 1e30);
  CHECK(harmless_padding(bad, lengths).at({1, 2}) == 0);
  CHECK(harmless_padding(cast(bad, DType::f64), lengths).at({1, 2}) == bad.at({1, 2}));  // far from the bounds of f64
  bad.set({1, 2}, 6);
  bad.set({1, 1}, std::numeric_limits<double>::infinity());  // within the length
  CHECK(harmless_padding(bad, lengths).storage() == bad.storage());
  CHECK_THROWS_WITH_AS(harmless_padding(x, lengths_of({1, 4})), doctest::Contains("harmless_padding: length 4"), IndexError);
  CHECK_THROWS_WITH_AS(harmless_padding(x, lengths_of({1, 4}), 1, {"a.cpp", 1}, "pooling"),
                       "pooling: length 4 of example 1 is outside 0..3, at a.cpp:1", IndexError);
  CHECK_THROWS_WITH_AS(harmless_padding(x, lengths_of({1, 2}), 0), doctest::Contains("harmless_padding: takes [batch, "),
                       ShapeError);
}
