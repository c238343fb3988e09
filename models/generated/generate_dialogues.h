// Generates conversations with the help desk of a small town, for a translator that chats. No file is needed.
#pragma once

#include <weft/models/data/dialogue.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::text {

struct DialogueOptions {
  double rare_names = 0.5;  // the share of people's names that are invented; nearly all of these occur only once
};

// Returns `count` conversations of 4 to 16 lines, in lower case and tokenised. A guest begins, and the help desk answers:
//     i must be in orsova , i leave in the afternoon .
//     at 16:10 , from platform 2 .
//     and in the morning ?
//     at 9:30 , from platform 2 .
//     how much is that ?
//     it costs 16 crowns .
//     please book a seat for brandt .
//     a seat in the 9:30 train to orsova is booked for brandt .
// Opening hours, prices, streets and trains are facts of the town and always the same. The answers do not name what they are
// about, and over half of the questions are like "and on sunday ?", so that the previous lines are needed: usually two, but four
// or six if several such questions follow each other. All lines so far determine the answer. The conversations depend only on the
// seed and the options; a smaller count gives the beginning of the same list. Throws ValueError if the share is outside 0 .. 1.
std::vector<Dialogue> generate_dialogues(std::size_t count, std::uint64_t seed, const DialogueOptions& options = {});

}  // namespace weft::text
