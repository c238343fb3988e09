// Labelled texts made from templates: data for a classifier without any file.
#pragma once

#include <weft/models/data/files.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace weft::text {

struct LabelledShares {
  double rejected = 0.15;   // texts that also name a topic they are not about: "not the train but the recipe"
  double ambiguous = 0.04;  // texts whose only distinctive word belongs to two topics, so that the label is uncertain
};

// The topics of generate_labelled(), eight of them.
std::vector<std::string> generated_labels();

// `count` requests of 6 to some 30 words, in lower case and tokenised, each about one of eight topics:
//     cooking   good morning , my neighbour asked me on monday : could you check the oven before we leave ?
// One or two words tell the topic; the others are the same for all topics. To be right about the rejected topics a model must see
// more than which words occur, and about half of the ambiguous ones it must be wrong. The topics are equally likely. The texts
// depend on the seed and the shares alone; fewer texts are the beginning of more. Throws ValueError when a share is below 0 or
// they sum to more than 1.
std::vector<LabelledText> generate_labelled(std::size_t count, std::uint64_t seed, const LabelledShares& shares = {});

}  // namespace weft::text
