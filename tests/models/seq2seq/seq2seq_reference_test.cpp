// Encoder-decoders are compared with numbers that tests/reference/record_seq2seq.py recorded from PyTorch.
#include <weft/autograd/graph/grad_mode.h>
#include <weft/models/seq2seq/seq2seq.h>
#include <weft/nn/layers/loss.h>
#include <weft/optim/adam.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/files/safetensors.h>

#include <doctest/doctest.h>

#include <map>

namespace weft {

namespace {

const Tensor& recorded(const std::string& name) {
  static const TensorFile file = load_tensors(WEFT_SOURCE_DIR "/tests/reference/seq2seq.safetensors");
  return file.tensors.at(name);
}

Seq2SeqOptions with(AttentionKind attention, Wiring wiring = Wiring::luong) {
  return {.source_vocabulary = 11,
          .target_vocabulary = 9,
          .embedding_dim = 5,
          .hidden = 6,
          .attention = attention,
          .scaled_scores = false,
          .wiring = wiring};
}

std::map<std::string, Seq2SeqOptions> recorded_cases() {
  std::map<std::string, Seq2SeqOptions> cases{
      {"none_cho", with(AttentionKind::none)},
      {"none_sutskever", with(AttentionKind::none)},
      {"dot_luong", with(AttentionKind::dot)},
      {"general_luong", with(AttentionKind::general)},
      {"additive_luong", with(AttentionKind::additive)},
      {"general_luong_feeding", with(AttentionKind::general)},
      {"dot_bahdanau", with(AttentionKind::dot, Wiring::bahdanau)},
      {"general_bahdanau", with(AttentionKind::general, Wiring::bahdanau)},
      {"additive_bahdanau", with(AttentionKind::additive, Wiring::bahdanau)},
      {"additive_bahdanau_two_directions", with(AttentionKind::additive, Wiring::bahdanau)},
      {"general_luong_gru_two_directions", with(AttentionKind::general)},
  };
  cases["none_sutskever"].context_starts_only = true;
  cases["general_luong_feeding"].input_feeding = true;
  cases["additive_bahdanau_two_directions"].bidirectional = true;
  cases["general_luong_gru_two_directions"].bidirectional = true;
  cases["general_luong_gru_two_directions"].cell = RecurrentCell::gru;
  return cases;
}

// Checks that the steps within the length of each target agree.
void check_steps(const Tensor& values, const Tensor& expected, double tolerance) {
  for (std::int64_t row = 0; row < values.size(0); ++row) {
    auto length = static_cast<std::int64_t>(recorded("target_lengths").at({row}));
    auto part = [&](const Tensor& x) { return cast(contiguous(slice(select(x, 0, row), 0, 0, length)), DType::f64); };
    CHECK(max_difference(part(values), part(expected)) < tolerance);
  }
}

}  // namespace

TEST_CASE("seq2seq: logits, attention, loss and weights after an Adam step agree with PyTorch in f32 and f64") {
  PairBatch batch{{recorded("source"), recorded("source_lengths")}, {recorded("target"), recorded("target_lengths")}};
  for (DType dtype : {DType::f32, DType::f64}) {
    double tolerance = dtype == DType::f32 ? 1e-5 : 1e-10;
    for (const auto& [name, options] : recorded_cases()) {
      const std::string& kind = name;
      CAPTURE(kind);
      Seq2Seq model(options);
      model.to(dtype);
      std::vector<Variable> parameters;
      for (nn::Parameter* parameter : model.parameters()) {
        copy_to(parameter->tensor(), recorded(name + "." + parameter->path()));
        parameters.push_back(parameter->variable());
      }
      Decoded decoded = model.run(batch);
      check_steps(decoded.logits.tensor(), recorded(name + ".logits"), tolerance);
      if (options.has_attention()) check_steps(decoded.weights.tensor(), recorded(name + ".weights"), tolerance);

      optim::Adam adam({.lr = 0.001});
      adam.add(parameters);
      Variable loss = nn::CrossEntropy()(decoded.logits, recorded("target_out"));
      CHECK(loss.item() == doctest::Approx(recorded(name + ".loss").item()).epsilon(tolerance));
      loss.backward();
      adam.step();
      for (nn::Parameter* parameter : model.parameters()) {
        CAPTURE(parameter->path());
        CHECK(max_difference(cast(parameter->tensor(), DType::f64), recorded(name + ".after." + parameter->path())) < tolerance);
      }
    }
  }
}

}  // namespace weft
