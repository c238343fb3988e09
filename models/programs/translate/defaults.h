// The defaults of translate train, which did well on several kinds of data, see docs/recipes.md. The structs of the library have
// other defaults, those of the papers.
#pragma once

#include <weft/models/programs/translate/command.h>

namespace weft::programs {

TranslatorTraining recommended_training();
TokenizerArguments recommended_tokenizer();

// Sets the defaults that depend on other options of the command line. Options that are given are not changed. The values in
// effect are stored in the command's options, for --save-config and the model's file.
void complete_defaults(Command& command, TokenizerArguments& tokenizer, TranslatorTraining& training);

// Sets the defaults that depend on the training pairs, which it reads. Without --unit and without options for words or pieces, a
// side whose lines are single words, or that has a script without spaces, is split into characters, and standard output says so.
// Short texts get fewer --bpe-merges. --input-feeding is on if the target is split into characters or has few different words.
void complete_from_pairs(Command& command, const text::PairSource& pairs, TokenizerArguments& tokenizer,
                         TranslatorTraining& training);

}  // namespace weft::programs
