#include <weft/models/seq2seq/seq2seq_options.h>
#include <weft/tensor/base/error.h>

namespace weft {

namespace {

template <class Kind, std::size_t Count>
Kind find(const char* what, std::string_view name, const EnumName<Kind> (&names)[Count]) {
  const std::optional<Kind> value = value_in(names, name);
  require<ValueError>(value.has_value(), what, ": \"", name, "\" is none of ", list_of_names(names, ", "));
  return *value;
}

}  // namespace

void Seq2SeqOptions::validate(Where caller) const {
  check<ValueError>(source_vocabulary >= 1 && target_vocabulary >= 1, caller, "seq2seq: vocabularies of ", source_vocabulary,
                    " and ", target_vocabulary, " must have at least 1 id");
  check<ValueError>(embedding_dim >= 1 && hidden >= 1 && layers >= 1, caller, "seq2seq: embedding_dim ", embedding_dim,
                    ", hidden ", hidden, " and layers ", layers, " must be at least 1");
  auto check_share = [&](const char* name, double share) {
    check<ValueError>(share >= 0 && share < 1, caller, "seq2seq: ", name, " is ", share, ", not from 0 to below 1",
                      share == 1 ? ", which would leave nothing to learn from" : "");
  };
  check_share("dropout", dropout);
  check_share("source_word_dropout", source_word_dropout);
  // At 1 the decoder knows the previous words only through its states (Bowman et al. 2016, "Generating Sentences from a
  // Continuous Space").
  check<ValueError>(target_word_dropout >= 0 && target_word_dropout <= 1, caller, "seq2seq: target_word_dropout is ",
                    target_word_dropout, ", not from 0 to 1");
  check<ValueError>(tie != Tie::all || source_vocabulary == target_vocabulary, caller,
                    "seq2seq: tie all wants one vocabulary for both sides, not ", source_vocabulary, " and ", target_vocabulary,
                    " ids");
  check<ValueError>(!copy || has_attention(), caller, "seq2seq: copy goes by the weights of attention, and there is none");
  check<ValueError>(!coverage || has_attention(), caller, "seq2seq: coverage is that of attention, and there is none");
  check<ValueError>(coverage_loss >= 0 && alignment_loss >= 0, caller, "seq2seq: coverage_loss ", coverage_loss,
                    " and alignment_loss ", alignment_loss, " must not be negative");
  check<ValueError>((coverage_loss == 0 && alignment_loss == 0) || has_attention(), caller,
                    "seq2seq: coverage_loss and alignment_loss go by the weights of attention, and there is none");
  check<ValueError>(!copy || (copied_ids >= 1 && copied_ids < target_vocabulary), caller, "seq2seq: copied_ids ", copied_ids,
                    " is not from 1 to below the target vocabulary's ", target_vocabulary);
  check<ValueError>(!layer_norm || cell != RecurrentCell::rnn, caller, "seq2seq: layer_norm is for the cells lstm and gru");
  teacher_forcing.validate(caller);
  check<ValueError>(!bidirectional || hidden % 2 == 0, caller, "seq2seq: two directions share hidden, which is odd: ", hidden);
  check<ValueError>(!input_feeding || !has_attention() || wiring == Wiring::luong, caller,
                    "seq2seq: input_feeding belongs to the wiring luong, not bahdanau");
  check<ValueError>(!context_starts_only || !has_attention(), caller,
                    "seq2seq: context_starts_only belongs to attention none, not ", to_string(attention));
}

std::string to_string(RecurrentCell cell) { return name_in(kCellNames, cell); }
std::string to_string(AttentionKind attention) { return name_in(kAttentionNames, attention); }
std::string to_string(Wiring wiring) { return name_in(kWiringNames, wiring); }
std::string to_string(Tie tie) { return name_in(kTieNames, tie); }
RecurrentCell cell_from_string(std::string_view name) { return find("cell", name, kCellNames); }
AttentionKind attention_from_string(std::string_view name) { return find("attention", name, kAttentionNames); }
Wiring wiring_from_string(std::string_view name) { return find("wiring", name, kWiringNames); }
Tie tie_from_string(std::string_view name) { return find("tie", name, kTieNames); }

}  // namespace weft
