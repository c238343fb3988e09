// What the subcommands of translate share.
#pragma once

#include <weft/models/programs/data_options.h>
#include <weft/models/programs/tokenizer_options.h>
#include <weft/models/translator.h>

namespace weft::programs {

using Paths = std::vector<std::string>;

// One file of pairs or two parallel ones.
inline std::unique_ptr<text::PairSource> pair_source(const Paths& paths, const text::FileOptions& options) {
  if (paths.size() == 1) return text::pair_file(paths[0], options);
  require<ValueError>(!options.format && options.columns.empty() && options.header == text::Header::automatic,
                      "--format, --columns and --header are for one file of pairs, not for two: ", paths[0], " ", paths[1]);
  return text::parallel_files(paths[0], paths[1], options.on_bad_bytes);
}

inline CLI::Option* add_pairs(CLI::App* command, const std::string& name, Paths& paths, const std::string& what) {
  return command
      ->add_option(name, paths,
                   what +
                       ": one file with source<TAB>target, .csv or .jsonl, or SOURCE TARGET, two parallel files; "
                       "also .gz; -: standard input")
      ->expected(1, 2)
      ->type_name("FILE")
      ->group(kDataGroup);
}

inline void add_beam(CLI::App* command, std::int64_t& beam) {
  constexpr std::uint64_t kWidest = 1000;
  add_whole_number(command, "--beam", beam, 1, kWidest, "hypotheses the search keeps; 1: greedy");
}

// --model FILE..: several translate together.
inline void add_models(CLI::App* command, Paths& models) {
  command->add_option("--model", models, "file from train; several: an ensemble, whose probabilities are averaged")
      ->required()
      ->type_name("FILE");
}

inline Translator load_translator(const Paths& models) {
  Translator translator = Translator::load(models.front());
  for (std::size_t i = 1; i < models.size(); ++i) translator.add_model(Translator::load(models[i]));
  return translator;
}

// Makes the tokenizers of both sides by `arguments`. Codes are learnt from both sides of the pairs together, unless they are to
// be separate, and saved where that is asked for.
void make_tokenizers(const TokenizerArguments& arguments, const text::PairSource& pairs, TranslatorTraining& training);

// All options of training but those of files and tokenizers.
void add_training_options(CLI::App* command, TranslatorTraining& training);

void add_train(CLI::App& app);
void add_show(CLI::App& app);
void add_evaluate(CLI::App& app);
void add_run(CLI::App& app);
void add_score(CLI::App& app);
void add_chat(CLI::App& app);
void add_align(CLI::App& app);
void add_bottleneck(CLI::App& app);

}  // namespace weft::programs
