// A picture of quality by sentence length, for a terminal.
#pragma once

#include <weft/models/training/bleu.h>

#include <string>
#include <vector>

namespace weft {

// One model's BLEU by source length.
struct LengthCurve {
  std::string name;
  std::vector<metrics::BleuBucket> buckets;  // the same bounds in every curve
};

// For each bucket of lengths one bar per curve, 0 to 100 BLEU, with the number behind it:
//     21-30 words   with attention   ███████████████████████████████▊  79.4
//                   fixed vector     ███████████▎                      28.1
std::string length_chart(const std::vector<LengthCurve>& curves);

}  // namespace weft
