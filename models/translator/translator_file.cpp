#include <weft/models/io/decimal.h>
#include <weft/models/io/model_file.h>
#include <weft/models/options/stored_options.h>
#include <weft/models/subwords/detail/tokenizer_file.h>
#include <weft/models/translator/translator.h>

namespace weft {

namespace {
constexpr const char* kKind = "translate";

// With a copy mechanism the last `copied` rows are for words that the vocabulary lacks.
void check_sizes(const std::string& path, const text::Vocabulary& vocabulary, std::int64_t rows, std::int64_t copied) {
  require<FormatError>(vocabulary.has_sentence_marks(), path, ": a vocabulary lacks <s> and </s>");
  require<FormatError>(vocabulary.size() <= rows - copied, path, ": ", vocabulary.size(), " words for ", rows,
                       " rows of an embedding", copied ? ", including those for copied words: " : "",
                       copied ? std::to_string(copied) : "");
}

Seq2SeqOptions model_options(const std::string& path, const Metadata& metadata) {
  Seq2SeqOptions options;
  read_options(path, metadata, options.fields());
  from_metadata(path, [&] { options.validate(Where{}); });
  return options;
}

void check_recurrent(const std::string& path, const TensorFile& file, const std::string& name,
                     const nn::RecurrentOptions& options, RecurrentCell cell) {
  const std::int64_t rows = gate_count(cell) * options.hidden_size, directions = options.bidirectional ? 2 : 1;
  for (int layer = 0; layer < options.num_layers; ++layer)
    for (const char* direction : {"", "_reverse"}) {
      if (*direction && !options.bidirectional) continue;
      const std::string suffix = "_l" + std::to_string(layer) + direction;
      check_weights(path, file, name + ".weight_ih" + suffix,
                    {rows, layer ? directions * options.hidden_size : options.input_size});
      check_weights(path, file, name + ".weight_hh" + suffix, {rows, options.hidden_size});
    }
}

// Checks all weights whose shapes depend on the options.
void check_weights(const std::string& path, const TensorFile& file, const Seq2SeqOptions& options) {
  if (options.tie != Tie::all)
    weft::check_weights(path, file, "encoder.embedding.weight", {options.source_vocabulary, options.embedding_dim});
  weft::check_weights(path, file, "decoder.embedding.weight", {options.target_vocabulary, options.embedding_dim});
  if (options.tie == Tie::none)
    weft::check_weights(path, file, "decoder.output.weight", {options.target_vocabulary, options.hidden});
  check_recurrent(path, file, "encoder.rnn", encoder_options(options), options.cell);
  check_recurrent(path, file, "decoder.rnn", decoder_options(options), options.cell);
  const std::int64_t bridge = options.layers * options.hidden;
  if (options.has_bridge()) weft::check_weights(path, file, "bridge.hidden.weight", {bridge, bridge});
}

}  // namespace

Metadata Translator::metadata() const {
  Seq2SeqOptions options = model_.options();
  options.scaled_scores = options.has_scaled_scores();
  Metadata metadata = {{"max_length", std::to_string(max_length_)},
                       {"source_vocabulary", to_json(source_.tokens())},
                       {"target_vocabulary", to_json(target_.tokens())},
                       {"config", config_}};
  add_options(metadata, options.fields(), text::decimal);
  if (context_.lines > 0) metadata["context"] = std::to_string(context_.lines);
  if (!context_.separator.empty()) metadata["separator"] = context_.separator;
  add_tokenizer(metadata, "source_tokenizer", source_tokenizer_);
  add_tokenizer(metadata, "target_tokenizer", target_tokenizer_);
  return metadata;
}

void Translator::save(const std::string& path) { save_model(path, model_, kKind, metadata()); }

Translator Translator::load(const std::string& path) {
  const TensorFile file = read_model(path, kKind);
  const Metadata& metadata = file.metadata;
  const Seq2SeqOptions options = model_options(path, metadata);
  check_weights(path, file, options);
  auto vocabulary = [&](const char* key, std::int64_t rows) {
    text::Vocabulary result = text::Vocabulary::from_tokens(list_from_json(path, entry(path, metadata, key)), path);
    check_sizes(path, result, rows, options.copy ? options.copied_ids : 0);
    return result;
  };
  Translator translator(read_tokenizer(path, metadata, "source_tokenizer"), read_tokenizer(path, metadata, "target_tokenizer"),
                        size_entry(path, metadata, "max_length"), vocabulary("source_vocabulary", options.source_vocabulary),
                        vocabulary("target_vocabulary", options.target_vocabulary), options);
  load_weights(path, file, translator.model_);
  translator.config_ = entry(path, metadata, "config");
  if (metadata.contains("context")) translator.context_.lines = size_entry(path, metadata, "context");
  if (metadata.contains("separator")) translator.context_.separator = entry(path, metadata, "separator");
  return translator;
}

}  // namespace weft
