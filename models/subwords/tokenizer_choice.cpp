#include <weft/models/subwords/tokenizer_choice.h>

namespace weft::text {

Tokenizer make_tokenizer(const TokenizerChoice& choice, const WordCounter& count) {
  const Unit unit = choice.options.unit;
  require<ValueError>(choice.bpe_codes.empty() || unit == Unit::bpe, "tokenizer: BPE codes are given, but the unit is ",
                      to_string(unit));
  require<ValueError>(
      choice.sentencepiece.empty() == (unit != Unit::sentencepiece), "tokenizer: the unit is ", to_string(unit),
      choice.sentencepiece.empty() ? ", but no SentencePiece model is given" : ", but a SentencePiece model is given");
  if (unit == Unit::sentencepiece) return {choice.options, SentencePiece::read(choice.sentencepiece)};
  if (unit != Unit::bpe) return Tokenizer(choice.options);
  if (!choice.bpe_codes.empty()) return {choice.options, read_bpe_codes(choice.bpe_codes)};
  TokenizerOptions words = choice.options;
  words.unit = Unit::word;
  return {choice.options, learn_bpe(count(Tokenizer(words)), choice.bpe)};
}

}  // namespace weft::text
