// translate show.
#include <weft/models/programs/translate/command.h>

#include <iostream>
#include <memory>

namespace weft::programs {

void add_show(Command& program) {
  auto model = std::make_shared<std::string>();
  Command& command = program.subcommand("show", "Print a model's layers and the options it was trained with");
  command.option("--model", model.get(), "file from train").reads_file(Input::model).required();
  command.action([model] {
    Translator translator = Translator::load(*model);
    std::cout << nn::summary(translator.model()) << '\n' << translator.config();
  });
}

}  // namespace weft::programs
