#include <weft/models/model_file.h>
#include <weft/models/translator.h>

namespace weft {

namespace {
constexpr const char* kKind = "translate";
}

void Translator::save(const std::string& path) {
  const Seq2SeqOptions& options = model_.options();
  save_model(path, model_, kKind,
             {{"unit", to_string(unit_)},
              {"max_length", std::to_string(max_length_)},
              {"source_vocabulary_size", std::to_string(options.source_vocabulary)},
              {"target_vocabulary_size", std::to_string(options.target_vocabulary)},
              {"embedding_dim", std::to_string(options.embedding_dim)},
              {"hidden", std::to_string(options.hidden)},
              {"cell", to_string(options.cell)},
              {"layers", std::to_string(options.layers)},
              {"bidirectional", std::to_string(options.bidirectional)},
              {"attention", to_string(options.attention)},
              {"wiring", to_string(options.wiring)},
              {"input_feeding", std::to_string(options.input_feeding)},
              {"context_starts_only", std::to_string(options.context_starts_only)},
              {"bridge", std::to_string(options.bridge)},
              {"dropout", std::to_string(options.dropout)},
              {"source_vocabulary", to_json(source_.tokens())},
              {"target_vocabulary", to_json(target_.tokens())}});
}

Translator Translator::load(const std::string& path) {
  Metadata metadata = read_model_metadata(path, kKind);
  auto text_of = [&](const char* key) { return entry(path, metadata, key); };
  auto integer = [&](const char* key) { return static_cast<std::int64_t>(number_entry(path, metadata, key)); };
  auto vocabulary = [&](const char* key) { return text::Vocabulary::from_tokens(list_from_json(path, text_of(key)), path); };
  Seq2SeqOptions options{.source_vocabulary = integer("source_vocabulary_size"),
                         .target_vocabulary = integer("target_vocabulary_size"),
                         .embedding_dim = integer("embedding_dim"),
                         .hidden = integer("hidden"),
                         .cell = cell_from_string(text_of("cell")),
                         .layers = static_cast<int>(integer("layers")),
                         .bidirectional = integer("bidirectional") != 0,
                         .attention = attention_from_string(text_of("attention")),
                         .wiring = wiring_from_string(text_of("wiring")),
                         .input_feeding = integer("input_feeding") != 0,
                         .context_starts_only = integer("context_starts_only") != 0,
                         .bridge = integer("bridge") != 0,
                         .dropout = number_entry(path, metadata, "dropout")};
  Translator translator(text::unit_from_string(text_of("unit")), integer("max_length"), vocabulary("source_vocabulary"),
                        vocabulary("target_vocabulary"), options);
  load_weights(path, translator.model_);
  return translator;
}

}  // namespace weft
