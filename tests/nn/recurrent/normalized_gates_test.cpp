#include <weft/nn/recurrent/rnn.h>

#include <tests/nn/recurrent/recurrent_checks.h>

#include <cmath>

using namespace weft;

namespace checks = recurrent_checks;

namespace {

using Numbers = std::vector<double>;

double sigmoid_of(double x) { return 1 / (1 + std::exp(-x)); }

Numbers numbers_of(const Variable& x) {
  const Tensor all = contiguous(x.tensor());
  return {all.span<double>().begin(), all.span<double>().end()};
}

// Returns gain * N(matrix x) for each gate.
Numbers normalized(const Numbers& matrix, const Numbers& x, const Numbers& gain, std::size_t hidden) {
  Numbers sums(matrix.size() / x.size());
  for (std::size_t i = 0; i < sums.size(); ++i)
    for (std::size_t j = 0; j < x.size(); ++j) sums[i] += matrix[i * x.size() + j] * x[j];
  for (std::size_t gate = 0; gate < sums.size(); gate += hidden) {
    double mean = 0, variance = 0;
    for (std::size_t i = gate; i < gate + hidden; ++i) mean += sums[i] / static_cast<double>(hidden);
    for (std::size_t i = gate; i < gate + hidden; ++i)
      variance += (sums[i] - mean) * (sums[i] - mean) / static_cast<double>(hidden);
    for (std::size_t i = gate; i < gate + hidden; ++i) sums[i] = gain[i] * (sums[i] - mean) / std::sqrt(variance + 1e-5);
  }
  return sums;
}

// Computes one layer over one row by the formulas, and returns the hidden states of all steps.
Numbers by_hand(RecurrentCell cell, nn::RecurrentParameters& layer, const Numbers& x, std::size_t time) {
  const auto hidden = static_cast<std::size_t>(layer.weight_hh.shape()[1]);
  const std::size_t width = x.size() / time;
  const Numbers w = numbers_of(layer.weight_ih), u = numbers_of(layer.weight_hh), a = numbers_of(layer.bias_ih),
                b = numbers_of(layer.bias_hh), gain_ih = numbers_of(layer.gain_ih), gain_hh = numbers_of(layer.gain_hh);
  Numbers h(hidden), c(hidden), all;
  for (std::size_t t = 0; t < time; ++t) {
    const Numbers in = normalized(
        w, Numbers(x.begin() + static_cast<std::ptrdiff_t>(t * width), x.begin() + static_cast<std::ptrdiff_t>((t + 1) * width)),
        gain_ih, hidden);
    const Numbers back = normalized(u, h, gain_hh, hidden);
    auto sum = [&](std::size_t gate, std::size_t i) {
      const std::size_t at = gate * hidden + i;
      return in[at] + a[at] + back[at] + b[at];
    };
    if (cell == RecurrentCell::gru) {
      for (std::size_t i = 0; i < hidden; ++i) {
        const std::size_t n_at = 2 * hidden + i;
        const double r = sigmoid_of(sum(0, i)), z = sigmoid_of(sum(1, i));
        const double n = std::tanh(in[n_at] + a[n_at] + r * (back[n_at] + b[n_at]));
        h[i] = (1 - z) * n + z * h[i];
      }
    } else {
      Numbers identity(hidden * hidden);
      for (std::size_t i = 0; i < hidden; ++i) identity[i * hidden + i] = 1;
      for (std::size_t i = 0; i < hidden; ++i) c[i] = sigmoid_of(sum(1, i)) * c[i] + sigmoid_of(sum(0, i)) * std::tanh(sum(2, i));
      const Numbers norm = normalized(identity, c, numbers_of(layer.cell_gain), hidden);
      for (std::size_t i = 0; i < hidden; ++i) h[i] = sigmoid_of(sum(3, i)) * std::tanh(norm[i] + numbers_of(layer.cell_bias)[i]);
    }
    all.insert(all.end(), h.begin(), h.end());
  }
  return all;
}

constexpr RecurrentCell kCells[] = {RecurrentCell::lstm, RecurrentCell::gru};

}  // namespace

TEST_CASE("layer norm recurrence: results agree with the formulas, computed by hand") {
  for (RecurrentCell cell : kCells) {
    Generator generator{21};
    nn::Recurrent layer(nn::root, cell, {.input_size = 3, .hidden_size = 5, .layer_norm = true});
    layer.to(DType::f64);
    for (nn::Parameter* parameter : layer.parameters())
      copy_to(parameter->tensor(), normal(parameter->shape(), 0.2, 1, DType::f64, generator));
    Tensor x = normal({1, 4, 3}, 0, 1, DType::f64, generator);
    const Numbers expected = by_hand(cell, layer.layer(0), numbers_of(x), 4), found = numbers_of(layer(x).output);
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-12));
  }
}

TEST_CASE("layer norm recurrence: it passes gradient checks for input, initial state and every parameter") {
  for (RecurrentCell cell : kCells) checks::check_gradients(cell, true);
}

TEST_CASE("layer norm recurrence: steps give the numbers of the whole sequence") {
  for (RecurrentCell cell : kCells) {
    checks::check_step(cell, DType::f32, true);
    checks::check_step(cell, DType::f64, true);
  }
}

TEST_CASE("layer norm recurrence: the bits of a row depend only on its own steps, not on threads") {
  for (RecurrentCell cell : kCells) {
    checks::check_rows(cell, true);
    checks::check_threads(cell, true);
  }
}

TEST_CASE("layer norm recurrence: padding does not affect gradients, and there may be no steps") {
  for (RecurrentCell cell : kCells) {
    Generator generator{22};
    nn::Recurrent layer(nn::root, cell,
                        {.input_size = 4, .hidden_size = 5, .num_layers = 2, .bidirectional = true, .layer_norm = true});
    Tensor x = normal({3, 4, 4}, 0, 1, DType::f32, generator), noisy = clone(x);
    Tensor padding = slice(select(noisy, 0, 1), 0, 2);
    fill(padding, std::numeric_limits<double>::quiet_NaN());
    RecurrentState state = checks::random_state(layer, 3, generator);
    Tensor lengths = checks::lengths_of({4, 2, 3});
    CHECK(checks::same(checks::run(layer, x, state, lengths, layer).gradients,
                       checks::run(layer, noisy, state, lengths, layer).gradients));
    CHECK(layer(zeros({3, 0, 4})).output.shape() == Shape{3, 0, 10});
  }
}

TEST_CASE("layer norm recurrence: gains start at 1 with every preset, and the plain cell is refused") {
  nn::LSTM lstm(nn::root, {.input_size = 4, .hidden_size = 6, .layer_norm = true});
  Generator generator{3};
  for (const nn::init::Preset& preset : {nn::init::pytorch(), nn::init::keras()}) {
    fill(lstm.layer(0).gain_hh.tensor(), 5);
    nn::initialize(lstm, preset, generator);
    CHECK(equal_bits(lstm.layer(0).gain_ih.tensor(), ones({24})));
    CHECK(equal_bits(lstm.layer(0).gain_hh.tensor(), ones({24})));
    CHECK(equal_bits(lstm.layer(0).cell_gain.tensor(), ones({6})));
    CHECK(equal_bits(lstm.layer(0).cell_bias.tensor(), zeros({6})));
  }
  CHECK(lstm.layer(0).cell_gain.path() == "cell_gain_l0");
  CHECK_THROWS_AS(nn::Recurrent(nn::root, RecurrentCell::rnn, {.input_size = 2, .hidden_size = 2, .layer_norm = true}),
                  ValueError);
}

TEST_CASE("layer norm recurrence: wrong gains are refused by name") {
  Generator generator{23};
  nn::Recurrent layer(nn::root, RecurrentCell::lstm, {.input_size = 2, .hidden_size = 3, .layer_norm = true});
  const RecurrentWeights weights = layer.layer(0).weights();
  const Tensor x = normal({2, 4, 2}, 0, 1, DType::f32, generator);
  const auto refuses = [&](const char* text, RecurrentWeights wrong) {
    CHECK_THROWS_WITH_AS(recurrent_sequence(RecurrentCell::lstm, x, wrong), doctest::Contains(text), ShapeError);
  };
  RecurrentWeights wrong = weights;
  wrong.gain_ih = Variable();
  refuses("lstm: gain_ih must be [12], not undefined", wrong);
  wrong = weights;
  wrong.gain_hh = Variable();
  refuses("lstm: gain_hh must be [12], not undefined", wrong);
  wrong = weights;
  wrong.gain_ih = wrong.gain_hh = wrong.cell_bias = Variable();
  refuses("lstm: gain_ih must be [12], not undefined", wrong);
  wrong = weights;
  wrong.cell_bias = ones({4});
  refuses("lstm: cell_bias must be [3], not [4] f32", wrong);
  const Variable square = ones({3, 3}), gain = ones({3});
  CHECK_THROWS_WITH_AS(recurrent_sequence(RecurrentCell::rnn, ones({2, 4, 3}), {square, square, gain, gain, {}, gain, gain}),
                       doctest::Contains("rnn: layer normalisation requires an LSTM or a GRU"), ValueError);
}
