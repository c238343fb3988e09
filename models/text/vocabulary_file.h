// Vocabularies as text files: one token per line, followed by a tab and its frequency in the training data. The line number is
// the id: the first is 0.
#pragma once

#include <weft/models/text/vocabulary.h>

#include <string>

namespace weft::text {

// Writes every token, the specials first. In a token a backslash, tab, line feed and carriage return are written as \\ \t \n \r,
// so that nothing in the file is anything but a token and its count; tokens that `counts` lacks have 0. Throws IoError.
void save_vocabulary(const std::string& path, const Vocabulary& vocabulary, const TokenCounts& counts);

// Reads the vocabulary of such a file; counts may be missing. A file without <pad> and <unk> gets the specials in front, so that
// a plain list of words is accepted, and so are the vocabularies of some other programs, see vocabulary_formats.h. The file may
// be gzipped. Throws IoError, and FormatError if the file violates the format, has specials in other places, a token twice, or
// lacks <s> and </s> although `sentence_marks` requires them.
Vocabulary load_vocabulary(const std::string& path, bool sentence_marks);

}  // namespace weft::text
