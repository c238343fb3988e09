// Checks that every recurrent layer must pass, with or without normalised gates.
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

// Returns the output and the state of one row of a batch.
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

// Checks gradients for the input, the initial state and every parameter in f64, with two layers, two directions and all lengths.
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

// Checks that single steps give the same bits as the whole sequence.
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

// Checks that a row gives the same bits alone and in any batch, whatever its padding contains, and zeros after its end.
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

// The values and gradients of a call.
struct Run {
  std::vector<Tensor> values, gradients;
};

// Returns the gradients for the input, the initial state and all parameters.
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

// Checks that values and gradients do not depend on the number of threads, bit for bit.
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

}  // namespace recurrent_checks
