// CopyMechanism: a decoder that can copy words of the source that it attends to.
#pragma once

#include <weft/models/seq2seq/seq2seq_options.h>
#include <weft/nn/layers/linear.h>

#include <string>

namespace weft {

// The pointer-generator of See et al. 2017: the probability of a word y is
//     p softmax(logits)_y + (1 - p) sum of a_j over the positions j of y in the source
// with the attention weights a and p = sigmoid(w . [context; state; embedding of the previous word] + b). Source words that are
// not in the target's vocabulary have its last options.copied_ids ids, in the order of their positions; they can be copied but
// not generated. Parameters: gate.weight [1, 2 hidden + embedding_dim], gate.bias.
class CopyMechanism : public nn::Module {
 public:
  CopyMechanism(const nn::Owner& parent, const std::string& name, const Seq2SeqOptions& options);

  // The input of p: each [.., its size] -> [.., 2 hidden + embedding_dim].
  Variable gate_input(const Variable& context, const Variable& state, const Variable& embedded) const;

  // Returns ln of the mixture plus 1e-12, which keeps it finite: logits [rows, vocabulary], weights [rows, source time], words
  // i64 [sentences, source time], the target ids of the source's words, where row i belongs to sentence i / (rows / sentences);
  // or logits [batch, time, vocabulary] and weights [batch, time, source time] -> the shape of logits. The softmax of the result
  // is the mixture.
  Variable operator()(const Variable& logits, const Variable& gate_input, const Variable& weights, const Tensor& words,
                      Where caller = Where::here()) const;

  nn::Linear gate;

 private:
  Tensor only_copied_;  // [vocabulary], bool
};

}  // namespace weft
