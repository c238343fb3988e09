// What translate trains with where the command line says nothing: what did well on data of several kinds, see docs/recipes.md.
// The structs of the library keep the defaults of their sources.
#pragma once

#include <weft/models/programs/translate/command.h>

namespace weft::programs {

TranslatorTraining recommended_training();
TokenizerArguments recommended_tokenizer();

// Sets the defaults that hang on what else the command line says. An option that is given stays as it is. What takes effect
// stands in the command's options, for --save-config and the model's file.
void complete_defaults(Command& command, TokenizerArguments& tokenizer, TranslatorTraining& training);

// Sets the defaults that hang on the training pairs, which it reads. Without --unit, and without an option that speaks of words
// or pieces, a side whose lines are single words, or of a script without spaces, is cut into characters, which standard output is
// told. Short text gets fewer --bpe-merges. --input-feeding is on where the target is spelt, by character or with few words.
void complete_from_pairs(Command& command, const text::PairSource& pairs, TokenizerArguments& tokenizer,
                         TranslatorTraining& training);

}  // namespace weft::programs
