// Invented names, which no vocabulary contains, so that a model must copy them.
#pragma once

#include <weft/models/io/detail/order.h>

#include <string>

namespace weft::text {

enum class NameOf { person, town };

// Returns a lower-case word that sounds like a surname or a town, such as "belragosen" or "tirmavestad". There are about 290,000
// of each, all equally likely.
std::string invented_name(NameOf what, CounterRandom& random);

}  // namespace weft::text
