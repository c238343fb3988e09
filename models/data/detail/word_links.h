// Links between the words of a pair, as links between the tokens that these are cut into.
#pragma once

#include <weft/models/data/example_source.h>
#include <weft/models/subwords/tokenizer.h>

#include <cstdint>
#include <string>

namespace weft::text {

// pair.alignment as token places, source and target in turn, from 0; all tokens of one word are linked to all of the other.
// Throws FormatError, which begins with `place`, for what is no list of links, a link outside the words, and a tokenizer that
// does not cut word by word.
std::vector<std::int64_t> token_links(const TextPair& pair, const Tokenizer& source, const Tokenizer& target,
                                      const std::string& place);

}  // namespace weft::text
