#include <weft/models/options/option_error.h>
#include <weft/models/seq2seq/seq2seq_options.h>

#include <algorithm>
#include <iterator>

namespace weft {

namespace {

constexpr std::int64_t kLargestVocabulary = 100'000'000, kLargestVector = 100'000, kMostLayers = 100;
constexpr const char* kLearnsNothing = "which would leave nothing to learn from";

OptionFields attention_fields(Seq2SeqOptions& o) {
  return {{.name = "attention",
           .value = named_option(o.attention, kAttentionNames),
           .help = "how a state is scored against the source; none: one fixed vector for the whole source",
           .in_files = InFiles::always},
          {.name = "scaled_scores",
           .value = &o.scaled_scores,
           .help = "scores of general are divided by sqrt(hidden), without which attention can settle on one token early on",
           .flag = "--scaled-scores,!--unscaled-scores",
           .in_files = InFiles::always,
           .absent = "0"},
          {.name = "wiring",
           .value = named_option(o.wiring, kWiringNames),
           .help = "luong: the current state asks, the context goes to the output; bahdanau: the state before asks, the context "
                   "goes into the cell",
           .in_files = InFiles::always},
          {.name = "input_feeding",
           .value = &o.input_feeding,
           .help = "luong: the last attentional vector goes into the cell too; on where the target is cut into characters or "
                   "has few different words",
           .flag = "--input-feeding,!--no-input-feeding",
           .in_files = InFiles::always},
          {.name = "context_starts_only",
           .value = &o.context_starts_only,
           .help = "attention none: the source's vector starts the decoder and is not read again",
           .in_files = InFiles::always}};
}

OptionFields structure_fields(Seq2SeqOptions& o) {
  return {
      {.name = "bidirectional",
       .value = &o.bidirectional,
       .help = "the encoder reads both ways, half of hidden each; one way where hidden is odd",
       .flag = "--bidirectional,!--one-way",
       .in_files = InFiles::always},
      {.name = "bridge",
       .value = &o.bridge,
       .help = "a learnt map between the encoder's last state and the decoder's first",
       .in_files = InFiles::always},
      {.name = "layers",
       .value = &o.layers,
       .range = from_to(1, kMostLayers),
       .help = "recurrent layers of each side",
       .in_files = InFiles::always},
      {.name = "copy",
       .value = &o.copy,
       .help = "the decoder can also write words of the source where it looks, unknown ones too",
       .in_files = InFiles::always},
      {.name = "copied_ids", .value = &o.copied_ids, .in_files = InFiles::always},
      {.name = "coverage",
       .value = &o.coverage,
       .help = "attention is told how much of itself each source token has received, against repetitions and gaps",
       .in_files = InFiles::always,
       .absent = "0"},
      {.name = "coverage_loss",
       .value = &o.coverage_loss,
       .range = at_least(0),
       .help = "weight of a loss for attention that rests where it rested before; any attention",
       .in_files = InFiles::always,
       .absent = "0"},
      {.name = "alignment_loss", .value = &o.alignment_loss, .range = at_least(0), .in_files = InFiles::always, .absent = "0"},
      {.name = "layer_norm",
       .value = &o.layer_norm,
       .help = "recurrent layers normalise their gates",
       .in_files = InFiles::always},
      {.name = "tie",
       .value = named_option(o.tie, kTieNames),
       .help = "target: the output layer has the weights of the target's embedding; all: the source's embedding has them "
               "too, and one vocabulary serves both sides",
       .in_files = InFiles::always},
      {.name = "residual",
       .value = &o.residual,
       .help = "layers above the first add their input to their output",
       .in_files = InFiles::always}};
}

OptionFields size_and_dropout_fields(Seq2SeqOptions& o) {
  return {{.name = "embedding_dim",
           .value = &o.embedding_dim,
           .range = from_to(0, kLargestVector),
           .help = "numbers per token; with vectors as many as they have, also written 0",
           .in_files = InFiles::always},
          {.name = "hidden",
           .value = &o.hidden,
           .range = from_to(1, kLargestVector),
           .help = "numbers of a recurrent state",
           .in_files = InFiles::always},
          {.name = "dropout",
           .value = &o.dropout,
           .range = from_to_below(0, 1, kLearnsNothing),
           .help = "share of embeddings, of what layers hand on and of the last vector that training hides",
           .in_files = InFiles::always},
          {.name = "variational_dropout",
           .value = &o.variational_dropout,
           .help = "dropout hides the same numbers at all steps of a sentence, and in recurrent states too",
           .in_files = InFiles::always},
          {.name = "source_word_dropout",
           .value = &o.source_word_dropout,
           .range = from_to_below(0, 1, kLearnsNothing),
           .help = "share of a source's words that training hides",
           .flag = "--word-dropout-source",
           .in_files = InFiles::always},
          // At 1 the decoder knows the previous words only through its states (Bowman et al. 2016, "Generating Sentences from a
          // Continuous Space").
          {.name = "target_word_dropout",
           .value = &o.target_word_dropout,
           .range = from_to(0, 1),
           .help = "share of the decoder's input words that training hides",
           .flag = "--word-dropout-target",
           .in_files = InFiles::always}};
}

}  // namespace

OptionFields Seq2SeqOptions::fields() {
  OptionFields all = {{.name = "source_vocabulary",
                       .value = &source_vocabulary,
                       .range = from_to(1, kLargestVocabulary),
                       .in_files = InFiles::always,
                       .key = "source_vocabulary_size"},
                      {.name = "target_vocabulary",
                       .value = &target_vocabulary,
                       .range = from_to(1, kLargestVocabulary),
                       .in_files = InFiles::always,
                       .key = "target_vocabulary_size"},
                      {.name = "cell",
                       .value = named_option(cell, kCellNames),
                       .help = "recurrent cell of both sides",
                       .in_files = InFiles::always}};
  for (auto fields : {attention_fields, structure_fields, size_and_dropout_fields})
    std::ranges::move(fields(*this), std::back_inserter(all));
  return all;
}

void Seq2SeqOptions::validate(Where caller) const {
  check_ranges("seq2seq", fields_of(*this), caller);
  check_option(embedding_dim >= 1, caller, "seq2seq: ", OptionName{"embedding_dim"}, " is 0, not at least 1");
  check_option(tie != Tie::all || source_vocabulary == target_vocabulary, caller, "seq2seq: ", OptionName{"tie"},
               " all needs one vocabulary for both sides, not ", source_vocabulary, " and ", target_vocabulary, " ids");
  auto needs_attention = [&](const char* name, bool wanted) {
    check_option(!wanted || has_attention(), caller, "seq2seq: ", OptionName{name}, " needs attention, and ",
                 OptionName{"attention"}, " is none");
  };
  needs_attention("copy", copy);
  needs_attention("coverage", coverage);
  needs_attention("coverage_loss", coverage_loss > 0);
  needs_attention("alignment_loss", alignment_loss > 0);
  check_option(!copy || (copied_ids >= 1 && copied_ids < target_vocabulary), caller, "seq2seq: ", OptionName{"copied_ids"}, " ",
               copied_ids, " is not from 1 to below the target vocabulary's ", target_vocabulary);
  check_option(!layer_norm || cell != RecurrentCell::rnn, caller, "seq2seq: ", OptionName{"layer_norm"},
               " is for the cells lstm and gru");
  teacher_forcing.validate(caller);
  check_option(!bidirectional || hidden % 2 == 0, caller, "seq2seq: two directions share ", OptionName{"hidden"},
               ", which is odd: ", hidden);
  check_option(!input_feeding || !has_attention() || wiring == Wiring::luong, caller, "seq2seq: ", OptionName{"input_feeding"},
               " needs ", OptionName{"wiring"}, " luong, not bahdanau");
  check_option(!context_starts_only || !has_attention(), caller, "seq2seq: ", OptionName{"context_starts_only"}, " needs ",
               OptionName{"attention"}, " none, not ", to_string(attention));
}

std::string to_string(RecurrentCell cell) { return name_in(kCellNames, cell); }
std::string to_string(AttentionKind attention) { return name_in(kAttentionNames, attention); }
std::string to_string(Wiring wiring) { return name_in(kWiringNames, wiring); }
std::string to_string(Tie tie) { return name_in(kTieNames, tie); }

}  // namespace weft
