#include <weft/autograd/basics/math.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/autograd/indexing/index.h>
#include <weft/autograd/indexing/join.h>
#include <weft/models/seq2seq/copy_mechanism.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>

namespace weft {

CopyMechanism::CopyMechanism(const nn::Owner& parent, const std::string& name, const Seq2SeqOptions& options)
    : Module(parent, name),
      gate(this, "gate", 2 * options.hidden + options.embedding_dim, 1),
      only_copied_(greater_equal(arange(options.target_vocabulary), tensor(std::vector{options.first_copied_id()}))) {}

Variable CopyMechanism::gate_input(const Variable& context, const Variable& state, const Variable& embedded) const {
  return concat({context, state, embedded}, -1);
}

Variable CopyMechanism::operator()(const Variable& logits, const Variable& gate_input, const Variable& weights,
                                   const Tensor& words, Where caller) const {
  nn::LayerScope scope(*this, caller);
  const std::int64_t sentences = words.size(0), each = weights.size(0) / sentences, places = words.size(1);
  const Tensor beside = unsqueeze(words, 1);  // [sentences, 1, source time]
  const Tensor index = logits.dims() == 3
                           ? contiguous(expand(beside, {sentences, logits.size(1), places}))
                           : reshape(contiguous(expand(beside, {sentences, each, places})), {sentences * each, places});
  Variable p = sigmoid(gate(gate_input));  // [.., 1]
  Variable written = softmax(masked_fill(logits, only_copied_, -1e9));
  return log(scatter_add(p * written, -1, index, (1 - p) * weights) + 1e-12);
}

}  // namespace weft
