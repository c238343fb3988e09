#include <weft/models/options/option_error.h>
#include <weft/models/seq2seq/seq2seq_options.h>

#include <algorithm>
#include <iterator>

namespace weft {

namespace {

OptionFields attention_fields(Seq2SeqOptions& o) {
  return {{.name = "attention",
           .value = named_option(o.attention, kAttentionNames),
           .help = "score function of the attention over the source; none: the decoder gets only the encoder's final state",
           .in_files = InFiles::always},
          {.name = "scaled_scores",
           .value = &o.scaled_scores,
           .help = "divide the scores of general attention by sqrt(hidden); unscaled, attention can get stuck on one token early "
                   "in training",
           .flag = "--scaled-scores,!--unscaled-scores",
           .in_files = InFiles::always,
           .absent = "0"},
          {.name = "wiring",
           .value = named_option(o.wiring, kWiringNames),
           .help = "luong: the query is the decoder's current state, and the context is combined with it for the output; "
                   "bahdanau: the query is the previous state, and the context is an input of the cell",
           .in_files = InFiles::always},
          {.name = "input_feeding",
           .value = &o.input_feeding,
           .help = "luong: feed the previous attentional vector into the cell as well; by default on if the target is split into "
                   "characters or has few different words",
           .flag = "--input-feeding,!--no-input-feeding",
           .in_files = InFiles::always},
          {.name = "context_starts_only",
           .value = &o.context_starts_only,
           .help = "attention none: the encoder's final state only initialises the decoder and is not an input of each step",
           .in_files = InFiles::always}};
}

OptionFields structure_fields(Seq2SeqOptions& o) {
  return {
      {.name = "bidirectional",
       .value = &o.bidirectional,
       .help = "bidirectional encoder with hidden / 2 numbers per direction; by default on unless hidden is odd",
       .flag = "--bidirectional,!--one-way",
       .in_files = InFiles::always},
      {.name = "bridge",
       .value = &o.bridge,
       .help = "learn a linear map from the encoder's final state to the decoder's initial state",
       .in_files = InFiles::always},
      {.name = "layers",
       .value = &o.layers,
       .range = at_least(1),
       .most_typed = 100,
       .help = "number of recurrent layers in the encoder and in the decoder",
       .in_files = InFiles::always},
      {.name = "copy",
       .value = &o.copy,
       .help = "copy mechanism: the decoder can also copy the source words that it attends to, even if they are not in the "
               "vocabulary",
       .in_files = InFiles::always},
      {.name = "copied_ids", .value = &o.copied_ids, .in_files = InFiles::always},
      {.name = "coverage",
       .value = &o.coverage,
       .help = "coverage: attention scores also depend on the attention that each source token has received so far, which "
               "reduces repetitions and omissions",
       .in_files = InFiles::always,
       .absent = "0"},
      {.name = "coverage_loss",
       .value = &o.coverage_loss,
       .range = at_least(0),
       .help = "weight of a loss that penalises repeated attention to the same source tokens; for any attention",
       .in_files = InFiles::always,
       .absent = "0"},
      {.name = "alignment_loss", .value = &o.alignment_loss, .range = at_least(0), .in_files = InFiles::always, .absent = "0"},
      {.name = "layer_norm",
       .value = &o.layer_norm,
       .help = "layer normalisation of the gates in the recurrent layers",
       .in_files = InFiles::always},
      {.name = "tie",
       .value = named_option(o.tie, kTieNames),
       .help = "target: the output layer shares the weights of the target embedding; all: so does the source embedding, with one "
               "vocabulary for both sides",
       .in_files = InFiles::always},
      {.name = "residual",
       .value = &o.residual,
       .help = "residual connections: layers above the first add their input to their output",
       .in_files = InFiles::always}};
}

OptionFields size_and_dropout_fields(Seq2SeqOptions& o) {
  return {{.name = "embedding_dim",
           .value = &o.embedding_dim,
           .range = at_least(0),
           .most_typed = kMostNumbers,
           .help = "embedding dimension; with pre-trained vectors it must be that of the vectors, or 0",
           .in_files = InFiles::always},
          {.name = "hidden",
           .value = &o.hidden,
           .range = at_least(1),
           .most_typed = kMostNumbers,
           .help = "size of the hidden state",
           .in_files = InFiles::always},
          {.name = "dropout",
           .value = &o.dropout,
           .range = kHiddenShare,
           .help = "dropout probability of embeddings, between layers and before the output layer",
           .in_files = InFiles::always},
          {.name = "variational_dropout",
           .value = &o.variational_dropout,
           .help = "use the same dropout mask at all steps of a sentence, and drop recurrent states too",
           .in_files = InFiles::always},
          {.name = "source_word_dropout",
           .value = &o.source_word_dropout,
           .range = kHiddenShare,
           .help = "probability of dropping a source word in training",
           .flag = "--word-dropout-source",
           .in_files = InFiles::always},
          // At 1 the decoder knows the previous words only through its states (Bowman et al. 2016, "Generating Sentences from a
          // Continuous Space").
          {.name = "target_word_dropout",
           .value = &o.target_word_dropout,
           .range = from_to(0, 1),
           .help = "probability of dropping an input word of the decoder in training",
           .flag = "--word-dropout-target",
           .in_files = InFiles::always}};
}

}  // namespace

OptionFields Seq2SeqOptions::fields() {
  OptionFields all = {{.name = "source_vocabulary",
                       .value = &source_vocabulary,
                       .range = at_least(1),
                       .in_files = InFiles::always,
                       .key = "source_vocabulary_size"},
                      {.name = "target_vocabulary",
                       .value = &target_vocabulary,
                       .range = at_least(1),
                       .in_files = InFiles::always,
                       .key = "target_vocabulary_size"},
                      {.name = "cell",
                       .value = named_option(cell, kCellNames),
                       .help = "type of recurrent cell in the encoder and the decoder",
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
    check_option(!wanted || has_attention(), caller, "seq2seq: ", OptionName{name}, " requires attention, but ",
                 OptionName{"attention"}, " is none");
  };
  needs_attention("copy", copy);
  needs_attention("coverage", coverage);
  needs_attention("coverage_loss", coverage_loss > 0);
  needs_attention("alignment_loss", alignment_loss > 0);
  check_option(!copy || (copied_ids >= 1 && copied_ids < target_vocabulary), caller, "seq2seq: ", OptionName{"copied_ids"}, " ",
               copied_ids, " is not at least 1 and below the target vocabulary's ", target_vocabulary);
  check_option(!layer_norm || cell != RecurrentCell::rnn, caller, "seq2seq: ", OptionName{"layer_norm"},
               " requires an lstm or gru cell");
  teacher_forcing.validate(caller);
  check_option(!bidirectional || hidden % 2 == 0, caller, "seq2seq: a bidirectional encoder needs an even ", OptionName{"hidden"},
               ", not ", hidden);
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
