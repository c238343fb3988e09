// Pretrained word vectors, in the text format of word2vec and GloVe.
#pragma once

#include <weft/models/io/line_reader.h>
#include <weft/models/text/vocabulary.h>

#include <string>

namespace weft::text {

// The vectors of those words that a vocabulary contains.
struct WordVectors {
  std::int64_t dim = 0;           // numbers per word
  std::vector<std::int64_t> ids;  // of the words that were found, each once, in the file's order
  std::vector<float> values;      // [ids, dim]
};

// Reads a file of lines `word number number ..`, with a first line `words dim` (word2vec, fastText) or without (GloVe), gzipped
// or not. It is read line by line, and only the vectors of the vocabulary's words are stored. If a word occurs twice, its first
// vector counts; a word with spaces is not a token and is skipped. A number below the smallest of f32 is 0. Throws IoError, and
// FormatError with file and line if a line has too few numbers, half of the lines have too many, a number that is needed is
// invalid, or the first line gives another count.
WordVectors read_word_vectors(const std::string& path, const Vocabulary& vocabulary, OnBadBytes on_bad_bytes = {});

}  // namespace weft::text
