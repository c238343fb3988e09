// What the subcommands of translate share.
#pragma once

#include <weft/models/programs/command_line/data_options.h>
#include <weft/models/programs/command_line/tokenizer_options.h>
#include <weft/models/translator/translator.h>

#include <string>

namespace weft::programs {

using Paths = std::vector<std::string>;

// One file of pairs or two parallel ones.
std::unique_ptr<text::PairSource> pair_source(const Paths& paths, const text::FileOptions& options);

Option& add_pairs(Command& command, const std::string& name, Paths& paths, const std::string& what);

// --context and --separator.
void add_context(Command& command, text::ContextOptions& options, const std::string& by_default);

// Throws ValueError for a separator of no context.
void check_context(const Command& command);

// How files of pairs are read.
void add_pair_options(Command& command, text::FileOptions& options, const std::string& default_context);

// What the command line says of the context takes precedence over what the model learnt to read.
inline constexpr const char* kContextOfTraining = "without it as in training";
void complete_context(const Command& command, text::ContextOptions& options, const Translator& translator);

// The same for a file that is to be read, where it holds conversations.
void complete_context(const Command& command, const Paths& paths, text::FileOptions& options, const Translator& translator);

void add_beam(Command& command, std::int64_t& beam);

// --model FILE..: several translate together.
void add_models(Command& command, Paths& models);

Translator load_translator(const Paths& models);

// Makes the tokenizers of both sides by `arguments`. Codes are learnt from both sides of the pairs together, unless they are to
// be separate, and saved where that is asked for.
void make_tokenizers(const TokenizerArguments& arguments, const text::PairSource& pairs, TranslatorTraining& training);

// All options of training but those of files and tokenizers.
void add_training_options(Command& command, TranslatorTraining& training);

void add_train(Command& program);
void add_show(Command& program);
void add_evaluate(Command& program);
void add_run(Command& program);
void add_score(Command& program);
void add_chat(Command& program);
void add_align(Command& program);
void add_bottleneck(Command& program);

}  // namespace weft::programs
