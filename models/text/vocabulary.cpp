#include <weft/models/text/vocabulary.h>

#include <algorithm>
#include <utility>

namespace weft::text {

void count_tokens(std::span<const std::string> tokens, TokenCounts& counts) {
  for (const std::string& token : tokens) ++counts[token];
}

Vocabulary::Vocabulary(std::vector<std::string> tokens, bool sentence_marks)
    : tokens_(std::move(tokens)), has_sentence_marks_(sentence_marks) {
  ids_.reserve(tokens_.size());
  for (std::size_t i = 0; i < tokens_.size(); ++i) ids_.emplace(tokens_[i], static_cast<std::int64_t>(i));
}

Vocabulary Vocabulary::build(const TokenCounts& counts, const VocabularyOptions& options) {
  const std::int64_t specials = options.sentence_marks ? 4 : 2;
  require<ValueError>(options.size_limit >= specials, "vocabulary: size limit ", options.size_limit, " has no room for the ",
                      specials, " special tokens");
  require<ValueError>(options.min_count >= 1, "vocabulary: min_count must be at least 1, got ", options.min_count);
  std::vector<std::pair<std::string, std::int64_t>> ranked;
  for (const auto& [token, count] : counts) {
    const bool special = std::find(kSpecials.begin(), kSpecials.end(), token) != kSpecials.end();
    if (count >= options.min_count && !special && !token.empty()) ranked.emplace_back(token, count);
  }
  std::sort(ranked.begin(), ranked.end(),
            [](const auto& a, const auto& b) { return a.second != b.second ? a.second > b.second : a.first < b.first; });
  const auto room = static_cast<std::size_t>(options.size_limit - specials);
  if (ranked.size() > room) ranked.resize(room);

  std::vector<std::string> tokens(kSpecials.begin(), kSpecials.begin() + specials);
  for (auto& [token, count] : ranked) tokens.push_back(std::move(token));
  return Vocabulary(std::move(tokens), options.sentence_marks);
}

Vocabulary Vocabulary::from_tokens(std::vector<std::string> tokens, std::string_view origin) {
  for (std::size_t i = 0; i < 2; ++i) {
    require<FormatError>(i < tokens.size() && tokens[i] == kSpecials[i], origin, ": token ", i, " must be ", kSpecials[i],
                         ", got ", i < tokens.size() ? "\"" + tokens[i] + "\"" : std::string("nothing"));
  }
  const bool sentence_marks = tokens.size() >= 4 && tokens[2] == kSpecials[2] && tokens[3] == kSpecials[3];
  Vocabulary vocabulary(std::move(tokens), sentence_marks);
  for (std::size_t i = 0; i < vocabulary.tokens_.size(); ++i) {
    const std::string& token = vocabulary.tokens_[i];
    require<FormatError>(!token.empty(), origin, ": token ", i, " is empty");
    const std::int64_t first = vocabulary.ids_.at(token);
    require<FormatError>(first == static_cast<std::int64_t>(i), origin, ": tokens ", first, " and ", i, " are the same: \"",
                         token, "\"");
  }
  return vocabulary;
}

std::int64_t Vocabulary::id(const std::string& token) const {
  const auto found = ids_.find(token);
  return found == ids_.end() || found->second < special_count() ? kUnknownId : found->second;
}

const std::string& Vocabulary::token(std::int64_t id, Where caller) const {
  check<IndexError>(id >= 0 && id < size(), caller, "vocabulary: id ", id, " is outside 0 .. ", size() - 1);
  return tokens_[static_cast<std::size_t>(id)];
}

std::vector<std::int64_t> Vocabulary::encode(std::span<const std::string> tokens) const {
  std::vector<std::int64_t> ids;
  ids.reserve(tokens.size());
  for (const std::string& token : tokens) ids.push_back(id(token));
  return ids;
}

std::vector<std::int64_t> Vocabulary::encode_sentence(std::span<const std::string> tokens, Where caller) const {
  check<ValueError>(has_sentence_marks_, caller, "vocabulary: built without sentence marks, so <s> and </s> have no ids");
  std::vector<std::int64_t> ids = {kSentenceStartId};
  for (const std::string& token : tokens) ids.push_back(id(token));
  ids.push_back(kSentenceEndId);
  return ids;
}

std::vector<std::string> Vocabulary::decode(std::span<const std::int64_t> ids, Where caller) const {
  std::vector<std::string> tokens;
  for (std::int64_t id : ids) {
    if (has_sentence_marks_ && id == kSentenceEndId) break;
    if (id == kPaddingId || (has_sentence_marks_ && id == kSentenceStartId)) continue;
    tokens.push_back(token(id, caller));
  }
  return tokens;
}

}  // namespace weft::text
