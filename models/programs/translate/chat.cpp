// translate chat.
#include <weft/models/io/one_line.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/file_use.h>
#include <weft/models/programs/command_line/input_lines.h>
#include <weft/models/programs/translate/command.h>
#include <weft/models/programs/translate/search_options.h>
#include <weft/models/translator/conversation.h>

#include <unistd.h>

#include <iostream>
#include <memory>

namespace weft::programs {

void add_chat(Command& program) {
  struct Options {
    Paths models;
    SearchChoices search;
    ConversationOptions conversation;
  };
  auto options = std::make_shared<Options>();
  Command& command = program.subcommand("chat", "Answer each line of standard input as soon as it is read");
  add_models(command, options->models);
  add_context(command, options->conversation.context, kContextOfTraining);
  add_search_options(command, options->search);
  add_threads(command);
  command.action([options, &command, &program] {
    check_standard_input_is_free(program);
    options->conversation.search = options->search.chosen();
    Translator translator = load_translator(options->models);
    complete_context(command, options->conversation.context, translator);
    Conversation conversation(translator, options->conversation);
    const bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    auto prompt = [&] {
      if (terminal) std::cout << "> ";
      flush_output();
    };
    auto reader = open_lines("-");
    prompt();
    for (std::string_view line; reader->next(line); prompt())
      std::cout << text::one_line(conversation.answer(std::string(line))) << '\n';
    if (terminal) std::cout << '\n';
  });
}

}  // namespace weft::programs
