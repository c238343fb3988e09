// Conversations with the help desk of a small town: data for a translator that chats, without any file.
#pragma once

#include <weft/models/data/dialogue.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::text {

struct DialogueOptions {
  double rare_names = 0.5;  // share of people's names that are invented, so that nearly all of them occur once
};

// `count` conversations of 4 to 16 lines, in lower case and tokenised; a guest begins, the help desk answers:
//     i must be in orsova , i leave in the afternoon .
//     at 16:10 , from platform 2 .
//     and in the morning ?
//     at 9:30 , from platform 2 .
//     how much is that ?
//     it costs 16 crowns .
//     please book a seat for brandt .
//     a seat in the 9:30 train to orsova is booked for brandt .
// Opening hours, prices, streets and trains are facts of the town, always the same. The answers do not name what they are about,
// and over half of the questions are such as "and on sunday ?", so that the lines before are needed: mostly two, where several of
// these questions follow each other four or six. All lines so far determine the answer. The conversations depend on the seed and
// the options alone; fewer are the beginning of more. Throws ValueError when the share is outside 0 .. 1.
std::vector<Dialogue> generate_dialogues(std::size_t count, std::uint64_t seed, const DialogueOptions& options = {});

}  // namespace weft::text
