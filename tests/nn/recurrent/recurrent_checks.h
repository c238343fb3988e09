// What holds for every recurrent layer.
#pragma once

#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/check/gradcheck.h>
#include <weft/nn/module/init.h>
#include <weft/nn/recurrent/rnn.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/product/matmul.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

namespace recurrent_checks {

using namespace weft;

inline Tensor lengths_of(std::initializer_list<std::int64_t> lengths) { return tensor(std::vector<std::int64_t>(lengths)); }

inline std::vector<Variable> defined(std::initializer_list<Variable> all) {
  std::vector<Variable> kept;
  std::copy_if(all.begin(), all.end(), std::back_inserter(kept), [](const Variable& v) { return v.defined(); });
  return kept;
}

inline std::vector<Variable> parts(const RecurrentResult& result) {
  return defined({result.output, result.state.hidden, result.state.cell});
}

inline RecurrentState random_state(nn::Recurrent& layer, std::int64_t batch, Generator& generator, DType dtype = DType::f32) {
  RecurrentState zero = layer.zero_state(batch);
  auto draw = [&](const Variable& v) { return v.defined() ? Variable(normal(v.shape(), 0, 0.5, dtype, generator)) : Variable(); };
  return {draw(zero.hidden), draw(zero.cell)};
}

// Output and state of one row of a batch.
inline std::vector<Tensor> row_of(const RecurrentResult& result, std::int64_t row, std::int64_t time) {
  std::vector<Tensor> all{slice(select(result.output.tensor(), 0, row), 0, 0, time)};
  for (const Variable& state : defined({result.state.hidden, result.state.cell})) all.push_back(select(state.tensor(), 1, row));
  return all;
}

inline bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!equal_bits(contiguous(a[i]), contiguous(b[i]))) return false;
  return true;
}

// Gradients by input, initial state and every parameter, in f64, with two layers, two directions and lengths from 0 to all.
inline void check_gradients(RecurrentCell cell, bool layer_norm = false) {
  Generator generator{7};
  nn::Recurrent layer(nn::root, cell,
                      {.input_size = 3, .hidden_size = 4, .num_layers = 2, .bidirectional = true, .layer_norm = layer_norm});
  nn::initialize(layer, nn::init::pytorch(), generator);
  layer.to(DType::f64);
  Tensor lengths = lengths_of({3, 0, 5, 1});
  std::vector<Variable> leaves{leaf(normal({4, 5, 3}, 0, 1, DType::f64, generator))};
  RecurrentState state = random_state(layer, 4, generator, DType::f64);
  for (const Variable& each : defined({state.hidden, state.cell})) leaves.push_back(leaf(each.tensor()));
  RecurrentState initial{leaves[1], leaves.size() > 2 ? leaves[2] : Variable()};
  std::vector<Tensor> weigh;
  for (const Variable& each : parts(layer(leaves[0], lengths, initial)))
    weigh.push_back(normal(each.shape(), 0, 1, DType::f64, generator));
  std::size_t inputs = leaves.size();
  for (nn::Parameter* parameter : layer.parameters()) leaves.push_back(parameter->variable());
  CHECK(leaves.size() == inputs + (!layer_norm ? 16 : cell == RecurrentCell::lstm ? 32 : 24));
  auto loss = [&] {
    std::vector<Variable> all = parts(layer(leaves[0], lengths, initial));
    Variable total = sum(all[0] * weigh[0]);
    for (std::size_t i = 1; i < all.size(); ++i) total = total + sum(all[i] * weigh[i]);
    return total;
  };
  CHECK(gradcheck(loss, leaves));
}

// Step by step: the same bits as the whole sequence.
inline void check_step(RecurrentCell cell, DType dtype, bool layer_norm = false) {
  Generator generator{8};
  nn::Recurrent layer(nn::root, cell, {.input_size = 5, .hidden_size = 19, .num_layers = 2, .layer_norm = layer_norm});
  nn::initialize(layer, nn::init::pytorch(), generator);
  layer.to(dtype);
  Tensor x = normal({3, 6, 5}, 0, 1, dtype, generator);
  RecurrentState state = random_state(layer, 3, generator, dtype);
  RecurrentResult whole = layer(x, {}, state);
  for (std::int64_t t = 0; t < 6; ++t) {
    RecurrentResult one = layer.step(select(x, 1, t), state);
    if (dtype == DType::f32)
      CHECK(equal_bits(one.output.tensor(), contiguous(select(whole.output.tensor(), 1, t))));
    else
      CHECK(max_difference(one.output.tensor(), select(whole.output.tensor(), 1, t)) < 1e-14);
    state = one.state;
  }
  if (dtype == DType::f32) {
    CHECK(equal_bits(state.hidden.tensor(), whole.state.hidden.tensor()));
    if (state.cell.defined()) CHECK(equal_bits(state.cell.tensor(), whole.state.cell.tensor()));
  }
}

// A row yields the same bits alone, in any batch, and whatever stands in its padding; after its end are zeros.
inline void check_rows(RecurrentCell cell, bool layer_norm = false) {
  Generator generator{9};
  nn::Recurrent layer(nn::root, cell,
                      {.input_size = 7, .hidden_size = 21, .num_layers = 2, .bidirectional = true, .layer_norm = layer_norm});
  nn::initialize(layer, nn::init::pytorch(), generator);
  std::vector<std::int64_t> lengths{4, 9, 0, 1, 9, 6, 2};
  const std::int64_t batch = std::ssize(lengths), time = 9;
  Tensor x = normal({batch, time, 7}, 0, 1, DType::f32, generator);
  RecurrentState state = random_state(layer, batch, generator);
  RecurrentResult whole = layer(x, tensor(lengths), state);
  Tensor noisy = clone(x);
  for (std::int64_t i = 0; i < batch; ++i) {
    std::int64_t length = lengths[static_cast<std::size_t>(i)];
    Tensor padding = slice(select(noisy, 0, i), 0, length);
    fill(padding, std::numeric_limits<double>::quiet_NaN());
  }
  RecurrentResult other = layer(noisy, tensor(lengths), state);
  for (std::int64_t i = 0; i < batch; ++i) {
    CAPTURE(i);
    std::int64_t length = lengths[static_cast<std::size_t>(i)];
    auto alone_state = [&](const Variable& v) { return v.defined() ? slice(v, 1, i, i + 1) : v; };
    RecurrentState initial{alone_state(state.hidden), alone_state(state.cell)};
    RecurrentResult alone = layer(slice(slice(x, 0, i, i + 1), 1, 0, length), {}, initial);
    CHECK(same(row_of(whole, i, length), row_of(alone, 0, length)));
    CHECK(same(row_of(whole, i, time), row_of(other, i, time)));
    Tensor after = slice(select(whole.output.tensor(), 0, i), 0, length);
    CHECK(equal_bits(contiguous(after), zeros(after.shape())));
    if (length == 0) CHECK(equal_bits(alone.state.hidden.tensor(), contiguous(initial.hidden.tensor())));
  }
}

// Values and gradients of a call.
struct Run {
  std::vector<Tensor> values, gradients;
};

// Gradients by input, initial state and all parameters.
template <class Sequence>
Run run(nn::Recurrent& layer, const Tensor& x, const RecurrentState& state, const Tensor& lengths, const Sequence& sequence) {
  std::vector<Variable> leaves{leaf(x)};
  for (const Variable& each : defined({state.hidden, state.cell})) leaves.push_back(leaf(each.tensor()));
  RecurrentState initial{leaves[1], leaves.size() > 2 ? leaves[2] : Variable()};
  for (nn::Parameter* parameter : layer.parameters()) leaves.push_back(parameter->variable());
  std::vector<Variable> results = parts(sequence(leaves[0], lengths, initial)), seeds;
  Generator generator{11};
  Run all;
  for (const Variable& result : results) {
    seeds.push_back(Variable(normal(result.shape(), 0, 1, result.dtype(), generator)));
    all.values.push_back(result.tensor());
  }
  for (const Variable& each : grad(results, leaves, {}, seeds)) all.gradients.push_back(each.tensor());
  return all;
}

// What stands in the padding reaches no gradient; sequences without a step, and batches without a row, work.
inline void check_padding(RecurrentCell cell) {
  Generator generator{14};
  nn::Recurrent layer(nn::root, cell, {.input_size = 4, .hidden_size = 5, .num_layers = 2, .bidirectional = true});
  nn::initialize(layer, nn::init::pytorch(), generator);
  Tensor x = normal({3, 4, 4}, 0, 1, DType::f32, generator), noisy = clone(x);
  Tensor padding = slice(select(noisy, 0, 1), 0, 2);
  fill(padding, std::numeric_limits<double>::infinity());
  RecurrentState state = random_state(layer, 3, generator);
  Tensor lengths = lengths_of({4, 2, 3});
  Run clean = run(layer, x, state, lengths, layer), other = run(layer, noisy, state, lengths, layer);
  CHECK(same(clean.gradients, other.gradients));
  Tensor after = slice(select(clean.gradients[0], 0, 1), 0, 2);
  CHECK(equal_bits(contiguous(after), zeros(after.shape())));

  Run no_steps = run(layer, zeros({3, 0, 4}), state, {}, layer);
  CHECK(no_steps.values[0].shape() == Shape{3, 0, 10});
  CHECK(equal_bits(no_steps.values[1], state.hidden.tensor()));
  for (std::size_t i = no_steps.gradients.size() - 16; i < no_steps.gradients.size(); ++i)
    CHECK(equal_bits(no_steps.gradients[i], zeros(no_steps.gradients[i].shape())));
  CHECK(layer(zeros({0, 4, 4})).output.shape() == Shape{0, 4, 10});
}

// Thread counts change no bit of values and gradients.
inline void check_threads(RecurrentCell cell, bool layer_norm = false) {
  Generator generator{10};
  nn::Recurrent layer(nn::root, cell,
                      {.input_size = 40, .hidden_size = 96, .num_layers = 2, .bidirectional = true, .layer_norm = layer_norm});
  nn::initialize(layer, nn::init::pytorch(), generator);
  Tensor x = normal({17, 6, 40}, 0, 1, DType::f32, generator);
  RecurrentState state = random_state(layer, 17, generator);
  Tensor lengths = lengths_of({6, 3, 1, 0, 6, 5, 2, 4, 6, 6, 6, 6, 3, 3, 1, 2, 6});
  auto with = [&](int count) {
    set_threads(count);
    return run(layer, x, state, lengths, layer);
  };
  Run one = with(1), two = with(2);
  set_threads(1);
  CHECK(same(one.values, two.values));
  CHECK(same(one.gradients, two.gradients));
}

// The kernels against the definition in plain ops: the same values bit for bit, gradients within rounding, and gradients of
// gradients.
inline void check_definition(RecurrentCell cell) {
  Generator generator{12};
  nn::Recurrent layer(nn::root, cell, {.input_size = 6, .hidden_size = 18});
  nn::initialize(layer, nn::init::pytorch(), generator);
  Tensor x = normal({5, 7, 6}, 0, 1, DType::f32, generator);
  RecurrentState state = random_state(layer, 5, generator);
  auto flat = [](const Variable& v) { return v.defined() ? select(v, 0, 0) : v; };
  const Tensor hidden_mask = bernoulli({5, 18}, 0.6, DType::f32, generator) * 1.25;
  for (const Tensor& lengths : {Tensor(), lengths_of({7, 2, 0, 7, 4}), lengths_of({0, 0, 0, 0, 0})})
    for (auto [reverse, mask] : {std::pair{false, Tensor()}, {true, Tensor()}, {false, hidden_mask}, {true, hidden_mask}}) {
      bool backwards = reverse, masked = mask.defined();
      CAPTURE(backwards);
      CAPTURE(masked);
      auto with = [&, mask = mask](auto function) {
        return [=, &layer](const Variable& in, const Tensor& rows, const RecurrentState& initial) {
          RecurrentWeights weights = layer.layer(0).weights();
          weights.hidden_mask = mask;
          return function(cell, in, weights, {flat(initial.hidden), flat(initial.cell)}, rows, backwards, Where::here());
        };
      };
      Run fused = run(layer, x, state, lengths, with(recurrent_sequence));
      Run plain = run(layer, x, state, lengths, with(recurrent_steps));
      CHECK(same(fused.values, plain.values));
      REQUIRE(fused.gradients.size() == plain.gradients.size());
      for (std::size_t i = 0; i < fused.gradients.size(); ++i) {
        CAPTURE(i);
        CHECK(all_close(fused.gradients[i], plain.gradients[i], 1e-5, 2e-6));
      }
    }
}

// Variational dropout: masked inputs of layers and masked hidden states, the same at all steps, written out.
inline void check_variational(RecurrentCell cell) {
  Generator generator{14};
  nn::Recurrent layer(nn::root, cell, {.input_size = 4, .hidden_size = 17, .num_layers = 2, .dropout = 0.5, .variational = true});
  Tensor x = normal({3, 6, 4}, 0, 1, DType::f32, generator), lengths = lengths_of({6, 2, 4});
  CHECK(layer.draw_masks(3).hidden.empty());
  layer.train();
  Generator* stream = nn::generators(layer)[0];
  const Generator start = *stream;
  nn::RecurrentMasks masks = layer.draw_masks(3);
  REQUIRE(masks.input.size() == 1);
  REQUIRE(masks.hidden.size() == 2);
  CHECK_THROWS_AS(layer(x, lengths, {}, {.input = {masks.input[0], masks.input[0]}, .hidden = masks.hidden}), ValueError);
  nn::Recurrent plain(nn::root, cell, {.input_size = 4, .hidden_size = 17, .num_layers = 2, .dropout = 0.5});
  CHECK_THROWS_WITH_AS(plain(x, lengths, {}, masks), doctest::Contains("masks are for variational dropout"), ValueError);
  *stream = start;
  RecurrentResult whole = layer(x, lengths);
  auto equal = [](const RecurrentResult& a, const RecurrentResult& b) {
    return equal_bits(a.output.tensor(), b.output.tensor()) && equal_bits(a.state.hidden.tensor(), b.state.hidden.tensor());
  };
  CHECK(equal(whole, layer(x, lengths, {}, masks)));
  CHECK_FALSE(equal(whole, layer(x, lengths)));

  RecurrentWeights below = layer.layer(0).weights(), above = layer.layer(1).weights();
  below.hidden_mask = masks.hidden[0], above.hidden_mask = masks.hidden[1];
  Variable between = recurrent_steps(cell, x, below, {}, lengths).output * unsqueeze(masks.input[0], 1);
  CHECK(equal_bits(whole.output.tensor(), recurrent_steps(cell, between, above, {}, lengths).output.tensor()));

  RecurrentState state = layer.zero_state(3);
  for (std::int64_t t = 0; t < 6; ++t) {
    RecurrentResult one = layer.step(select(x, 1, t), state, masks);
    CHECK(
        equal_bits(contiguous(select(one.output.tensor(), 0, 0)), contiguous(select(select(whole.output.tensor(), 0, 0), 0, t))));
    state = one.state;
  }
  CHECK_THROWS_WITH_AS(layer.step(select(x, 1, 0), state), doctest::Contains("share the masks of draw_masks()"), ValueError);
  masks.hidden.pop_back();
  CHECK_THROWS_AS(layer(x, lengths, {}, masks), ValueError);
}

// Layers above the first add their input.
inline void check_residual(RecurrentCell cell) {
  Generator generator{15};
  nn::Recurrent layer(nn::root, cell, {.input_size = 4, .hidden_size = 9, .num_layers = 3, .residual = true});
  Tensor x = normal({3, 6, 4}, 0, 1, DType::f32, generator), lengths = lengths_of({6, 0, 4});
  RecurrentResult whole = layer(x, lengths);
  Variable output = recurrent_steps(cell, x, layer.layer(0).weights(), {}, lengths).output;
  for (int i : {1, 2}) output = recurrent_steps(cell, output, layer.layer(i).weights(), {}, lengths).output + output;
  CHECK(equal_bits(whole.output.tensor(), output.tensor()));
  RecurrentState state = layer.zero_state(3);
  for (std::int64_t t = 0; t < 6; ++t) {
    RecurrentResult one = layer.step(select(x, 1, t), state);
    CHECK(
        equal_bits(contiguous(select(one.output.tensor(), 0, 0)), contiguous(select(select(whole.output.tensor(), 0, 0), 0, t))));
    state = one.state;
  }
}

// The gradient of |gradient|^2 through the kernels' rule and through the definition.
inline void check_second_order(RecurrentCell cell) {
  Generator generator{13};
  nn::Recurrent layer(nn::root, cell, {.input_size = 3, .hidden_size = 5});
  nn::initialize(layer, nn::init::pytorch(), generator);
  Variable x = leaf(normal({2, 4, 3}, 0, 1, DType::f32, generator));
  std::vector<Variable> leaves{x};
  for (nn::Parameter* parameter : layer.parameters()) leaves.push_back(parameter->variable());
  auto second = [&](auto function) {
    RecurrentResult result = function(cell, x, layer.layer(0).weights(), {}, lengths_of({4, 2}), false, Where::here());
    Variable loss = sum(result.output * result.output) + sum(result.state.hidden);
    Variable penalty;
    for (const Variable& slope : grad({loss}, leaves, {.create_graph = true}))
      penalty = penalty.defined() ? penalty + sum(slope * slope) : sum(slope * slope);
    return grad({penalty}, leaves);
  };
  std::vector<Variable> fused = second(recurrent_sequence), plain = second(recurrent_steps);
  for (std::size_t i = 0; i < leaves.size(); ++i) CHECK(all_close(fused[i].tensor(), plain[i].tensor(), 1e-4, 1e-5));
  leaves.clear();
  fused.clear();
  plain.clear();
}

}  // namespace recurrent_checks
