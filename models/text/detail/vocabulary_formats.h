// Vocabulary files of other programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace weft::text {

// Returns the words of a vocabulary file in the order of their ids, without the specials <pad>, <unk>, <s> and </s>. Returns
// nothing for a plain list of words and for weft's own format. The format is recognised by what all lines have in common:
//     word 123            fairseq's dict.txt, with counts
//     word: 123           Marian's .yml, with ids; the word may be quoted
//     piece<TAB>-3.25     SentencePiece's .vocab, with ln p
//     {"word": 123, ..}   JSON, with ids, as Marian and others write it; or ["word", ..]
// Throws FormatError, which begins with `name` and a line number, for JSON of another structure and for an id given twice.
std::optional<std::vector<std::string>> foreign_vocabulary(const std::vector<std::string>& lines, const std::string& name);

}  // namespace weft::text
