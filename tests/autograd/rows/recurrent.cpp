#include <tests/autograd/rows/plain.h>
#include <tests/autograd/rows/rows.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/engine/checkpoint.h>
#include <weft/autograd/fused/recurrence.h>

#include <cmath>

namespace weft {

namespace {

using Inputs = std::vector<Tensor>;
using Row = std::vector<double>;

double sigmoid_of(double x) { return 1 / (1 + std::exp(-x)); }

// The inputs are x, weight_ih, weight_hh, bias_ih, bias_hh, hidden, for an LSTM also cell, and then the lengths, if any.
struct Layer {
  RecurrentCell cell;
  bool has_lengths, reverse;

  std::size_t state_count() const { return cell == RecurrentCell::lstm ? 2 : 1; }

  std::vector<Variable> run(const std::vector<Variable>& x) const {
    RecurrentState initial{x[5], cell == RecurrentCell::lstm ? x[6] : Variable()};
    const Tensor lengths = has_lengths ? x.back().tensor() : Tensor();
    const RecurrentResult result = recurrent_sequence(cell, x[0], {x[1], x[2], x[3], x[4]}, initial, lengths, reverse);
    std::vector<Variable> outputs{result.output, result.state.hidden};
    if (cell == RecurrentCell::lstm) outputs.push_back(result.state.cell);
    return outputs;
  }

  // Computes one step of one row, which updates h and c.
  void step(const Inputs& in, std::int64_t i, std::int64_t t, Row& h, Row& c) const {
    const auto width = std::ssize(h);
    const auto sum = [&](const Tensor& weight, const Tensor& bias, std::int64_t row, std::int64_t count, auto value) {
      double total = element(bias, {row});
      for (std::int64_t k = 0; k < count; ++k) total += element(weight, {row, k}) * value(k);
      return total;
    };
    const auto from_x = [&](std::int64_t gate, std::int64_t j) {
      return sum(in[1], in[3], gate * width + j, in[0].size(2), [&](std::int64_t k) { return element(in[0], {i, t, k}); });
    };
    const auto from_h = [&](std::int64_t gate, std::int64_t j) {
      return sum(in[2], in[4], gate * width + j, width, [&](std::int64_t k) { return h[static_cast<std::size_t>(k)]; });
    };
    const auto both = [&](std::int64_t gate, std::int64_t j) { return from_x(gate, j) + from_h(gate, j); };
    Row next_h = h, next_c = c;
    for (std::int64_t j = 0; j < width; ++j) {
      const auto at = static_cast<std::size_t>(j);
      switch (cell) {
        case RecurrentCell::rnn:
          next_h[at] = std::tanh(both(0, j));
          break;
        case RecurrentCell::lstm:
          next_c[at] = sigmoid_of(both(1, j)) * c[at] + sigmoid_of(both(0, j)) * std::tanh(both(2, j));
          next_h[at] = sigmoid_of(both(3, j)) * std::tanh(next_c[at]);
          break;
        case RecurrentCell::gru:
          const double r = sigmoid_of(both(0, j)), z = sigmoid_of(both(1, j));
          next_h[at] = (1 - z) * std::tanh(from_x(2, j) + r * from_h(2, j)) + z * h[at];
          break;
      }
    }
    h = next_h;
    c = next_c;
  }

  Inputs reference(const Inputs& in) const {
    const std::int64_t batch = in[0].size(0), time = in[0].size(1), width = in[2].size(1);
    Inputs outputs{Tensor({batch, time, width}, DType::f64)};
    for (std::size_t s = 0; s < state_count(); ++s) outputs.emplace_back(Shape{batch, width}, DType::f64);
    double* output = outputs[0].output<double>();
    std::fill(output, output + outputs[0].numel(), 0.0);
    for (std::int64_t i = 0; i < batch; ++i) {
      const auto initial = [&](const Tensor& state) {
        Row row;
        for (std::int64_t j = 0; j < width; ++j) row.push_back(element(state, {i, j}));
        return row;
      };
      Row h = initial(in[5]), c = initial(in[cell == RecurrentCell::lstm ? 6 : 5]);
      const std::int64_t length = has_lengths ? in.back().span<std::int64_t>()[static_cast<std::size_t>(i)] : time;
      for (std::int64_t s = 0; s < length; ++s) {
        const std::int64_t t = reverse ? length - 1 - s : s;
        step(in, i, t, h, c);
        std::copy(h.begin(), h.end(), output + (i * time + t) * width);
      }
      std::copy(h.begin(), h.end(), outputs[1].output<double>() + i * width);
      if (cell == RecurrentCell::lstm) std::copy(c.begin(), c.end(), outputs[2].output<double>() + i * width);
    }
    return outputs;
  }

  OpShapes shapes(std::int64_t batch, std::int64_t time, std::int64_t in, std::int64_t hidden) const {
    const std::int64_t rows = gate_count(cell) * hidden;
    OpShapes all{{batch, time, in}, {rows, in}, {rows, hidden}, {rows}, {rows}};
    for (std::size_t s = 0; s < state_count(); ++s) all.push_back({batch, hidden});
    if (has_lengths) all.push_back({batch});
    return all;
  }

  OpRow row(const std::string& name) const {
    // Positive weights and inputs prevent the sums from cancelling, which would make the comparison of f32 meaningless.
    const OpInput weight{0.01, 0.1}, other{0.1, 1};
    std::vector<OpInput> inputs{other, weight, weight, weight, weight};
    inputs.insert(inputs.end(), state_count(), other);
    if (has_lengths) inputs.push_back({0, 2, {}, DType::i64});
    const Layer layer = *this;
    OpRow row = graph_row(
        name, [layer](const std::vector<Variable>& x) { return layer.run(x); },
        [layer](const Inputs& x) { return layer.reference(x); }, std::move(inputs),
        {shapes(1, 2, 1, 1), shapes(5, 2, 4, 3), shapes(2, 3, 3, 17), shapes(3, 2, 17, 33), shapes(0, 2, 3, 2)},
        shapes(40, 5, 33, 70));
    if (has_lengths) row.uncounted = behind_lengths(1);
    return row;
  }
};

}  // namespace

std::vector<OpRow> recurrent_rows() {
  const auto product = [](const auto& x) { return tanh(x[0] * x[1]); };
  return {
      Layer{RecurrentCell::rnn, false, false}.row("rnn"),
      Layer{RecurrentCell::lstm, false, false}.row("lstm"),
      Layer{RecurrentCell::gru, false, false}.row("gru"),
      Layer{RecurrentCell::rnn, true, false}.row("rnn with lengths"),
      Layer{RecurrentCell::lstm, true, false}.row("lstm with lengths"),
      Layer{RecurrentCell::gru, true, false}.row("gru with lengths"),
      Layer{RecurrentCell::lstm, true, true}.row("lstm with lengths, backwards"),
      Layer{RecurrentCell::gru, false, true}.row("gru, backwards"),
      graph_row(
          "checkpoint",
          [product](const std::vector<Variable>& x) {
            return checkpoint([product](const std::vector<Variable>& in) { return std::vector<Variable>{product(in)}; }, x);
          },
          [](const Inputs& x) {
            return by_index(x[0].shape(), [&](const Index& i) { return std::tanh(element(x[0], i) * element(x[1], i)); });
          },
          {{}, {}}, {{{}, {}}, {{0}, {0}}, {{7}, {7}}, {{17}, {17}}, {{3, 11}, {3, 11}}}, {{20011}, {20011}}),
  };
}

}  // namespace weft
