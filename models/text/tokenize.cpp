#include <weft/models/text/split_word.h>
#include <weft/models/text/tokenize.h>
#include <weft/models/text/unicode.h>
#include <weft/models/text/utf8.h>
#include <weft/tensor/error.h>

namespace weft::text {

namespace {

std::vector<std::string> tokenize_words(std::string_view text, bool split_punctuation) {
  std::vector<std::string> tokens;
  std::u32string piece;
  auto finish_piece = [&] {
    if (split_punctuation) {
      split_word(piece, tokens);
    } else if (!piece.empty()) {
      for (tokens.emplace_back(); char32_t c : piece) append_utf8(tokens.back(), c);
    }
    piece.clear();
  };
  for (CodePoint c : CodePoints(text)) {
    if (character_class(c.value) == CharacterClass::space) {
      finish_piece();
    } else {
      piece += c.value;
    }
  }
  finish_piece();
  return tokens;
}

std::vector<std::string> tokenize_characters(std::string_view text) {
  std::vector<std::string> tokens;
  for (CodePoint c : CodePoints(text)) append_utf8(tokens.emplace_back(), c.value);
  return tokens;
}

}  // namespace

std::string to_string(Unit unit) { return unit == Unit::word ? "word" : "char"; }

Unit unit_from_string(std::string_view name) {
  require<ValueError>(name == "word" || name == "char", "unit: expected word or char, got \"", name, "\"");
  return name == "word" ? Unit::word : Unit::character;
}

std::vector<std::string> tokenize(std::string_view text, const TokenizerOptions& options) {
  std::string clean = compose(repair_utf8(text).text);
  if (options.lower_case) clean = lower_case(clean);
  return options.unit == Unit::word ? tokenize_words(clean, options.split_punctuation) : tokenize_characters(clean);
}

std::string join(const std::vector<std::string>& tokens, Unit unit) {
  std::string text;
  for (const std::string& token : tokens) {
    if (unit == Unit::word && !text.empty()) text += ' ';
    text += token;
  }
  return text;
}

}  // namespace weft::text
