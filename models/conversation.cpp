#include <weft/models/conversation.h>

namespace weft {

Conversation::Conversation(Translator& translator, ConversationOptions options)
    : translator_(&translator), options_(std::move(options)) {
  options_.search.validate(Where{});
  require<ValueError>(options_.context >= 0, "chat: context ", options_.context, " is negative");
  require<ValueError>(translator.knows_source(options_.separator), "chat: separator \"", options_.separator,
                      "\" is not in the model's source vocabulary");
}

std::string Conversation::answer(const std::string& line) {
  if (line.find_first_not_of(" \t") == std::string::npos) return {};
  std::string source;
  for (const std::string& turn : earlier_) {
    source += turn + ' ';
    if (!options_.separator.empty()) source += options_.separator + ' ';
  }
  source += line;
  std::string text = translator_->translate(std::span(&source, 1), options_.search, {.first_line = answers_++})[0].text;
  earlier_.push_back(line);
  earlier_.push_back(text);
  while (std::ssize(earlier_) > options_.context) earlier_.pop_front();
  return text;
}

}  // namespace weft
