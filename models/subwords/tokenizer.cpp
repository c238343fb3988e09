#include <weft/models/options/option_error.h>
#include <weft/models/subwords/tokenizer.h>
#include <weft/models/text/white_space.h>
#include <weft/tensor/base/error.h>

#include <utility>

namespace weft::text {

namespace {

TokenizerOptions with_unit(TokenizerOptions options, Unit unit) {
  options.unit = unit;
  return options;
}

// Resets the options that have no effect with the unit, so that tokenizers that work alike compare equal.
TokenizerOptions effective(TokenizerOptions options, Unit unit) {
  options.split_unspaced = options.split_unspaced && unit == Unit::word && options.token_pattern.empty();
  return with_unit(std::move(options), unit);
}

std::optional<Regex> regex_of(const TokenizerOptions& options, Unit unit) {
  if (options.token_pattern.empty()) return std::nullopt;
  require_option(unit == Unit::word || unit == Unit::bpe, "tokenizer: a ", OptionName{"token_pattern"},
                 " requires words or bpe, but the unit is ", to_string(unit));
  return Regex(options.token_pattern);
}

}  // namespace

Tokenizer::Tokenizer(const TokenizerOptions& options)
    : options_(effective(options, options.unit)), regex_(regex_of(options, options.unit)) {
  require<ValueError>(unit() != Unit::bpe, "tokenizer: the unit bpe needs codes");
  require<ValueError>(unit() != Unit::sentencepiece, "tokenizer: the unit sentencepiece needs a model");
}

Tokenizer::Tokenizer(const TokenizerOptions& options, BpeCodes codes)
    : options_(effective(options, Unit::bpe)), regex_(regex_of(options, Unit::bpe)), model_(Bpe(std::move(codes))) {}

Tokenizer::Tokenizer(const TokenizerOptions& options, SentencePiece model)
    : options_(effective(options, Unit::sentencepiece)),
      regex_(regex_of(options, Unit::sentencepiece)),
      model_(std::move(model)) {}

const BpeCodes* Tokenizer::bpe_codes() const {
  const Bpe* bpe = std::get_if<Bpe>(&model_);
  return bpe ? &bpe->codes() : nullptr;
}

const SentencePiece* Tokenizer::sentencepiece() const { return std::get_if<SentencePiece>(&model_); }

std::vector<std::string> Tokenizer::words(std::string_view line) const {
  if (!regex_) return tokenize(line, with_unit(options_, Unit::word));
  std::vector<std::string> found;
  const std::string cleaned = clean(line, options_);
  for (std::string_view match : regex_->matches(cleaned))
    for (std::string_view word : split_at_white_space(match)) found.emplace_back(word);
  return found;
}

std::vector<std::string> Tokenizer::tokens(std::string_view line) const {
  if (const SentencePiece* model = sentencepiece()) return model->tokens(clean(line, options_));
  const Bpe* bpe = std::get_if<Bpe>(&model_);
  if (!bpe) return unit() == Unit::word ? words(line) : tokenize(line, options_);
  std::vector<std::string> pieces;
  for (const std::string& word : words(line)) bpe->segment(word, pieces);
  return pieces;
}

std::string Tokenizer::text(const std::vector<std::string>& tokens) const {
  if (const SentencePiece* model = sentencepiece()) return model->text(tokens);
  return unit() == Unit::bpe ? Bpe::join(tokens) : join(tokens, unit());
}

bool Tokenizer::operator==(const Tokenizer& other) const {
  if (options_ != other.options_) return false;
  if (const SentencePiece* model = sentencepiece()) return model->bytes() == other.sentencepiece()->bytes();
  return unit() != Unit::bpe || *bpe_codes() == *other.bpe_codes();
}

}  // namespace weft::text
