// Gradients of a batch of texts in one graph have the bits of its shards' own gradients, whatever their padding.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/fused/cross_entropy.h>
#include <weft/models/classifier/attention_classifier.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/reduction/reduce.h>

#include "tests/autograd/engine/shard_check.h"
#include "tests/numbers.h"

using namespace weft;

TEST_CASE("every classifier has the gradients of its shards") {
  constexpr std::int64_t kExamples = 37;
  Numbers random(1);
  // All texts together take the fused mean attention, a shard's texts the plain one.
  for (std::int64_t time : {9, 210}) {
    const Tensor tokens = random.indices({kExamples, time}, 50), labels = random.indices({kExamples}, 3);
    Tensor lengths = random.indices({kExamples}, time);
    for (std::int64_t i = 0; i < kExamples; ++i) lengths.set({i}, lengths.at({i}) + 1);
    for (ClassifierAttention attention : {ClassifierAttention::self, ClassifierAttention::pooling, ClassifierAttention::mean,
                                          ClassifierAttention::bag_of_words}) {
      AttentionClassifier model({.vocabulary = 50, .embedding_dim = 20, .classes = 3, .attention = attention});
      std::vector<Variable> leaves;
      for (nn::Parameter* parameter : model.parameters()) leaves.push_back(parameter->variable());
      const auto loss = [&](std::int64_t begin, std::int64_t end) {
        const Tensor own = contiguous(slice(lengths, 0, begin, end));
        const auto longest = static_cast<std::int64_t>(max(own).item());
        const Batch batch{contiguous(slice(slice(tokens, 0, begin, end), 1, 0, longest)), own};
        return sum(cross_entropy(model.forward(batch), contiguous(slice(labels, 0, begin, end)), {.reduction = Reduction::none}));
      };
      for (std::int64_t shards : {2, 8}) {
        const std::string where = to_string(attention) + ", " + std::to_string(shards) + " shards";
        CAPTURE(where);
        CHECK(shards_differ(leaves, even_shards(kExamples, shards), loss) == "");
      }
    }
  }
}
