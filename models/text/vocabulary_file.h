// Vocabularies as text files: one token per line, a tab, how often the training data has it. The line says the id: the first is
// 0.
#pragma once

#include <weft/models/text/vocabulary.h>

#include <string>

namespace weft::text {

// Writes every token, the specials first. In a token a backslash, tab, line feed and carriage return are written as \\ \t \n \r,
// so that nothing in the file is anything but a token and its count; tokens that `counts` lacks have 0. Throws IoError.
void save_vocabulary(const std::string& path, const Vocabulary& vocabulary, const TokenCounts& counts);

// The vocabulary of such a file; counts may be missing. A file without <pad> and <unk> gets the specials in front: a plain list
// of words will do, and so will the vocabularies of some other programs, see vocabulary_formats.h. Compressed by gzip or not.
// Throws IoError, and FormatError when the file breaks the format, has specials in another place, a token twice, or no <s> and
// </s> where `sentence_marks` asks for them.
Vocabulary load_vocabulary(const std::string& path, bool sentence_marks);

}  // namespace weft::text
