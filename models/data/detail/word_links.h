// Converts links between the words of a pair to links between their tokens.
#pragma once

#include <weft/models/data/example_source.h>
#include <weft/models/subwords/tokenizer.h>

#include <cstdint>
#include <string>

namespace weft::text {

// Returns pair.alignment as token positions, alternately in the source and the target, from 0; all tokens of a word are linked to
// all of the other. Throws FormatError, which begins with `place`, for an invalid list of links, a link outside the words, and a
// tokenizer that does not work word by word.
std::vector<std::int64_t> token_links(const TextPair& pair, const Tokenizer& source, const Tokenizer& target,
                                      const std::string& place);

}  // namespace weft::text
