// A model with damaged metadata works or is refused, and takes no more memory or time than the size of its file justifies.
#include <doctest/doctest.h>
#include <weft/models/classifier/classify.h>
#include <weft/models/subwords/bpe_learn.h>
#include <weft/models/translator/translator.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/memory/allocator.h>

#include <functional>

#include "tests/models/damaged_file.h"

using namespace weft;
using test::read_file, test::TemporaryFolder, test::write_file;

namespace {

// Functions that write a model to a path, and that load and use one.
struct Kind {
  const char* name;
  std::function<void(const std::string&path)> write, use;
};

text::Tokenizer bpe_tokenizer() {
  return {text::TokenizerOptions(), text::learn_bpe({{"good", 3}, {"bad", 2}, {"film", 2}}, {.merges = 3, .min_frequency = 1})};
}

Kind classifier(const char* name, ClassifierAttention attention, std::int64_t ngrams, const text::Tokenizer& tokenizer) {
  return {name,
          [=](const std::string& path) {
            ClassifierTraining options{.tokenizer = tokenizer, .attention = attention, .embedding_dim = 4, .ngrams = ngrams};
            if (attention == ClassifierAttention::bag_of_words) options.term_weights = TermWeights::tfidf;
            options.vocabulary_size = 40;
            options.model_path = path;
            options.fit.epochs = 0;
            options.fit.progress = false;
            TextClassifier::train({{"good", "a good film a good film"}, {"bad", "a bad film"}, {"so", "a film"}},
                                  {{"good", "good film"}}, options);
          },
          [](const std::string& path) {
            const std::vector<std::string> lines{"a good film", "", "nothing is known"};
            const std::size_t predictions = TextClassifier::load(path).predict(lines).size();
            CHECK(predictions == 3);
          }};
}

Kind translator(const char* name, const Seq2SeqOptions& model, const text::Tokenizer& tokenizer) {
  return {name,
          [=](const std::string& path) {
            TranslatorTraining options{.source_tokenizer = tokenizer, .target_tokenizer = tokenizer, .model = model};
            options.model.embedding_dim = 4;
            options.model.hidden = 6;
            options.model.copied_ids = 3;
            options.min_count = 1;
            options.model_path = path;
            options.joint_vocabulary = model.tie == Tie::all;
            options.context = {.lines = 1, .separator = "<sep>"};
            options.fit.epochs = 0;
            options.fit.progress = false;
            Translator::train({{"one two", "eins zwei"}, {"two three", "zwei drei"}}, {{"one", "eins"}}, options);
          },
          [](const std::string& path) {
            Translator loaded = Translator::load(path);
            const std::vector<std::string> lines{"one two three", "", "four five"};
            const std::size_t greedy = loaded.translate(lines).size(), beam = loaded.translate(lines, {.beam = 2}).size();
            CHECK(greedy == 3);
            CHECK(beam == 3);
          }};
}

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      classifier("self-attention", ClassifierAttention::self, 2, text::Tokenizer()),
      classifier("pooling", ClassifierAttention::pooling, 1, bpe_tokenizer()),
      classifier("bag of words", ClassifierAttention::bag_of_words, 3, text::Tokenizer({.token_pattern = "[a-z]+"})),
      translator("lstm with copies", {.copy = true, .coverage = true}, text::Tokenizer(words_as_written())),
      translator("gru of two directions",
                 {.cell = RecurrentCell::gru,
                  .layers = 2,
                  .bidirectional = true,
                  .attention = AttentionKind::additive,
                  .wiring = Wiring::bahdanau,
                  .tie = Tie::all},
                 bpe_tokenizer()),
      translator("fixed vector", {.attention = AttentionKind::none, .context_starts_only = true, .bridge = true},
                 text::Tokenizer({.unit = text::Unit::character}))};
  return all;
}

// Returns whether the file is refused by an error of weft that names it.
bool is_refused(const Kind& kind, const std::string& path) {
  constexpr std::int64_t kMost = std::int64_t{64} << 20;
  memory::reset_peak();
  const std::int64_t before = memory::stats().peak_bytes;
  bool refused = false;
  try {
    kind.use(path);
  } catch (const FormatError& error) {
    refused = true;
    CHECK(std::string(error.what()).find(path) != std::string::npos);
  }
  CHECK(memory::stats().peak_bytes - before < kMost);
  return refused;
}

}  // namespace

TEST_CASE("damaged models: invalid values of every metadata entry are refused or harmless") {
  for (const Kind& kind : kinds()) {
    TemporaryFolder folder;
    const std::string path = folder / "model";
    kind.write(path);
    const std::string whole = read_file(path);
    REQUIRE_FALSE(is_refused(kind, path));
    for (const auto& [key, value] : load_tensors(path).metadata)
      for (const std::string& bad : test::bad_values()) {
        write_file(path, test::with_metadata(whole, key, bad));
        CAPTURE(kind.name);
        const std::string changed = key + " = " + bad;
        CAPTURE(changed);
        is_refused(kind, path);
      }
  }
}

TEST_CASE("damaged models: a number out of range is refused even if the checksum is right") {
  const std::vector<std::string> no_size{"-1", "0", "0.5", "-1000000", "1e300", "nan", "inf", "", "abc", "9223372036854775808"};
  const std::vector<std::string> no_flag{"-1", "0.5", "2", "1e300", "nan", "inf", "", "abc"};
  const std::vector<std::string> no_share{"-1", "7", "1000000000", "1e300", "nan", "inf", "", "abc"};
  const std::vector<std::pair<const char*, std::vector<std::string>>> bad{{"vocabulary_size", no_size},
                                                                          {"embedding_dim", no_size},
                                                                          {"max_length", no_size},
                                                                          {"ngrams", no_size},
                                                                          {"ngrams", {"6", "1000000000"}},
                                                                          {"tokenizer.lower_case", no_flag},
                                                                          {"tokenizer.split_punctuation", no_flag},
                                                                          {"source_vocabulary_size", no_size},
                                                                          {"target_vocabulary_size", no_size},
                                                                          {"hidden", no_size},
                                                                          {"layers", no_size},
                                                                          {"layers", {"2147483648", "1000000000"}},
                                                                          {"bidirectional", no_flag},
                                                                          {"scaled_scores", no_flag},
                                                                          {"input_feeding", no_flag},
                                                                          {"context_starts_only", no_flag},
                                                                          {"bridge", no_flag},
                                                                          {"copy", no_flag},
                                                                          {"copied_ids", no_size},
                                                                          {"coverage", no_flag},
                                                                          {"layer_norm", no_flag},
                                                                          {"residual", no_flag},
                                                                          {"variational_dropout", no_flag},
                                                                          {"dropout", no_share},
                                                                          {"source_word_dropout", no_share},
                                                                          {"target_word_dropout", no_share},
                                                                          {"coverage_loss", {"-1", "nan", "inf", "", "abc"}},
                                                                          {"alignment_loss", {"-1", "nan", "inf", "", "abc"}},
                                                                          {"context", no_size}};
  for (const Kind& kind : {kinds()[0], kinds()[3]}) {
    TemporaryFolder folder;
    const std::string path = folder / "model";
    kind.write(path);
    const std::string whole = read_file(path);
    const TensorFile good = load_tensors(path);
    std::size_t tried = 0;
    for (const auto& entry : bad) {
      const std::string key = entry.first;
      if (!good.metadata.contains(key)) continue;
      for (const std::string& value : entry.second) {
        CAPTURE(key);
        CAPTURE(value);
        write_file(path, test::with_metadata(whole, key, value));
        CHECK(is_refused(kind, path));
        Metadata changed = good.metadata;
        changed[key] = value;
        save_checked(path, good.tensors, changed);
        CHECK(is_refused(kind, path));
        ++tried;
      }
    }
    CHECK(tried > 50);
  }
}

TEST_CASE("damaged models: sizes that contradict the tensors, and tensors of other sizes, are refused") {
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.name);
    TemporaryFolder folder;
    const std::string path = folder / "model";
    kind.write(path);
    const TensorFile good = load_tensors(path);
    auto refused = [&](const std::map<std::string, Tensor>& tensors, const Metadata& metadata) {
      save_checked(path, tensors, metadata);
      return is_refused(kind, path);
    };
    const bool is_bag = kind.name == std::string("bag of words");
    for (const char* key : {"vocabulary_size", "source_vocabulary_size", "target_vocabulary_size", "embedding_dim", "hidden"}) {
      CAPTURE(key);
      if (!good.metadata.contains(key) || (is_bag && key == std::string("embedding_dim")))
        continue;  // a bag of words has no embedding_dim
      for (int change : {-1, 1, 100}) {
        Metadata changed = good.metadata;
        changed[key] = std::to_string(std::stoi(changed[key]) + change);
        CHECK(refused(good.tensors, changed));
      }
    }
    for (const auto& [name, tensor] : good.tensors) {
      const std::string& changed_tensor = name;
      CAPTURE(changed_tensor);
      auto tensors = good.tensors;
      tensors.erase(name);
      CHECK(refused(tensors, good.metadata));
      tensors[name] = contiguous(slice(tensor, 0, 0, tensor.size(0) - 1));
      CHECK(refused(tensors, good.metadata));
    }
  }
  const Kind& copying = kinds()[3];
  TemporaryFolder folder;
  const std::string path = folder / "model";
  copying.write(path);
  TensorFile file = load_tensors(path);
  file.metadata["copied_ids"] = "4";  // one of these rows belongs to a word
  save_checked(path, file.tensors, file.metadata);
  CHECK(is_refused(copying, path));
}
