#include <weft/models/io/decimal.h>
#include <weft/tensor/base/plain_text.h>

#include <array>
#include <charconv>
#include <iomanip>

namespace weft::text {

std::string decimal(double value) {
  std::array<char, 32> digits;
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), printable(value)).ptr};
}

std::string fixed(double value, int digits) {
  PlainText text;
  text << std::fixed << std::setprecision(digits) << printable(value);
  return text.str();
}

}  // namespace weft::text
