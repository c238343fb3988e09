#include <doctest/doctest.h>
#include <weft/autograd/fused/cross_entropy.h>
#include <weft/models/classifier/attention_classifier.h>
#include <weft/optim/adam.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/files/safetensors.h>

using namespace weft;

// The numbers and the script that recorded them are in tests/reference.
TEST_CASE("the classifier agrees with PyTorch: logits, loss, gradients, one Adam step") {
  TensorFile file = load_tensors(WEFT_SOURCE_DIR "/tests/reference/classifier.safetensors");
  Batch batch{file.tensors.at("tokens"), file.tensors.at("lengths")};
  for (ClassifierAttention attention : {ClassifierAttention::self, ClassifierAttention::pooling}) {
    std::string name = to_string(attention);
    CAPTURE(name);
    auto recorded = [&](const std::string& what) { return file.tensors.at(name + "." + what); };
    AttentionClassifier model({.vocabulary = 30, .embedding_dim = 8, .classes = 4, .attention = attention});
    optim::Adam adam({.lr = 1e-2});
    for (nn::Parameter* parameter : model.parameters()) {
      copy_to(parameter->tensor(), recorded("before." + parameter->path()));
      adam.add({parameter->variable()});
    }
    Variable logits = model.forward(batch);
    CHECK(all_close(logits.tensor(), recorded("logits"), 1e-5, 1e-6));
    Variable loss = cross_entropy(logits, file.tensors.at("labels"));
    CHECK(all_close(loss.tensor(), recorded("loss"), 1e-6, 1e-6));
    loss.backward();
    for (nn::Parameter* parameter : model.parameters()) {
      CAPTURE(parameter->path());
      CHECK(all_close(parameter->grad().tensor(), recorded("gradient." + parameter->path()), 1e-5, 1e-6));
    }
    adam.step();
    for (nn::Parameter* parameter : model.parameters()) {
      CAPTURE(parameter->path());
      CHECK(all_close(parameter->tensor(), recorded("after." + parameter->path()), 1e-5, 2e-6));
    }
  }
}
