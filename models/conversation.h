// Conversation: a translator that answers, line by line.
#pragma once

#include <weft/models/translator.h>

#include <deque>

namespace weft {

struct ConversationOptions {
  std::int64_t context = 0;    // so many earlier lines, the partner's and its own, stand before the line that is answered
  std::string separator = {};  // the token between them, as the training data had it; empty: a space
  SearchOptions search = {};
};

class Conversation {
 public:
  // Throws ValueError for a negative context, a separator that is not in the source vocabulary, and as SearchOptions::validate.
  // Keeps a pointer to the translator.
  Conversation(Translator& translator, ConversationOptions options);

  // The answer to a line; to an empty one an empty answer, which is not remembered. Answer n draws from random stream n.
  std::string answer(const std::string& line);

 private:
  Translator* translator_;
  ConversationOptions options_;
  std::deque<std::string> earlier_;
  std::uint64_t answers_ = 0;
};

}  // namespace weft
