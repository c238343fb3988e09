// The tokenizers of translate's training.
#include <weft/models/programs/translate_command.h>

namespace weft::programs {

void make_tokenizers(const TokenizerArguments& arguments, const text::PairSource& pairs, TranslatorTraining& training) {
  auto lines = [&](bool source, bool target) {
    return [=, &pairs](const text::LineVisitor& visit) {
      auto reader = pairs.open();
      for (text::TextPair pair; reader->next(pair);) {
        if (source) visit(pair.source);
        if (target) visit(pair.target);
      }
    };
  };
  const bool one = !arguments.separate && arguments.bpe_codes.size() < 2 && arguments.sentencepiece.size() < 2;
  training.source_tokenizer = text::make_tokenizer(arguments.choice(0), lines(true, one));
  training.target_tokenizer = one ? training.source_tokenizer : text::make_tokenizer(arguments.choice(1), lines(false, true));
  arguments.save_codes(0, training.source_tokenizer);
  arguments.save_codes(1, training.target_tokenizer);
}

}  // namespace weft::programs
