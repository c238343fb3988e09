// Vectors of words that somebody trained before, in the text format of word2vec and GloVe.
#pragma once

#include <weft/models/io/line_reader.h>
#include <weft/models/text/vocabulary.h>

#include <string>

namespace weft::text {

// The vectors of the words that a vocabulary has.
struct WordVectors {
  std::int64_t dim = 0;           // numbers per word
  std::vector<std::int64_t> ids;  // of the words that were found, each once, in the file's order
  std::vector<float> values;      // [ids, dim]
};

// Reads a file of lines `word number number ..`, with a first line `words dim` (word2vec, fastText) or without (GloVe),
// compressed by gzip or not. It is read line by line and nothing is kept but the vectors of the vocabulary's words; of a word
// that stands in it twice the first vector counts; a word with spaces is no token and is left out. A number below the smallest of
// f32 is 0. Throws IoError, and FormatError with file and line when a line has too few numbers, half of the lines have too many,
// one that is needed is no number, or the first line promises another count.
WordVectors read_word_vectors(const std::string& path, const Vocabulary& vocabulary, OnBadBytes on_bad_bytes = {});

}  // namespace weft::text
