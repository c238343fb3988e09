// translate: trains, evaluates and runs an encoder-decoder on pairs of lines.
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/toml_config.h>
#include <weft/models/programs/translate/command.h>

int main(int argc, char** argv) {
  weft::programs::Command program("translate", "Encoder-decoder with attention for pairs of lines");
  weft::programs::add_train(program);
  weft::programs::add_evaluate(program);
  weft::programs::add_run(program);
  weft::programs::add_score(program);
  weft::programs::add_chat(program);
  weft::programs::add_align(program);
  weft::programs::add_bottleneck(program);
  weft::programs::add_show(program);
  weft::programs::add_config(program);
  return weft::programs::run(program, argc, argv);
}
