#include <weft/models/decoding/alignment.h>
#include <weft/models/options/option_error.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace weft {

namespace {

// Escapes characters that JSON allows in strings but that many programs take for line ends.
void escape_line_ends(std::string& json) {
  for (const auto& [character, escape] : {std::pair("\u0085", "\\u0085"), {"\u2028", "\\u2028"}, {"\u2029", "\\u2029"}}) {
    if (json.find(character) == std::string::npos) continue;
    const std::string_view wanted = character;
    std::string escaped;
    std::size_t begin = 0;
    for (std::size_t at = json.find(wanted); at != std::string::npos; at = json.find(wanted, begin)) {
      escaped.append(json, begin, at - begin).append(escape);
      begin = at + wanted.size();
    }
    json = escaped.append(json, begin);
  }
}

std::string list(std::span<const std::string> words) {
  std::string json = nlohmann::json(std::vector<std::string>(words.begin(), words.end())).dump();
  escape_line_ends(json);
  return json;
}

std::string list(std::span<const float> numbers) {
  std::string text;
  for (float number : numbers) {
    char digits[32];
    text += text.empty() ? '[' : ',';
    text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
  }
  return text += ']';
}

}  // namespace

std::string pharaoh_alignment(const Tensor& weights, std::optional<double> threshold, Where caller) {
  check_option(!threshold || (*threshold > 0 && *threshold <= 1), caller, "alignment: ", OptionName{"threshold"}, " is ",
               threshold.value_or(0), ", not above 0 and at most 1");
  if (!weights.defined()) return {};
  const Tensor numbers = contiguous(weights);
  const std::int64_t words = weights.size(0), sources = weights.size(1);
  std::string text;
  auto link = [&](std::int64_t source, std::int64_t target) {
    if (!text.empty()) text += ' ';
    text += std::to_string(source);
    text += '-';
    text += std::to_string(target);
  };
  for (std::int64_t target = 0; target < words; ++target) {
    const float* row = numbers.data<float>() + target * sources;
    const std::int64_t largest = std::max_element(row, row + sources) - row;
    for (std::int64_t source = 0; source + 1 < sources; ++source)
      if (threshold ? row[source] >= static_cast<float>(*threshold) : source == largest) link(source, target);
  }
  return text;
}

std::vector<std::int64_t> words_of_pieces(std::span<const std::string> pieces) {
  std::vector<std::int64_t> words;
  std::int64_t word = 0;
  for (const std::string& piece : pieces) {
    words.push_back(word);
    word += !piece.ends_with("@@");
  }
  return words;
}

Tensor word_weights(const Tensor& weights, std::span<const std::int64_t> source_words, std::span<const std::int64_t> target_words,
                    Where caller) {
  check<ShapeError>(weights.shape() == Shape{std::ssize(target_words), std::ssize(source_words)}, caller,
                    "alignment: weights are ", weights.shape(), " for ", target_words.size(), " target and ", source_words.size(),
                    " source tokens");
  auto count = [](std::span<const std::int64_t> words) { return words.empty() ? 0 : words.back() + 1; };
  const Tensor numbers = contiguous(weights);
  const float* from = numbers.data<float>();
  Tensor merged = zeros({count(target_words), count(source_words)});
  float* to = merged.output<float>();
  for (std::size_t target = 0; target < target_words.size(); ++target) {
    const auto tokens = static_cast<float>(std::ranges::count(target_words, target_words[target]));
    float* row = to + target_words[target] * merged.size(1);
    for (const std::int64_t word : source_words) row[word] += *from++ / tokens;
  }
  return merged;
}

std::string json_alignment(std::span<const std::string> source, std::span<const std::string> target, const Tensor& weights,
                           Where caller) {
  std::string rows;
  if (weights.defined()) {
    check<ShapeError>(weights.shape() == Shape{std::ssize(target), std::ssize(source)}, caller, "alignment: weights are ",
                      weights.shape(), " for ", target.size(), " target and ", source.size(), " source words");
    const Tensor numbers = contiguous(weights);
    for (std::size_t i = 0; i < target.size(); ++i) {
      if (i > 0) rows += ',';
      rows += list(std::span(numbers.data<float>() + i * source.size(), source.size()));
    }
  }
  return "{\"source\":" + list(source) + ",\"target\":" + list(target) + ",\"weights\":[" + rows + "]}";
}

}  // namespace weft
