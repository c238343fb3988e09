// Conversations of two sides that speak in turn, and the pairs from which a model learns to answer.
#pragma once

#include <weft/models/data/example_source.h>
#include <weft/models/io/earlier_lines.h>

#include <span>
#include <string>
#include <vector>

namespace weft::text {

// Lines and answers alternate: one side says lines 1, 3, .., the other answers with lines 2, 4, ..
using Dialogue = std::vector<std::string>;

// Returns a pair for each answer: its source is the line that it answers, preceded by the context, as EarlierLines joins them.
// Throws ValueError if a dialogue's last line has no answer.
std::vector<TextPair> pairs_of(std::span<const Dialogue> dialogues, const ContextOptions& context = {});

}  // namespace weft::text
