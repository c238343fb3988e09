// Conversation: a translator that answers line by line.
#pragma once

#include <weft/models/io/earlier_lines.h>
#include <weft/models/translator/translator.h>

#include <string>

namespace weft {

struct ConversationOptions {
  text::ContextOptions context = {};  // what precedes the line that is answered, as in the training data
  SearchOptions search = {};
};

class Conversation {
 public:
  // Throws ValueError for a negative context, a separator that is not in the source vocabulary, and as SearchOptions::validate.
  // Keeps a pointer to the translator.
  Conversation(Translator& translator, ConversationOptions options);

  // Returns the answer to a line. An empty line gets an empty answer and is not remembered. Answer n draws from random stream n.
  std::string answer(const std::string& line);

 private:
  Translator* translator_;
  ConversationOptions options_;
  text::EarlierLines earlier_;
  std::uint64_t answers_ = 0;
};

}  // namespace weft
