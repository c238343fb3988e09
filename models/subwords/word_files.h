// The files that a model's words may come from: a vocabulary, vectors that were trained before.
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
  std::string vocabulary = {};       // the tokens to know, see text/vocabulary_file.h; "": those of the training data
  std::string save_vocabulary = {};  // a file to write them to; "": none
  std::string vectors = {};          // what the embedding begins with, see text/word_vectors.h; "": random numbers
  bool freeze_vectors = false;       // the embedding is not trained
  // Told once of the file of vectors how many of its lines are not UTF-8, and which is the first; unset: not reported.
  std::function<void(const std::string&)> report = {};
};

// The vocabulary of `files`, or else the one that build() makes of what count() finds in the training data. Does not count where
// nobody needs it. Where the files ask for it, `callbacks` gets one that saves the vocabulary when training begins.
text::Vocabulary choose_vocabulary(const WordFiles& files, bool sentence_marks, const std::function<text::TokenCounts()>& count,
                                   const std::function<text::Vocabulary(const text::TokenCounts&)>& build,
                                   std::vector<std::shared_ptr<Callback>>& callbacks);

// Says on `log` how much of the training texts a vocabulary that was given knows and, with unit bpe, how many words the codes
// leave whole; `side` is "" or "source " or "target ". Throws ValueError when the vocabulary knows nothing.
void say_known_words(std::ostream* log, const WordFiles& files, const text::KnownWords& known, const std::string& side);

// The vectors of `files`; none, of dim 0, where they name no file. Throws ValueError for freezing without vectors.
text::WordVectors choose_vectors(const WordFiles& files, const text::Vocabulary& vocabulary);

// Numbers per word: as the options ask for and the vectors have. `asked` is what the options say, 0: what the vectors have.
// Throws ValueError when vectors and options, or two sides' vectors, do not agree.
std::int64_t choose_dim(std::int64_t asked, std::initializer_list<const text::WordVectors*> vectors);

// Writes the vectors into the rows of their words, so that they are what the embedding gives out, freezes the embedding where
// asked to, and says on `log` how many words of the vocabulary have one. Words without keep what they had.
void set_vectors(nn::Embedding& embedding, const WordFiles& files, const text::WordVectors& vectors,
                 const text::Vocabulary& vocabulary, std::ostream* log);

}  // namespace weft
