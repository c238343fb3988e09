// Tests of the recurrent layers of every cell.
#include <tests/nn/recurrent/recurrent_checks.h>

#include <functional>
#include <limits>

using namespace weft;
using namespace recurrent_checks;

namespace {

// Checks that padding does not affect any gradient, and that sequences without steps and batches without rows work.
void check_padding(RecurrentCell cell) {
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

// Compares the kernels with the definition in plain ops: values must agree bit for bit, and gradients and second-order gradients
// within rounding.
void check_definition(RecurrentCell cell) {
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

// Compares the gradient of |gradient|^2 by the kernels' rule with that by the definition.
void check_second_order(RecurrentCell cell) {
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

// Compares variational dropout with its definition: inputs of layers and hidden states are masked, with the same masks at all
// steps.
void check_variational(RecurrentCell cell) {
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
  CHECK_THROWS_WITH_AS(plain(x, lengths, {}, masks), doctest::Contains("masks require variational dropout"), ValueError);
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
  CHECK_THROWS_WITH_AS(layer.step(select(x, 1, 0), state), doctest::Contains("requires the masks of draw_masks()"), ValueError);
  masks.hidden.pop_back();
  CHECK_THROWS_AS(layer(x, lengths, {}, masks), ValueError);
}

// Checks that layers above the first add their input.
void check_residual(RecurrentCell cell) {
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

void for_each_cell(const std::function<void(RecurrentCell)>& check) {
  for (RecurrentCell cell : {RecurrentCell::rnn, RecurrentCell::lstm, RecurrentCell::gru}) {
    const std::string kind = cell == RecurrentCell::rnn ? "RNN" : cell == RecurrentCell::lstm ? "LSTM" : "GRU";
    CAPTURE(kind);
    check(cell);
  }
}

}  // namespace

TEST_CASE("recurrent layers: they pass gradient checks for input, initial state and every parameter") {
  for_each_cell([](RecurrentCell cell) { check_gradients(cell); });
}

TEST_CASE("recurrent layers: steps give the numbers of the whole sequence") {
  for_each_cell([](RecurrentCell cell) {
    check_step(cell, DType::f32);
    check_step(cell, DType::f64);
  });
}

TEST_CASE("recurrent layers: the bits of a row depend only on its own steps") {
  for_each_cell([](RecurrentCell cell) { check_rows(cell); });
}

TEST_CASE("recurrent layers: padding does not affect gradients, and there may be no steps or rows") {
  for_each_cell(check_padding);
}

TEST_CASE("recurrent layers: the kernels agree with the definition") {
  for_each_cell(check_definition);
  for_each_cell(check_second_order);
}

TEST_CASE("recurrent layers: variational dropout has one mask for all steps, and residual layers add their input") {
  for_each_cell(check_variational);
  for_each_cell(check_residual);
}

TEST_CASE("recurrent layers: results do not depend on the number of threads") {
  for_each_cell([](RecurrentCell cell) { check_threads(cell); });
}
