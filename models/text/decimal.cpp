#include <weft/models/text/decimal.h>
#include <weft/tensor/plain_text.h>

#include <array>
#include <charconv>

namespace weft::text {

std::string decimal(double value) {
  std::array<char, 32> digits;
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), printable(value)).ptr};
}

}  // namespace weft::text
