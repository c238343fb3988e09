// The files that a model's words may come from: a vocabulary, and pretrained vectors.
#pragma once

#include <weft/models/progress/callback.h>
#include <weft/models/subwords/known_words.h>
#include <weft/models/text/vocabulary.h>
#include <weft/models/text/word_vectors.h>
#include <weft/nn/layers/embedding.h>

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace weft {

struct WordFiles {
  std::string vocabulary = {};       // the tokens of the model, see text/vocabulary_file.h; "": those of the training data
  std::string save_vocabulary = {};  // a file to write the vocabulary to; "": none
  std::string vectors = {};          // initial values of the embedding, see text/word_vectors.h; "": random numbers
  bool freeze_vectors = false;       // the embedding is not trained
  // Called once with the number of lines in the file of vectors that are not UTF-8, and the first of them; if empty, not
  // reported.
  std::function<void(const std::string&)> report = {};
};

// Returns the vocabulary in `files`. If they name none, returns build() of the counts that count() finds in the training data. If
// the vocabulary is to be saved, adds a callback to `callbacks` that does so when training begins.
text::Vocabulary choose_vocabulary(const WordFiles& files, bool sentence_marks, const std::function<text::TokenCounts()>& count,
                                   const std::function<text::Vocabulary(const text::TokenCounts&)>& build,
                                   std::vector<Callback>& callbacks);

// Reports on `log` how much of the training texts a given vocabulary knows and, with unit bpe, how many words the codes leave
// whole; `side` is "" or "source " or "target ". Throws ValueError if it has none of the words.
void say_known_words(std::ostream* log, const WordFiles& files, const text::KnownWords& known, const std::string& side);

// Returns the vectors of `files`; empty, with dim 0, if they name no file. Throws ValueError for freezing without vectors.
text::WordVectors choose_vectors(const WordFiles& files, const text::Vocabulary& vocabulary);

// Returns the numbers per word. `asked` is the option's value, where 0 means the vectors' dim. Throws ValueError if vectors and
// options, or the vectors of two sides, do not agree.
std::int64_t choose_dim(std::int64_t asked, std::initializer_list<const text::WordVectors*> vectors);

// Writes the vectors into the rows of their words, so that the embedding returns them, freezes the embedding if requested, and
// reports on `log` how many words of the vocabulary have a vector. Words without one keep their values.
void set_vectors(nn::Embedding& embedding, const WordFiles& files, const text::WordVectors& vectors,
                 const text::Vocabulary& vocabulary, std::ostream* log);

}  // namespace weft
