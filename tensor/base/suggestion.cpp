#include <weft/tensor/base/suggestion.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace weft {

namespace {

constexpr std::size_t kLongest = 100;  // the cost of the distance is the product of the lengths

std::string plain(std::string_view name) {
  std::string text;
  for (char c : name) text += c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// Returns the least number of letters to remove, add, replace, or swap with a neighbour (Damerau 1964, each letter edited at most
// once).
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before_last, last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = std::exchange(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view given, const std::vector<std::string>& known) {
  if (given.empty() || given.size() > kLongest) return "";
  const std::string name = plain(given);
  const std::string* nearest = nullptr;
  std::size_t least = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string& each : known) {
    if (each.empty() || each.size() > kLongest) continue;
    if (const std::size_t found = distance(name, plain(each)); found < least && found < each.size()) {
      least = found;
      nearest = &each;
    }
  }
  return nearest ? "; did you mean \"" + *nearest + "\"?" : "";
}

}  // namespace weft
