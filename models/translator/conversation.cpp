#include <weft/models/options/option_error.h>
#include <weft/models/translator/conversation.h>

namespace weft {

Conversation::Conversation(Translator& translator, ConversationOptions options)
    : translator_(&translator), options_(std::move(options)), earlier_(options_.context) {
  options_.search.validate(Where{});
  require_option(translator.knows_source(options_.context.separator), "chat: ", OptionName{"separator"}, " \"",
                 options_.context.separator, "\" is not in the model's source vocabulary");
}

std::string Conversation::answer(const std::string& line) {
  if (line.find_first_not_of(" \t") == std::string::npos) return {};
  const std::string source = earlier_.before(line);
  std::string text = translator_->translate(std::span(&source, 1), options_.search, {.first_line = answers_++})[0].text;
  earlier_.add(line);
  earlier_.add(text);
  return text;
}

}  // namespace weft
