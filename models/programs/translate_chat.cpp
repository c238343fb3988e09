// translate chat.
#include <weft/models/conversation.h>
#include <weft/models/programs/input_lines.h>
#include <weft/models/programs/translate_command.h>
#include <weft/models/programs/translate_search_options.h>

#include <unistd.h>

#include <memory>

namespace weft::programs {

void add_chat(CLI::App& app) {
  struct Options {
    Paths models;
    SearchChoices search;
    ConversationOptions conversation;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("chat", "Answer each line on standard input at once");
  add_models(command, options->models);
  add_whole_number(command, "--context", options->conversation.context.lines, 0, kMany,
                   "earlier lines, of both sides, that stand before the line in what the model reads");
  command->add_option("--separator", options->conversation.context.separator,
                      "token between these lines, as the training data had it; without it a space");
  add_search_options(command, options->search);
  add_threads(command);
  command->callback([options] {
    options->conversation.search = options->search.chosen();
    Translator translator = load_translator(options->models);
    Conversation conversation(translator, options->conversation);
    const bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    auto prompt = [&] {
      if (terminal) std::cout << "> ";
      flush_output();
    };
    auto reader = open_lines("-");
    prompt();
    for (std::string_view line; reader->next(line); prompt()) std::cout << conversation.answer(std::string(line)) << '\n';
    if (terminal) std::cout << '\n';
  });
}

}  // namespace weft::programs
