#include <weft/models/io/place.h>
#include <weft/models/text/detail/vocabulary_formats.h>
#include <weft/models/text/vocabulary.h>
#include <weft/tensor/base/error.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

namespace weft::text {

namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

template <class Number>
std::optional<Number> number_of_any_size(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error == std::errc::invalid_argument || end != text.data() + text.size()) return {};
  return value;
}

Words without_specials(Words words) {
  std::erase_if(words, [](const std::string& word) { return std::ranges::find(kSpecials, word) != kSpecials.end(); });
  return words;
}

// Returns the words in the order of their ids.
Words sorted(std::vector<std::pair<std::uint64_t, std::string>> words, const std::string& name) {
  std::sort(words.begin(), words.end());
  const auto twice =
      std::adjacent_find(words.begin(), words.end(), [](const auto& a, const auto& b) { return a.first == b.first; });
  if (twice != words.end())
    throw FormatError(name + ":1: the id " + std::to_string(twice->first) + " is given twice: \"" + twice->second + "\" and \"" +
                      std::next(twice)->second + "\"");
  Words all;
  for (auto& [id, word] : words) all.push_back(std::move(word));
  return all;
}

Words from_json(const Json& json, const std::string& name) {
  auto refuse = [&](const std::string& what) {
    throw FormatError(name + ":1: a vocabulary in JSON is {\"word\": id, ..} or [\"word\", ..], " + what);
  };
  Words list;
  std::vector<std::pair<std::uint64_t, std::string>> words;
  if (json.is_array()) {
    for (const Json& word : json) {
      if (!word.is_string()) refuse(std::string("this list has ") + word.type_name());
      list.push_back(word.get<std::string>());
    }
    return list;
  }
  for (const auto& [word, id] : json.items()) {
    if (!id.is_number_unsigned()) refuse("this has " + std::string(id.type_name()) + " at \"" + word + "\"");
    words.emplace_back(id.get<std::uint64_t>(), word);
  }
  return sorted(std::move(words), name);
}

// Returns nothing for text that is no JSON: the first word of a plain list may begin with a bracket too.
std::optional<Words> read_json(const Words& lines, const std::string& name) {
  if (!lines[0].starts_with('{') && !lines[0].starts_with('[')) return std::nullopt;
  std::string all;
  for (const std::string& line : lines) (all += line) += '\n';
  const Json json = Json::parse(all, nullptr, false);
  if (json.is_discarded()) return std::nullopt;
  return from_json(json, name);
}

// Returns the text before and the text after the last `mark` of a line.
std::optional<std::pair<std::string_view, std::string_view>> split_last(std::string_view line, std::string_view mark) {
  const std::size_t at = line.rfind(mark);
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  return std::pair(line.substr(0, at), line.substr(at + mark.size()));
}

bool is_blank_ending(const std::string& line) { return line.find_first_not_of(" \t\r") == std::string::npos; }

// Calls `take` with each line except blank ones at the end. Returns false if there is no line or `take` refuses one.
template <class Take>
bool all_lines(const Words& lines, Take take) {
  auto end = lines.end();
  while (end != lines.begin() && is_blank_ending(*std::prev(end))) --end;
  return end != lines.begin() && std::all_of(lines.begin(), end, take);
}

std::optional<Words> read_fairseq(const Words& lines) {
  Words words;
  auto take = [&](const std::string& line) {
    const auto parts = split_last(line, " ");
    if (!parts || parts->first.find_first_of(" \t") != std::string_view::npos) return false;
    words.emplace_back(parts->first);
    return number_of_any_size<std::uint64_t>(parts->second).has_value();
  };
  if (!all_lines(lines, take)) return std::nullopt;
  return words;
}

// Returns a YAML key without its quotes.
std::optional<std::string> unquoted(std::string_view key) {
  if (key.size() >= 2 && key.front() == '"' && key.back() == '"') {
    const Json text = Json::parse(key, nullptr, false);
    return text.is_string() ? std::optional(text.get<std::string>()) : std::nullopt;
  }
  if (key.size() < 2 || key.front() != '\'' || key.back() != '\'') return std::string(key);
  std::string text(key.substr(1, key.size() - 2));
  for (std::size_t at = 0; (at = text.find("''", at)) != std::string::npos; ++at) text.erase(at, 1);
  return text;
}

std::optional<Words> read_marian(const Words& lines, const std::string& name) {
  std::vector<std::pair<std::uint64_t, std::string>> words;
  auto take = [&](const std::string& line) {
    const auto parts = split_last(line, ": ");
    const auto id = parts ? number_of_any_size<std::uint64_t>(parts->second) : std::nullopt;
    const auto word = parts ? unquoted(parts->first) : std::nullopt;
    if (id && word) words.emplace_back(*id, *word);
    return id && word;
  };
  if (!all_lines(lines, take)) return std::nullopt;
  return sorted(std::move(words), name);
}

// A damaged list of words with counts is not taken for this format: there must be an <unk>, and all numbers must be possible
// log-probabilities.
std::optional<Words> read_sentencepiece(const Words& lines) {
  Words words;
  bool counts = true;
  auto take = [&](const std::string& line) {
    const auto parts = split_last(line, "\t");
    if (!parts) return false;
    words.emplace_back(parts->first);
    counts = counts && number_of_any_size<std::uint64_t>(parts->second);
    const auto score = number_of_any_size<double>(parts->second);
    return score && *score <= 0 && std::isfinite(*score);
  };
  if (!all_lines(lines, take) || counts || std::ranges::find(words, kSpecials[1]) == words.end()) return std::nullopt;
  return words;
}

}  // namespace

std::optional<std::vector<std::string>> foreign_vocabulary(const std::vector<std::string>& lines, const std::string& name) {
  if (lines.empty()) return std::nullopt;
  std::optional<Words> words = read_json(lines, name);
  if (!words) words = read_marian(lines, name);  // before fairseq's format, which these lines would match too
  if (!words) words = read_fairseq(lines);
  if (!words) words = read_sentencepiece(lines);
  if (!words) return std::nullopt;
  words = without_specials(std::move(*words));
  require<FormatError>(!words->empty(), name, ":1: the vocabulary has no words");
  return words;
}

}  // namespace weft::text
