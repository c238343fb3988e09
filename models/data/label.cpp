#include <weft/models/data/label.h>
#include <weft/models/io/place.h>
#include <weft/models/text/white_space.h>
#include <weft/tensor/base/error.h>
#include <weft/tensor/base/plain_text.h>

#include <algorithm>
#include <map>

namespace weft::text {

namespace {

std::u32string points_of(std::string_view utf8) {
  std::u32string points;
  for (CodePoint c : CodePoints(utf8)) points += c.value;
  return points;
}

// Returns how a label looks: compatible characters that look the same become one, and invisible ones are removed.
std::u32string seen_of(std::string_view label) {
  std::u32string seen = points_of(normalize(label, Normalization::nfkc));
  std::erase_if(seen, [](char32_t c) { return c == U' ' || is_invisible(c); });
  return seen;
}

// Returns how many characters differ, compared one by one; a large number if two that differ are both ASCII, because that is easy
// to see.
std::size_t unseen_differences(const std::u32string& a, const std::u32string& b) {
  constexpr std::size_t kMany = 1000;
  if (a.size() != b.size()) return kMany;
  std::size_t count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && a[i] < 0x80 && b[i] < 0x80) return kMany;
    count += a[i] != b[i];
  }
  return count;
}

std::string name_at(const std::u32string& points, std::size_t at) {
  if (at >= points.size()) return "the end";
  std::string digits = hex(points[at]);
  std::ranges::transform(digits, digits.begin(), [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
  return "U+" + digits;
}

// "character 3 is U+043E, not U+006F"
std::string first_difference(std::string_view a, std::string_view b) {
  const std::u32string left = points_of(a), right = points_of(b);
  const auto at = static_cast<std::size_t>(std::ranges::mismatch(left, right).in1 - left.begin());
  return "character " + std::to_string(at + 1) + " is " + name_at(left, at) + ", not " + name_at(right, at);
}

std::string in_quotes(std::string_view label) {
  PlainText text;
  text << Excerpt{label};
  return text.str();
}

}  // namespace

std::string clean_label(std::string_view label, Normalization form) {
  require<ValueError>(is_valid_utf8(label), "the label ", Excerpt{repair_utf8(label).text}, " is not UTF-8");
  const std::string normal = normalize(label, form);
  std::string_view clean = trim_end(normal);
  while (!clean.empty() && is_white_space(decode_utf8(clean, 0).value)) clean.remove_prefix(decode_utf8(clean, 0).length);
  bool is_seen = false;  // true once there is a visible ASCII character; others are checked below
  for (CodePoint c : CodePoints(clean)) {
    is_seen = is_seen || (c.value > 0x20 && c.value < 0x7F);
    const bool breaks = c.value < 0x20 || (c.value >= 0x7F && c.value < 0xA0) || c.value == 0x2028 || c.value == 0x2029;
    require<ValueError>(!breaks, "the label ", Excerpt{clean},
                        " has a line break, a tab or another control character: a label is a part of a line");
  }
  require<ValueError>(is_seen || !seen_of(clean).empty(), "the label ", Excerpt{label}, " is empty",
                      clean.empty() ? "" : ": it has no visible character");
  return std::string(clean);
}

std::string look_alike(std::string_view label, std::span<const std::string> known) {
  constexpr std::size_t kFew = 2;
  const std::u32string points = points_of(label), seen = seen_of(lower_case(label));
  const std::string* best = nullptr;
  for (const std::string& candidate : known)
    if (!best && seen_of(lower_case(candidate)) == seen) best = &candidate;
  for (const std::string& candidate : known)
    if (!best && unseen_differences(points, points_of(candidate)) <= kFew) best = &candidate;
  if (!best) return "";
  return ", which has " + in_quotes(*best) + ": " + first_difference(label, *best);
}

std::vector<std::string> look_alikes(std::span<const std::string> labels) {
  std::vector<std::string> lines;
  std::map<std::u32string, const std::string*> first;
  for (const std::string& label : labels) {
    const auto [found, is_new] = first.emplace(seen_of(label), &label);
    if (is_new) continue;
    const std::string& other = *found->second;
    lines.push_back(in_quotes(other) + " and " + in_quotes(label) + " look alike: " + first_difference(other, label));
  }
  return lines;
}

std::vector<std::string> distinct_labels(std::span<const std::string> labels) {
  std::map<std::u32string, std::size_t> counts;
  for (const std::string& label : labels) ++counts[seen_of(label)];
  std::vector<std::string> shown;
  for (const std::string& label : labels) {
    shown.push_back(counts[seen_of(label)] > 1 ? "" : label);
    if (!shown.back().empty()) continue;
    for (char32_t c : points_of(label)) {
      std::string character;
      append_utf8(character, c);
      const bool told = is_invisible(c) || normalize(character, Normalization::nfkc) != character;
      shown.back() += told ? "\\u{" + hex(c) + '}' : character;
    }
  }
  return shown;
}

}  // namespace weft::text
