// What the subcommands of translate share.
#pragma once

#include <weft/models/programs/command_line.h>
#include <weft/models/text/files.h>
#include <weft/models/translator.h>

namespace weft::programs {

using Paths = std::vector<std::string>;

// One TSV file or two parallel ones; lines that are not UTF-8 are reported.
inline std::vector<text::TextPair> read_pairs(const Paths& paths) {
  text::BadBytesReport report;
  auto pairs = paths.size() == 2 ? text::read_parallel(paths[0], paths[1], &report) : text::read_pairs(paths[0], &report);
  for (const auto& bad : report) std::cerr << text::to_string(bad) << '\n';
  return pairs;
}

inline CLI::Option* add_pairs(CLI::App* command, const std::string& name, Paths& paths, const std::string& what) {
  return command->add_option(name, paths, what + ": FILE.tsv with source<TAB>target, or SOURCE TARGET, two parallel files")
      ->expected(1, 2)
      ->type_name("FILE");
}

inline void add_beam(CLI::App* command, std::int64_t& beam) {
  constexpr std::uint64_t kWidest = 1000;
  add_whole_number(command, "--beam", beam, 1, kWidest, "hypotheses the search keeps; 1: greedy");
}

// All options of training but those of files.
void add_training_options(CLI::App* command, TranslatorTraining& training);

void add_train(CLI::App& app);
void add_evaluate(CLI::App& app);
void add_run(CLI::App& app);

}  // namespace weft::programs
