// What the subcommands of translate share.
#pragma once

#include <weft/models/programs/command_line/data_options.h>
#include <weft/models/programs/command_line/tokenizer_options.h>
#include <weft/models/translator/translator.h>

#include <string>

namespace weft::programs {

using Paths = std::vector<std::string>;

// One file of pairs or two parallel ones.
inline std::unique_ptr<text::PairSource> pair_source(const Paths& paths, const text::FileOptions& options) {
  if (paths.size() == 1) return text::pair_file(paths[0], options);
  const bool plain = !options.format && options.columns.empty() && options.header == text::Header::automatic &&
                     options.context == text::ContextOptions{};
  require<ValueError>(plain, "--format, --columns, --header, --context and --separator are for one file of pairs, not for two: ",
                      paths[0], " ", paths[1]);
  for (const std::string& path : paths)
    require<ValueError>(!text::names_a_format(path), "two files are SOURCE TARGET, with a sentence on each line, and ", path,
                        " by its name holds records; pairs come from one file: ", paths[0], " ", paths[1]);
  return text::parallel_files(paths[0], paths[1], options.on_bad_bytes);
}

inline CLI::Option* add_pairs(CLI::App* command, const std::string& name, Paths& paths, const std::string& what) {
  return reads_file(command->add_option(name, paths,
                                        what + ": one file with source<TAB>target, .csv, .jsonl or .chat, or SOURCE TARGET, two "
                                               "parallel files; also .gz; -: standard input"))
      ->expected(1, 2)
      ->group(kDataGroup);
}

// --context and --separator.
inline void add_context(CLI::App* command, text::ContextOptions& options, const std::string& by_default) {
  command
      ->add_option("--context", options.lines,
                   "chat: so many earlier lines, of both sides, stand before the line that is answered; " + by_default)
      ->check(whole_number(0, kMany));
  command->add_option("--separator", options.separator, "chat: token between these lines; " + by_default)->type_name("TOKEN");
}

// Throws ValueError for a separator of no context.
inline void check_context(const CLI::App* command) {
  require<ValueError>(command->count("--separator") == 0 || command->count("--context") > 0,
                      "--separator stands between the lines of --context, which is not given");
}

// How files of pairs are read.
inline void add_pair_options(CLI::App* command, text::FileOptions& options, const std::string& default_context) {
  add_file_options(command, options, {"auto", "tsv", "csv", "jsonl", "chat"}, "source,target");
  add_context(command, options.context, default_context);
}

// What the command line says of the context goes before what the model learnt to read.
inline constexpr const char* kContextOfTraining = "without it as in training";
inline void complete_context(const CLI::App* command, text::ContextOptions& options, const Translator& translator) {
  if (command->count("--context") == 0) options.lines = translator.context().lines;
  if (command->count("--separator") == 0) options.separator = translator.context().separator;
}

// The same for a file that is to be read, where it holds conversations.
inline void complete_context(const CLI::App* command, const Paths& paths, text::FileOptions& options,
                             const Translator& translator) {
  const bool chat = paths.size() == 1 && options.format.value_or(text::format_of_name(paths[0])) == text::FileFormat::chat;
  if (chat) complete_context(command, options.context, translator);
}

inline void add_beam(CLI::App* command, std::int64_t& beam) {
  constexpr std::uint64_t kWidest = 1000;
  add_whole_number(command, "--beam", beam, 1, kWidest, "hypotheses the search keeps; 1: greedy");
}

// --model FILE..: several translate together.
inline void add_models(CLI::App* command, Paths& models) {
  reads_file(command->add_option("--model", models, "file from train; several: an ensemble, whose probabilities are averaged"),
             Input::model)
      ->required();
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
