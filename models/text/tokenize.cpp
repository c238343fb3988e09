#include <weft/models/io/unicode.h>
#include <weft/models/io/utf8.h>
#include <weft/models/text/detail/split_word.h>
#include <weft/models/text/regex.h>
#include <weft/models/text/tokenize.h>
#include <weft/tensor/base/error.h>

namespace weft::text {

namespace {

std::vector<std::string> tokenize_words(std::string_view text, const TokenizerOptions& options) {
  std::vector<std::string> tokens;
  std::u32string piece;
  bool marks_follow = false;  // the last token is a character to which following marks are added
  auto finish_piece = [&] {
    if (options.split_punctuation) {
      split_word(piece, tokens);
    } else if (!piece.empty()) {
      for (tokens.emplace_back(); char32_t c : piece) append_utf8(tokens.back(), c);
    }
    piece.clear();
  };
  for (CodePoint c : CodePoints(text)) {
    const bool is_mark = marks_follow && is_combining(c.value);
    const bool stands_alone = !is_mark && options.split_unspaced && is_unspaced(c.value);
    if (is_mark) {
      append_utf8(tokens.back(), c.value);
    } else if (stands_alone) {
      finish_piece();
      append_utf8(tokens.emplace_back(), c.value);
    } else if (character_class(c.value) == CharacterClass::space) {
      finish_piece();
    } else {
      piece += c.value;
    }
    marks_follow = is_mark || stands_alone;
  }
  finish_piece();
  return tokens;
}

std::vector<std::string> tokenize_characters(std::string_view text) {
  std::vector<std::string> tokens;
  for (CodePoint c : CodePoints(text)) append_utf8(tokens.emplace_back(), c.value);
  return tokens;
}

void check_needs_nothing(Unit unit, const char* function) {
  require<ValueError>(unit == Unit::word || unit == Unit::character, function, ": the unit ", to_string(unit),
                      " needs codes or a model: use a text::Tokenizer");
}

}  // namespace

std::string to_string(Unit unit) { return name_in(kUnitNames, unit); }

Unit unit_from_string(std::string_view name) { return named_value(kUnitNames, "unit is", name); }

OptionFields TokenizerOptions::fields() {
  const ParsedOption pattern{.type = "REGEX",
                             .get = [this] { return token_pattern; },
                             .check = [](const std::string& words) { Regex{words}; },
                             .set = [this](const std::string& words) { token_pattern = words; }};
  return {{.name = "unit", .value = named_option(unit, kUnitNames), .in_files = InFiles::always},
          {.name = "normalization",
           .value = named_option(normalization, kNormalizationNames),
           .help = "Unicode normalisation form of all text",
           .flag = "--unicode",
           .in_files = InFiles::always},
          {.name = "lower_case",
           .value = &lower_case,
           .help = "convert all text to lower case",
           .flag = "--lower-case,!--keep-case",
           .in_files = InFiles::always},
          {.name = "split_punctuation",
           .value = &split_punctuation,
           .help = "treat punctuation marks as separate words; otherwise words are separated only by spaces",
           .flag = "--split-punctuation,!--keep-punctuation",
           .in_files = InFiles::always},
          {.name = "split_unspaced",
           .value = &split_unspaced,
           .help = "unit word: treat each character of a script without spaces, such as Chinese, Japanese or Thai, as a word",
           .flag = "--split-unspaced,!--keep-unspaced",
           .in_files = InFiles::unless_absent,
           .absent = "0"},
          {.name = "token_pattern",
           .value = pattern,
           .help = "regular expression for words, which replaces the rules for punctuation",
           .in_files = InFiles::unless_absent,
           .absent = ""}};
}

std::string clean(std::string_view text, const TokenizerOptions& options) {
  std::string result = normalize(repair_utf8(text).text, options.normalization);
  // Lowercasing can make a letter and its mark composable: there is no capital J with a caron, but U+01F0 is a small one.
  return options.lower_case ? normalize(lower_case(result), options.normalization) : result;
}

std::vector<std::string> tokenize(std::string_view text, const TokenizerOptions& options) {
  check_needs_nothing(options.unit, "tokenize");
  require<ValueError>(options.token_pattern.empty(), "tokenize: a token_pattern is for a text::Tokenizer");
  const std::string cleaned = clean(text, options);
  return options.unit == Unit::word ? tokenize_words(cleaned, options) : tokenize_characters(cleaned);
}

std::string join(const std::vector<std::string>& tokens, Unit unit) {
  check_needs_nothing(unit, "join");
  std::string text;
  for (const std::string& token : tokens) {
    if (unit == Unit::word && !text.empty()) text += ' ';
    text += token;
  }
  return text;
}

}  // namespace weft::text
