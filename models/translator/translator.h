// Translation from files of sentence pairs to output lines: the C++ interface of the translate program.
#pragma once

#include <weft/models/data/files.h>
#include <weft/models/decoding/decode.h>
#include <weft/models/io/earlier_lines.h>
#include <weft/models/metrics/text_scores.h>
#include <weft/models/options/option_field.h>
#include <weft/models/seq2seq/seq2seq_decoder.h>
#include <weft/models/subwords/tokenizer.h>
#include <weft/models/subwords/word_files.h>
#include <weft/models/text/vocabulary.h>
#include <weft/models/training/data.h>
#include <weft/models/training/fit_options.h>

#include <iosfwd>
#include <span>
#include <string>
#include <tuple>

namespace weft {

// Words are split only at white space, and keep their case.
inline text::TokenizerOptions words_as_written() { return {.lower_case = false, .split_punctuation = false}; }

struct TranslatorTraining {
  text::Tokenizer source_tokenizer{words_as_written()}, target_tokenizer{words_as_written()};
  Seq2SeqOptions model = {.embedding_dim = 128, .hidden = 256, .dropout = 0.3};  // vocabularies are filled in
  std::int64_t vocabulary_size =
      0;  // rows of each embedding, the specials included; 0: as many as the data asks for, up to 10000
  // Rarer tokens are unknown. 0 means 2, or 1 for a side where words that occur once make up over a tenth of the text and cannot
  // be copied.
  std::int64_t min_count = 0;
  bool joint_vocabulary = false;  // one for both sides, read from source_words if from a file; always used with Tie::all
  WordFiles source_words = {}, target_words = {};  // with their vectors, model.embedding_dim 0 is as these have it
  double learning_rate = 2e-3;                     // of Adam at the start, see translate.md; it follows fit.schedule
  double label_smoothing = 0;     // share of each target word that is spread over the vocabulary; the dev loss does not use it
  std::int64_t max_length = 100;  // pairs with more tokens on a side are not trained on, and no output is longer
  std::size_t data_memory = SequenceStore::kMemory;  // bytes of token ids of a side; more go to a temporary file
  // The seed determines initial weights, order, dropout and the held-out pairs. The log begins with the lines "pairs N, dev pairs
  // N" and "parameters N".
  FitOptions fit = {.epochs = 20, .batch_size = 64, .clip_norm = 1, .schedule = "cosine"};
  text::ContextOptions context = {};  // how the sources were joined if they are conversations; stored in the model's file
  std::string model_path = {};        // written at each epoch that is the best so far, and at the end; "": not written
  std::string config = {};            // text that is stored in the model's file: the options it was trained with

  // Describes the options; those of model and fit describe themselves.
  OptionFields fields();
  // Throws ValueError for options out of range and for options that exclude each other.
  void validate() const;
};

struct Translation {
  std::string text;
  std::vector<std::string> source, target;      // tokens; the source's last is </s>
  double score = 0;                             // by which translations are compared, see search_score
  double log_probability = 0;                   // ln p of the target and </s>
  std::vector<double> token_log_probabilities;  // of each target token and of </s>
  Tensor attention;                             // [target, source]; undefined without attention and for an empty line
};

// Inputs that belong to single lines.
struct LineInputs {
  std::vector<std::string> prefixes = {};  // the beginning of each translation, as text; empty: none
  std::uint64_t first_line = 0;  // the number of the first line, from 0; sampling derives the line's random stream from it
};

// Distinct sources, with their references and the translations.
struct TranslatedSources {
  std::vector<std::string> sources;
  std::vector<metrics::References> references;
  std::vector<Translation> translations;

  std::vector<std::string> outputs() const;  // the translations' texts
};

struct TranslatorScores : metrics::TextScores {
  double exact_match = 0;  // 0 .. 1
  double perplexity = 0;   // of a target token, </s> included
};

// An encoder-decoder with its tokenizers and vocabularies.
class Translator {
 public:
  // Trains on `train` and keeps the weights of the epoch that is best on `dev` by fit.monitor: "loss", "accuracy" (of target
  // tokens, given the true ones before them) or "bleu", which translates `dev` greedily after each epoch and keeps its pairs in
  // memory. Without dev pairs, 5 % of the training pairs are held out. Pairs are read three times and not stored. Throws
  // ValueError for options out of range and if no pair is short enough.
  static Translator train(const text::PairSource& train, const text::PairSource* dev, const TranslatorTraining& options);
  static Translator train(const std::vector<text::TextPair>& train, const std::vector<text::TextPair>& dev,
                          const TranslatorTraining& options);

  // One file contains everything. load throws IoError, FormatError.
  void save(const std::string& path);
  static Translator load(const std::string& path);

  // From now on both translate together, as an Ensemble, with all models that `other` uses. Throws ValueError if their tokens or
  // vocabularies differ.
  void add_model(Translator other);

  // Equal source lines become one source with several references; with `each_pair` each pair stays separate, with one reference.
  TranslatedSources translate_sources(const std::vector<text::TextPair>& pairs, const SearchOptions& options = {},
                                      bool each_pair = false);
  // Return scores of the result of translate_sources, or of the translations of these pairs.
  TranslatorScores evaluate(const std::vector<text::TextPair>& pairs, const SearchOptions& options = {},
                            const metrics::BleuOptions& bleu = {});
  TranslatorScores evaluate_translations(const std::vector<text::TextPair>& pairs, const TranslatedSources& translated,
                                         const metrics::BleuOptions& bleu = {});

  // Returns the best translation of each line; an empty line gives an empty one. See decode for the options; the default
  // max_length is that of the training. The translation of a line does not depend on the other lines, bit for bit. Throws
  // ValueError as decode does, if there are prefixes but not one for each line, and for an empty line with a prefix.
  std::vector<Translation> translate(std::span<const std::string> lines, const SearchOptions& options = {},
                                     const LineInputs& own = {});
  // Returns the n_best translations of each line, the best first; an empty line gives a single empty one.
  std::vector<std::vector<Translation>> translate_n_best(std::span<const std::string> lines, const SearchOptions& options = {},
                                                         const LineInputs& own = {});
  // Scores each source's given target; text and tokens are the target's own.
  std::vector<Translation> score(const std::vector<text::TextPair>& pairs, const SearchOptions& options = {});

  Seq2Seq& model() { return model_; }
  const text::Tokenizer& source_tokenizer() const { return source_tokenizer_; }
  const text::Tokenizer& target_tokenizer() const { return target_tokenizer_; }
  // The options it was trained with, as given by TranslatorTraining::config.
  const std::string& config() const { return config_; }
  // What preceded the lines that it was trained to answer.
  const text::ContextOptions& context() const { return context_; }
  // Returns whether all tokens of a source text are in the vocabulary.
  bool knows_source(const std::string& text) const;
  // Returns whether translations have alignments.
  bool has_attention() const;

 private:
  Translator(text::Tokenizer source_tokenizer, text::Tokenizer target_tokenizer, std::int64_t max_length, text::Vocabulary source,
             text::Vocabulary target, const Seq2SeqOptions& options);
  struct KnownPairs {
    text::KnownWords source, target;
    auto fields() { return std::tie(source, target); }
  };
  SequencePairs encode(const text::PairSource& pairs, std::size_t data_memory, const text::ShowDone& show = {},
                       KnownPairs* known = nullptr, Communicator* ranks = nullptr) const;
  // The decoders of all models, which are put into eval mode.
  std::vector<Seq2SeqDecoder> decoders();
  SearchOptions completed(SearchOptions options) const;
  std::vector<std::int64_t> source_ids(const std::vector<std::string>& tokens) const;
  // With a copy mechanism each source word that the vocabulary lacks has an id of its own, after those of the vocabulary.
  Sequence word_ids(const std::vector<std::string>& source) const;
  // With a copy mechanism a word that only the source has is a copied one; otherwise it is unknown.
  Sequence target_ids(const std::vector<std::string>& target, const std::vector<std::string>& source) const;
  std::vector<std::string> written_tokens(Sequence ids, const std::vector<std::string>& source) const;
  Translation describe(const Hypothesis& hypothesis, const std::vector<std::string>& source,
                       const std::vector<std::string>& given) const;
  Metadata metadata() const;

  text::Tokenizer source_tokenizer_, target_tokenizer_;
  std::int64_t max_length_;
  text::Vocabulary source_, target_;
  std::string config_;
  text::ContextOptions context_;
  Seq2Seq model_;
  std::vector<Translator> others_;  // of the ensemble
};

}  // namespace weft
