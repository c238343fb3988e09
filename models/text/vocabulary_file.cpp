#include <weft/models/io/line_reader.h>
#include <weft/models/io/place.h>
#include <weft/models/text/detail/vocabulary_formats.h>
#include <weft/models/text/vocabulary_file.h>
#include <weft/tensor/base/error.h>
#include <weft/tensor/files/atomic_file.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace weft::text {

namespace {

constexpr std::array<std::pair<char, char>, 4> kEscapes{{{'\\', '\\'}, {'\t', 't'}, {'\n', 'n'}, {'\r', 'r'}}};

std::string escaped(const std::string& token) {
  std::string result;
  for (char c : token) {
    const auto escape = std::find_if(kEscapes.begin(), kEscapes.end(), [&](const auto& pair) { return pair.first == c; });
    if (escape != kEscapes.end()) result += '\\';
    result += escape == kEscapes.end() ? c : escape->second;
  }
  return result;
}

std::string unescaped(std::string_view written, Place at) {
  std::string token;
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (written[i] != '\\') {
      token += written[i];
      continue;
    }
    const char name = ++i < written.size() ? written[i] : '\0';
    const auto escape = std::find_if(kEscapes.begin(), kEscapes.end(), [&](const auto& pair) { return pair.second == name; });
    require<FormatError>(escape != kEscapes.end(), at, "a backslash must be one of \\\\ \\t \\n \\r: ", Excerpt{written});
    token += escape->first;
  }
  return token;
}

std::string read_token(std::string_view line, Place at) {
  const std::size_t tab = std::min(line.find('\t'), line.size());
  if (tab < line.size()) {
    const std::string_view count = line.substr(tab + 1);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), value);
    require<FormatError>(error == std::errc() && end == count.data() + count.size(), at,
                         "expected token<TAB>count, the count is not a whole number: ", Excerpt{line});
  }
  require<FormatError>(tab > 0, at, "the token is empty: ", Excerpt{line});
  return unescaped(line.substr(0, tab), at);
}

std::vector<std::string> own_tokens(const std::vector<std::string>& written, const std::string& name) {
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < written.size(); ++i) tokens.push_back(read_token(written[i], {name, i + 1}));
  return tokens;
}

}  // namespace

void save_vocabulary(const std::string& path, const Vocabulary& vocabulary, const TokenCounts& counts) {
  std::string content;
  for (const std::string& token : vocabulary.tokens()) {
    const auto found = counts.find(token);
    const bool special = vocabulary.id(token) == kUnknownId;
    content += escaped(token) + '\t' + std::to_string(special || found == counts.end() ? 0 : found->second) + '\n';
  }
  AtomicFile file(path);
  file.write(content);
  file.commit();
}

Vocabulary load_vocabulary(const std::string& path, bool sentence_marks) {
  LineReader lines(open_bytes(path), name_of(path), refuse_bad_bytes, false);
  std::vector<std::string> written;
  for (std::string_view line; lines.next(line);) written.emplace_back(line);
  require<FormatError>(!written.empty(), lines.name(), ":1: expected one token per line: the file is empty");
  std::optional<std::vector<std::string>> foreign = foreign_vocabulary(written, lines.name());
  std::vector<std::string> tokens = foreign ? std::move(*foreign) : own_tokens(written, lines.name());
  auto begins_with = [&](std::size_t specials) {
    return tokens.size() >= specials &&
           std::equal(kSpecials.begin(), kSpecials.begin() + static_cast<std::ptrdiff_t>(specials), tokens.begin());
  };
  for (std::size_t i = begins_with(4) ? 4 : begins_with(2) ? 2 : 0; i < tokens.size(); ++i)
    require<FormatError>(std::find(kSpecials.begin(), kSpecials.end(), tokens[i]) == kSpecials.end(), Place{lines.name(), i + 1},
                         "specials come first, in the order <pad> <unk> <s> </s>: ", Excerpt{tokens[i]});
  if (!begins_with(2)) tokens.insert(tokens.begin(), kSpecials.begin(), kSpecials.begin() + (sentence_marks ? 4 : 2));
  Vocabulary vocabulary = Vocabulary::from_tokens(std::move(tokens), lines.name());
  require<FormatError>(vocabulary.has_sentence_marks() || !sentence_marks, lines.name(),
                       ":3: expected <s> and </s> after <unk>: the vocabulary is made for texts that are only read");
  return vocabulary;
}

}  // namespace weft::text
