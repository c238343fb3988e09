// Recurrent layers are compared with numbers that tests/reference/record_recurrent.py recorded from PyTorch and Keras.
#include <weft/nn/recurrent/rnn.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/files/safetensors.h>

#include <doctest/doctest.h>

using namespace weft;

namespace {

const std::map<std::string, Tensor>& recorded() {
  static const TensorFile file = load_tensors(WEFT_SOURCE_DIR "/tests/reference/recurrent.safetensors");
  return file.tensors;
}

// A recorded case.
class Case {
 public:
  Case(const std::string& name, DType dtype) : name_(name), dtype_(dtype) {}

  bool has(const std::string& what) const { return recorded().contains(name_ + "." + what); }
  Tensor operator()(const std::string& what) const { return cast(recorded().at(name_ + "." + what), dtype_); }
  Tensor lengths() const { return has("lengths") ? recorded().at(name_ + ".lengths") : Tensor(); }
  Variable input(const std::string& what) const { return has(what) ? leaf((*this)(what)) : Variable(); }
  // Checks that the numbers agree with the recorded ones within the rounding of the dtype.
  bool agrees(const std::string& what, const Variable& found) const {
    bool half = dtype_ == DType::f32;
    return all_close(cast(found.tensor(), DType::f64), recorded().at(name_ + "." + what), half ? 1e-5 : 1e-11,
                     half ? 2e-6 : 1e-12);
  }

 private:
  std::string name_;
  DType dtype_;
};

void check_against_pytorch(RecurrentCell cell, const std::string& name, DType dtype) {
  CAPTURE(name);
  CAPTURE(dtype);
  Case expected(name, dtype);
  bool deep = expected.has("lengths");
  nn::Recurrent layer(nn::root, cell, {.input_size = 5, .hidden_size = 7, .num_layers = deep ? 2 : 1, .bidirectional = deep});
  layer.to(dtype);
  for (nn::Parameter* parameter : layer.parameters()) copy_to(parameter->tensor(), expected(parameter->path()));
  Variable x = expected.input("x");
  RecurrentState initial{expected.input("hidden_0"), expected.input("cell_0")};
  RecurrentResult found = layer(x, expected.lengths(), initial);
  CHECK(expected.agrees("output", found.output));
  CHECK(expected.agrees("hidden_n", found.state.hidden));
  std::vector<Variable> results{found.output, found.state.hidden};
  std::vector<Variable> seeds{expected("seed_output"), expected("seed_hidden_n")};
  if (found.state.cell.defined()) {
    CHECK(expected.agrees("cell_n", found.state.cell));
    results.push_back(found.state.cell);
    seeds.push_back(expected("seed_cell_n"));
  }
  std::vector<std::pair<std::string, Variable>> inputs{{"x", x}, {"hidden_0", initial.hidden}};
  if (initial.cell.defined()) inputs.emplace_back("cell_0", initial.cell);
  for (nn::Parameter* parameter : layer.parameters()) inputs.emplace_back(parameter->path(), parameter->variable());
  std::vector<Variable> wanted;
  for (const auto& input : inputs) wanted.push_back(input.second);
  std::vector<Variable> gradients = grad(results, wanted, {}, seeds);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    CAPTURE(inputs[i].first);
    CHECK(expected.agrees("gradient." + inputs[i].first, gradients[i]));
  }
}

void check_against_keras(RecurrentCell cell, const std::string& name) {
  CAPTURE(name);
  Case expected(name, DType::f32);
  nn::Recurrent layer(nn::root, cell, {.input_size = 5, .hidden_size = 7});
  RecurrentWeights weights = nn::from_keras(cell, expected("kernel"), expected("recurrent_kernel"), expected("bias"));
  nn::RecurrentParameters& to = layer.layer(0);
  copy_to(to.weight_ih.tensor(), weights.weight_ih.tensor());
  copy_to(to.weight_hh.tensor(), weights.weight_hh.tensor());
  copy_to(to.bias_ih.tensor(), weights.bias_ih.tensor());
  copy_to(to.bias_hh.tensor(), weights.bias_hh.tensor());
  CHECK(expected.agrees("output", layer(expected("x")).output));
}

}  // namespace

TEST_CASE("recurrent layers: outputs, final states and gradients agree with PyTorch") {
  for (DType dtype : {DType::f32, DType::f64})
    for (const char* suffix : {"", "_lengths"}) {
      check_against_pytorch(RecurrentCell::lstm, std::string("lstm") + suffix, dtype);
      check_against_pytorch(RecurrentCell::gru, std::string("gru") + suffix, dtype);
      check_against_pytorch(RecurrentCell::rnn, std::string("rnn") + suffix, dtype);
    }
}

TEST_CASE("recurrent layers: converted Keras weights give Keras's outputs") {
  // Only in f32: Keras's SimpleRNN keeps its state in f32, whatever its dtype.
  check_against_keras(RecurrentCell::lstm, "keras_lstm");
  check_against_keras(RecurrentCell::gru, "keras_gru");
  check_against_keras(RecurrentCell::rnn, "keras_rnn");
}

TEST_CASE("from_keras refuses what it cannot convert") {
  auto call = [](Shape kernel, Shape recurrent, Shape bias, RecurrentCell cell) {
    nn::from_keras(cell, Tensor(kernel, DType::f32), Tensor(recurrent, DType::f32), Tensor(bias, DType::f32));
  };
  CHECK_THROWS_AS(call({5, 12}, {4, 16}, {16}, RecurrentCell::lstm), ShapeError);
  CHECK_THROWS_AS(call({5, 16}, {4, 16}, {2, 16}, RecurrentCell::lstm), ShapeError);
  CHECK_THROWS_AS(call({5, 12}, {4, 12}, {12}, RecurrentCell::gru), ShapeError);  // reset_after=False
}
