// CopyMechanism: a decoder that writes words of the source where it looks.
#pragma once

#include <weft/models/seq2seq/seq2seq_options.h>
#include <weft/nn/layers/linear.h>

#include <string>

namespace weft {

// The pointer-generator of See et al. 2017: the probability of a word y is
//     p softmax(logits)_y + (1 - p) sum of a_j over the places j of the source where y stands
// with the weights of attention a and p = sigmoid(w . [context; state; embedding of the word before] + b). The words of a source
// that the target's vocabulary lacks have the target's last options.copied_ids ids, in the order of their places; those can be
// copied and are never written. Parameters: gate.weight [1, 2 hidden + embedding_dim], gate.bias.
class CopyMechanism : public nn::Module {
 public:
  CopyMechanism(const nn::Owner& parent, const std::string& name, const Seq2SeqOptions& options);

  // What p is made from: each [.., its size] -> [.., 2 hidden + embedding_dim].
  Variable gate_input(const Variable& context, const Variable& state, const Variable& embedded) const;

  // ln of the mixture, plus 1e-12 so that it is finite: logits [rows, vocabulary], weights [rows, source time], words i64
  // [sentences, source time], the targets' ids of the source's words, where row i belongs to sentence i / (rows / sentences); or
  // logits [batch, time, vocabulary] and weights [batch, time, source time] -> the shape of logits. Their softmax is the mixture.
  Variable operator()(const Variable& logits, const Variable& gate_input, const Variable& weights, const Tensor& words,
                      Where where = Where::here()) const;

  nn::Linear gate;

 private:
  Tensor only_copied_;  // [vocabulary], bool
};

}  // namespace weft
