// Generates short news articles and their headlines, for a model that summarises. No file is needed.
#pragma once

#include <weft/models/data/files.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::text {

struct HeadlineOptions {
  double rare_names = 0.5;  // the share of surnames and towns that are invented; nearly all of these occur in only one article
};

// Returns `count` articles of 2 to 4 sentences and 20 to 60 words with headlines of 5 to 8 words, in lower case and tokenised:
//     long ago a painter had found stone tools at the bridge of ulgoraholm . as there is no money for it , ulgoraholm has closed
//     its mill . more than 75 people came from santorre to look .
//     ulgoraholm closes mill for lack of money
// One sentence tells what has happened; half of the time it is not the first one. The others are about the weather, people, and
// what had happened long before, with other names. The headline reports the event in other words and in the present tense,
// without articles but with the same names. The article determines the headline. The pairs depend only on the seed and the
// options; a smaller count gives the beginning of the same list. Throws ValueError if the share is outside 0 .. 1.
std::vector<TextPair> generate_headlines(std::size_t count, std::uint64_t seed, const HeadlineOptions& options = {});

}  // namespace weft::text
