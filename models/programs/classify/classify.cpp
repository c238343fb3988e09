// classify: trains, evaluates and runs a text classifier.
#include <weft/models/programs/classify/command.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/toml_config.h>

int main(int argc, char** argv) {
  weft::programs::Command program("classify", "Text classification with attention");
  weft::programs::add_train(program);
  weft::programs::add_compare(program);
  weft::programs::add_evaluate(program);
  weft::programs::add_predict(program);
  weft::programs::add_show(program);
  weft::programs::add_config(program);
  return weft::programs::run(program, argc, argv);
}
