// translate run.
#include <weft/models/programs/translate_command.h>
#include <weft/models/report/alignment.h>
#include <weft/models/text/files.h>
#include <weft/models/translator.h>

#include <memory>

namespace weft::programs {

void add_run(CLI::App& app) {
  struct Options {
    std::string model;
    std::int64_t beam = 1;
    bool alignment = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("run", "Translate the lines on standard input, one output line each");
  command->add_option("--model", options->model, "file from train")->required();
  add_beam(command, options->beam);
  command->add_flag("--alignment", options->alignment, "after each output, where the decoder looked for each of its tokens");
  add_threads(command);
  command->callback([options] {
    Translator translator = Translator::load(options->model);
    std::vector<std::string> lines = text::read_lines(std::cin, "standard input");
    for (const Translation& translation : translator.translate(lines, {.beam = options->beam})) {
      std::cout << translation.text << '\n';
      if (options->alignment && translation.attention.defined())
        std::cout << alignment_picture(translation.source, translation.target, translation.attention);
    }
  });
}

}  // namespace weft::programs
