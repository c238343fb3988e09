// translate evaluate.
#include <weft/models/programs/translate_command.h>
#include <weft/models/translator.h>

#include <memory>

namespace weft::programs {

void add_evaluate(CLI::App& app) {
  struct Options {
    Paths test;
    std::string model;
    std::int64_t beam = 1;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("evaluate", "Score a translator; equal source lines are one source with several references");
  command->add_option("--model", options->model, "file from train")->required();
  add_pairs(command, "--test", options->test, "pairs")->required();
  add_beam(command, options->beam);
  add_threads(command);
  command->callback([options] {
    TranslatorScores scores = Translator::load(options->model).evaluate(read_pairs(options->test), options->beam);
    print_result("bleu", scores.bleu, 2);
    print_result("exact_match", 100 * scores.exact_match, 2);
    print_result("perplexity", scores.perplexity, 4);
  });
}

}  // namespace weft::programs
