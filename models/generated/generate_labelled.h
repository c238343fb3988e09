// Generates labelled texts from templates, for a classifier. No file is needed.
#pragma once

#include <weft/models/data/files.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace weft::text {

struct LabelledShares {
  double rejected = 0.15;  // the share of texts that also name a topic they are not about: "not the train but the recipe"
  double ambiguous =
      0.04;  // the share of texts whose only distinctive word belongs to two topics, so that the label is uncertain
};

// Returns the eight topics of generate_labelled().
std::vector<std::string> generated_labels();

// Returns `count` requests of 6 to about 30 words, in lower case and tokenised, each about one of eight topics:
//     cooking   good morning , my neighbour asked me on monday : could you check the oven before we leave ?
// One or two words reveal the topic; the others are the same for all topics. To classify texts with a rejected topic correctly, a
// model must know more than which words occur, and no model can be right about more than half of the ambiguous texts. The topics
// are equally likely. The texts depend only on the seed and the shares; a smaller count gives the beginning of the same list.
// Throws ValueError if a share is below 0 or their sum is above 1.
std::vector<LabelledText> generate_labelled(std::size_t count, std::uint64_t seed, const LabelledShares& shares = {});

}  // namespace weft::text
