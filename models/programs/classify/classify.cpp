// classify: trains, evaluates and runs a text classifier.
#include <weft/models/programs/classify/command.h>
#include <weft/models/programs/command_line/toml_config.h>

int main(int argc, char** argv) {
  CLI::App app("Text classification with attention", "classify");
  weft::programs::add_train(app);
  weft::programs::add_compare(app);
  weft::programs::add_evaluate(app);
  weft::programs::add_predict(app);
  weft::programs::add_show(app);
  weft::programs::add_config(app);
  return weft::programs::run(app, argc, argv);
}
