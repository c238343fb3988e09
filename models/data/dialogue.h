// Conversations of two sides, who speak in turn, and the pairs that a model learns to answer from.
#pragma once

#include <weft/models/data/example_source.h>
#include <weft/models/io/earlier_lines.h>

#include <span>
#include <string>
#include <vector>

namespace weft::text {

// Lines and answers in turn: one side says lines 1, 3, .., the other answers with lines 2, 4, ..
using Dialogue = std::vector<std::string>;

// A pair for each answer: its source is the line that it answers behind the context before it, as EarlierLines joins them.
// Throws ValueError when a dialogue's last line has no answer.
std::vector<TextPair> pairs_of(std::span<const Dialogue> dialogues, const ContextOptions& context = {});

}  // namespace weft::text
