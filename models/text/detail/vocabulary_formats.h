// Vocabularies as other programs write them.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace weft::text {

// The words of a file, whose lines these are, in the order of their ids, the specials <pad>, <unk>, <s> and </s> left out;
// nothing when it is a list of words or weft's own. Known by what all its lines have in common:
//     word 123            fairseq's dict.txt, with counts
//     word: 123           Marian's .yml, with ids; the word may stand in quotes
//     piece<TAB>-3.25     SentencePiece's .vocab, with ln p
//     {"word": 123, ..}   JSON, with ids, as Marian and others write it; or ["word", ..]
// Throws FormatError, which begins with `name` and a line, for JSON that is something else, and for an id that stands twice.
std::optional<std::vector<std::string>> foreign_vocabulary(const std::vector<std::string>& lines, const std::string& name);

}  // namespace weft::text
