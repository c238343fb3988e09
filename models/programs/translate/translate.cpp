// translate: trains, evaluates, runs and asks an encoder-decoder on pairs of lines.
#include <weft/models/programs/command_line/toml_config.h>
#include <weft/models/programs/translate/command.h>

int main(int argc, char** argv) {
  CLI::App app("Encoder-decoder with attention for pairs of lines", "translate");
  weft::programs::add_train(app);
  weft::programs::add_evaluate(app);
  weft::programs::add_run(app);
  weft::programs::add_score(app);
  weft::programs::add_chat(app);
  weft::programs::add_align(app);
  weft::programs::add_bottleneck(app);
  weft::programs::add_show(app);
  weft::programs::add_config(app);
  return weft::programs::run(app, argc, argv);
}
