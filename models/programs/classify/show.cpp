// classify show.
#include <weft/models/classifier/classify.h>
#include <weft/models/io/one_line.h>
#include <weft/models/programs/classify/command.h>

#include <memory>

namespace weft::programs {

void add_show(CLI::App& app) {
  auto model = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("show", "Print a model's layers, its labels and the options it was trained with");
  reads_file(command->add_option("--model", *model, "file from train"), Input::model)->required();
  command->callback([model] {
    TextClassifier classifier = TextClassifier::load(*model);
    std::cout << nn::summary(classifier.model()) << "\nlabels:";
    for (const std::string& label : classifier.labels()) std::cout << ' ' << text::one_line(label);
    std::cout << "\n\n" << classifier.config();
  });
}

}  // namespace weft::programs
