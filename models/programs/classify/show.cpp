// classify show.
#include <weft/models/classifier/classify.h>
#include <weft/models/io/one_line.h>
#include <weft/models/programs/classify/command.h>

#include <iostream>
#include <memory>

namespace weft::programs {

void add_show(Command& program) {
  auto model = std::make_shared<std::string>();
  Command& command = program.subcommand("show", "Print a model's layers, its labels and the options it was trained with");
  command.option("--model", model.get(), "file from train").reads_file(Input::model).required();
  command.action([model] {
    TextClassifier classifier = TextClassifier::load(*model);
    std::cout << nn::summary(classifier.model()) << "\nlabels:";
    for (const std::string& label : classifier.labels()) std::cout << ' ' << text::one_line(label);
    std::cout << "\n\n" << classifier.config();
  });
}

}  // namespace weft::programs
