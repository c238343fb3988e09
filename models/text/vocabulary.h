// Tokens and their ids.
#pragma once

#include <weft/tensor/base/error.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace weft::text {

inline constexpr std::int64_t kPaddingId = 0;        // <pad>
inline constexpr std::int64_t kUnknownId = 1;        // <unk>
inline constexpr std::int64_t kSentenceStartId = 2;  // <s>, in a vocabulary with sentence marks
inline constexpr std::int64_t kSentenceEndId = 3;    // </s>, likewise

// Tokens as text, one per id.
inline constexpr std::array<std::string_view, 4> kSpecials{"<pad>", "<unk>", "<s>", "</s>"};

using TokenCounts = std::unordered_map<std::string, std::int64_t>;

// Increments the count of each token.
void count_tokens(std::span<const std::string> tokens, TokenCounts& counts);

struct VocabularyOptions {
  std::int64_t size_limit = 10000;  // ids, the specials included
  std::int64_t min_count = 1;       // rarer tokens are omitted
  bool sentence_marks = false;      // adds <s> and </s>, which targets of a decoder need
};

// A fixed list of tokens; the id of a token is its index in the list. The specials come first: <pad> and <unk>, then <s> and </s>
// if requested. A copy is deep; several threads may read at once.
class Vocabulary {
 public:
  // Takes the most frequent tokens, in falling order of count, and equal counts in byte order, so that ids depend only on the
  // counts. Throws ValueError if `size_limit` has no room for the specials or `min_count` is below 1.
  static Vocabulary build(const TokenCounts& counts, const VocabularyOptions& options = {});

  // Restores the vocabulary from saved tokens(). Throws FormatError, which begins with `origin` (a file name), if the specials
  // are not in their places, or if a token is empty or occurs twice.
  static Vocabulary from_tokens(std::vector<std::string> tokens, std::string_view origin = "vocabulary");

  std::int64_t size() const { return static_cast<std::int64_t>(tokens_.size()); }
  bool has_words() const { return size() > special_count(); }  // besides the specials
  bool has_sentence_marks() const { return has_sentence_marks_; }
  const std::vector<std::string>& tokens() const { return tokens_; }

  // Returns the id of a token; kUnknownId for one that is not in the list, and for text that is spelt like a special.
  std::int64_t id(const std::string& token) const;
  // Throws IndexError if there is no such id.
  const std::string& token(std::int64_t id, Where caller = Where::here()) const;

  std::vector<std::int64_t> encode(std::span<const std::string> tokens) const;
  // Adds <s> and </s> around the ids. Throws ValueError if the vocabulary has no sentence marks.
  std::vector<std::int64_t> encode_sentence(std::span<const std::string> tokens, Where caller = Where::here()) const;

  // Returns the tokens of `ids`, without <pad> and <s>, and up to the first </s>. Throws IndexError if there is no such id.
  std::vector<std::string> decode(std::span<const std::int64_t> ids, Where caller = Where::here()) const;

 private:
  explicit Vocabulary(std::vector<std::string> tokens, bool sentence_marks);
  std::int64_t special_count() const { return has_sentence_marks_ ? 4 : 2; }

  std::vector<std::string> tokens_;
  std::unordered_map<std::string, std::int64_t> ids_;
  bool has_sentence_marks_;
};

}  // namespace weft::text
