// translate show.
#include <weft/models/programs/translate/command.h>

#include <memory>

namespace weft::programs {

void add_show(CLI::App& app) {
  auto model = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("show", "Print a model's layers and the options it was trained with");
  reads_file(command->add_option("--model", *model, "file from train"), Input::model)->required();
  command->callback([model] {
    Translator translator = Translator::load(*model);
    std::cout << nn::summary(translator.model()) << '\n' << translator.config();
  });
}

}  // namespace weft::programs
