// Translation from files of sentence pairs to output lines: what the translate program does, for C++.
#pragma once

#include <weft/models/decoding/hypothesis.h>
#include <weft/models/seq2seq.h>
#include <weft/models/text/files.h>
#include <weft/models/text/tokenize.h>
#include <weft/models/text/vocabulary.h>
#include <weft/models/training/text_scores.h>
#include <weft/models/training/training_loop.h>

#include <iosfwd>
#include <span>

namespace weft {

struct TranslatorTraining {
  text::Unit unit = text::Unit::word;  // words are cut at white space and nowhere else, and keep their case
  Seq2SeqOptions model = {.embedding_dim = 128, .hidden = 256, .dropout = 0.3};  // vocabularies are filled in
  std::int64_t vocabulary_size =
      0;  // rows of each embedding, the specials included; 0: as many as the data asks for, up to 10000
  // Rarer tokens are unknown ones. 0: 2, or 1 for a side where words met once make up over a tenth of the text.
  std::int64_t min_count = 0;
  double learning_rate = 2e-3;    // of Adam at the start; without fit.schedule it falls to 0 along half a cosine
  double label_smoothing = 0;     // share of each target word that is spread over the vocabulary; the dev loss is without
  std::int64_t max_length = 100;  // pairs with more tokens on a side are not trained on, and no output gets longer
  std::size_t data_memory = SequenceStore::kMemory;  // bytes of token ids of a side; more go to a temporary file
  // The seed is that of initial weights, order, dropout and the held-out pairs; the log begins with "parameters N".
  FitOptions fit = {.epochs = 20, .batch_size = 64, .clip_norm = 1};
};

struct Translation {
  std::string text;
  std::vector<std::string> source, target;  // tokens; the source's last is </s>
  double score = 0;                         // mean ln p of a token
  Tensor attention;                         // [target, source]; undefined without attention and for an empty line
};

struct TranslatorScores : metrics::TextScores {
  double exact_match = 0;  // 0 .. 1
  double perplexity = 0;   // of a target token, </s> included
};

// An encoder-decoder with its vocabularies.
class Translator {
 public:
  // Trains on `train` and keeps the weights of the epoch with the lowest loss on `dev`. Without dev pairs, 5 % of the training
  // pairs are held out. Pairs are read three times and not kept. Throws ValueError for options out of range and when no pair is
  // short enough.
  static Translator train(const text::PairSource& train, const text::PairSource* dev, const TranslatorTraining& options);
  static Translator train(const std::vector<text::TextPair>& train, const std::vector<text::TextPair>& dev,
                          const TranslatorTraining& options);

  // One file holds everything. load throws IoError, FormatError.
  void save(const std::string& path);
  static Translator load(const std::string& path);

  // Equal source lines are one source with several references.
  TranslatorScores evaluate(const std::vector<text::TextPair>& pairs, std::int64_t beam = 1,
                            const metrics::BleuOptions& bleu = {});

  // One translation for each line, of an empty line an empty one. With a beam of 1 the search is greedy.
  std::vector<Translation> translate(std::span<const std::string> lines, std::int64_t beam = 1);

  Seq2Seq& model() { return model_; }

 private:
  Translator(text::Unit unit, std::int64_t max_length, text::Vocabulary source, text::Vocabulary target,
             const Seq2SeqOptions& options);
  std::vector<std::string> tokens(const std::string& line) const;
  SequencePairs encode(const text::PairSource& pairs, std::size_t data_memory) const;
  Translation describe(const Hypothesis& hypothesis, std::vector<std::string> source) const;

  text::Unit unit_;
  std::int64_t max_length_;
  text::Vocabulary source_, target_;
  Seq2Seq model_;
};

}  // namespace weft
