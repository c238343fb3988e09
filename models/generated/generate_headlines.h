// Short news articles and their headlines: data for summaries without any file.
#pragma once

#include <weft/models/data/files.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::text {

struct HeadlineOptions {
  double rare_names =
      0.5;  // share of surnames and towns that are invented, so that nearly all of them occur in one article alone
};

// `count` articles of 2 to 4 sentences and 20 to 60 words, and headlines of 5 to 8 words, in lower case and tokenised:
//     long ago a painter had found stone tools at the bridge of ulgoraholm . as there is no money for it , ulgoraholm has closed
//     its mill . more than 75 people came from santorre to look .
//     ulgoraholm closes mill for lack of money
// One sentence tells what has happened, half of the time not the first one; the others tell of the weather, of people, and of
// what had happened long before, with names of their own. The headline says what happened in other words and the present tense,
// without articles, and has the names of that sentence. The article determines the headline. The pairs depend on the seed and the
// options alone; fewer pairs are the beginning of more. Throws ValueError when the share is outside 0 .. 1.
std::vector<TextPair> generate_headlines(std::size_t count, std::uint64_t seed, const HeadlineOptions& options = {});

}  // namespace weft::text
