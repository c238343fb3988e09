// translate score.
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/translate/command.h>
#include <weft/models/programs/translate/output.h>

#include <iostream>
#include <memory>

namespace weft::programs {

void add_score(Command& program) {
  struct Options {
    Paths models, pairs;
    text::FileOptions files;
    bool tokens = false;
  };
  auto options = std::make_shared<Options>();
  Command& command =
      program.subcommand("score", "Print the probability of given targets: ln p of each pair's target, including </s>");
  add_models(command, options->models);
  add_pairs(command, "--pairs", options->pairs, "pairs").required();
  add_pair_options(command, options->files, kContextOfTraining);
  command.flag("--tokens", &options->tokens, "also ln p of each target token and of </s>, after |||");
  add_threads(command);
  command.action([options, &command] {
    constexpr std::size_t kBlock = 4096, kBytes = std::size_t{1} << 20;
    Translator translator = load_translator(options->models);
    complete_context(command, options->pairs, options->files, translator);
    const auto source = pair_source(options->pairs, options->files);
    auto reader = source->open();
    for (bool more = true; more;) {
      std::vector<text::TextPair> pairs;
      std::size_t bytes = 0;
      for (text::TextPair pair; pairs.size() < kBlock && bytes < kBytes && (more = reader->next(pair));) {
        bytes += pair.source.size() + pair.target.size();
        pairs.push_back(std::move(pair));
      }
      for (const Translation& scored : translator.score(pairs)) {
        std::cout << log_probability_text(scored.log_probability);
        if (options->tokens) std::cout << " ||| " << token_scores(scored);
        std::cout << '\n';
      }
      flush_output();
    }
  });
}

}  // namespace weft::programs
