// Names that no vocabulary has: data for a model that must copy.
#pragma once

#include <weft/models/io/detail/order.h>

#include <string>

namespace weft::text {

enum class NameOf { person, town };

// A lower-case word that sounds like a surname or a town, "belragosen" or "tirmavestad": one of some 290,000 of each, equally
// likely.
std::string invented_name(NameOf what, CounterRandom& random);

}  // namespace weft::text
