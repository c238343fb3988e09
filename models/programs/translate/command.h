// Functions that the subcommands of translate share.
#pragma once

#include <weft/models/programs/command_line/data_options.h>
#include <weft/models/programs/command_line/tokenizer_options.h>
#include <weft/models/translator/translator.h>

#include <string>

namespace weft::programs {

using Paths = std::vector<std::string>;

// Returns the pairs of files that hold pairs, or of two parallel files, or several times two, in their order.
std::unique_ptr<text::PairSource> pair_source(const Paths& paths, const text::FileOptions& options);

Option& add_pairs(Command& command, const std::string& name, Paths& paths, const std::string& what);

// Adds --context and --separator.
void add_context(Command& command, text::ContextOptions& options, const std::string& by_default);

// Throws ValueError for a separator without a context.
void check_context(const Command& command);

// Adds the options for reading files of pairs.
void add_pair_options(Command& command, text::FileOptions& options, const std::string& default_context);

// Options of the command line for the context take precedence over the context with which the model was trained.
inline constexpr const char* kContextOfTraining = "without it as in training";
void complete_context(const Command& command, text::ContextOptions& options, const Translator& translator);

// Does the same for a file to be read, if it contains conversations.
void complete_context(const Command& command, const Paths& paths, text::FileOptions& options, const Translator& translator);

void add_beam(Command& command, SearchOptions& search);

// Adds --model FILE.., where several models translate together.
void add_models(Command& command, Paths& models);

Translator load_translator(const Paths& models);

// Makes the tokenizers of both sides as `arguments` say. Codes are learnt from both sides of the pairs together unless they are
// to be separate, and saved if requested.
void make_tokenizers(const TokenizerArguments& arguments, const text::PairSource& pairs, TranslatorTraining& training);

// Adds all options of training except those for files and tokenizers.
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
