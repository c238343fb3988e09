#include <weft/models/io/detail/order.h>
#include <weft/models/io/utf8.h>
#include <weft/models/text/tokenize.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace weft::text;

namespace {

// Joins the tokens with |.
std::string cut(std::string_view text, const TokenizerOptions& options = {}) {
  std::string out;
  for (const std::string& token : tokenize(text, options)) out += (out.empty() ? "" : "|") + token;
  return out;
}

}  // namespace

TEST_CASE("text is split into words and punctuation") {
  struct Row {
    const char* text;
    const char* tokens;
  };
  const std::vector<Row> rows = {
      {"", ""},
      {" \t \n ", ""},
      {"Where is the STATION?", "where|is|the|station|?"},
      {"Yes, (really)!", "yes|,|(|really|)|!"},
      {"wait... what?! -- well", "wait|...|what|?|!|--|well"},
      {"((a))", "(|(|a|)|)"},
      {"an ice-cold drink - now", "an|ice-cold|drink|-|now"},
      {"-5 + 3.14 = 10,000", "-|5|+|3.14|=|10,000"},
      {"at 8:49, or 24/7; and/or", "at|8:49|,|or|24/7|;|and|/|or"},
      {"red,green", "red|,|green"},
      {"in the U.S. or e.g. here.", "in|the|u.s.|or|e.g.|here|."},
      {"$5 50% #1 a@b.c", "$|5|50|%|#|1|a|@|b.c"},
      {"turn_left Now", "turn_left|now"},
      {"« Bonjour »", "«|bonjour|»"},
      {"no\u00A0break", "no|break"},
      {"Éléphant ΣΑΣ Ёлка", "éléphant|σασ|ёлка"},
      {"🙂🙂 ok", "🙂|🙂|ok"},
  };
  for (const Row& row : rows) CHECK(cut(row.text) == row.tokens);
}

TEST_CASE("contractions are split") {
  struct Row {
    const char* text;
    const char* tokens;
  };
  const std::vector<Row> rows = {
      {"Don't, can't won't", "do|n't|,|ca|n't|wo|n't"},
      {"it's I'm we'd you're I've she'll", "it|'s|i|'m|we|'d|you|'re|i|'ve|she|'ll"},
      {"I'd've", "i|'d|'ve"},
      {"what’s up, don’t", "what|'s|up|,|do|n't"},
      {"l'ami qu'il d’accord jusqu'à", "l'|ami|qu'|il|d'|accord|jusqu'|à"},
      {"o'clock O'Brien aujourd'hui", "o'clock|o'brien|aujourd'hui"},
      {"the boys' 'quoted words' here", "the|boys|'|'|quoted|words|'|here"},
      {"''twice'' `` x", "''|twice|''|``|x"},
      {"T-n't x.n't l'n't L'U.S. it's's", "t-n't|x.n't|l'|n't|l'|u.s|.|it|'s|'s"},
      {"woman &apos;s AT&amp;T &#39; R&D", "woman|&apos;s|at&amp;t|&#39;|r|&|d"},
  };
  for (const Row& row : rows) CHECK(cut(row.text) == row.tokens);
}

TEST_CASE("tokens joined by spaces are split at the same places again") {
  const std::vector<std::string> texts = {
      "Don't say \"it's 5.30 in the U.S.\", they'd laugh...",
      "qu'il n'ait pas l'idée d'aller à l'école-là !",
      "the boys' cats -- all 1,000 of 'em -- can't (won't?) sing & dance &apos;s",
      "``so it's o'clock'' n't 's l' qu' :-) 50% #tag @you",
  };
  for (const std::string& text : texts) {
    const std::vector<std::string> tokens = tokenize(text);
    CHECK(tokenize(join(tokens)) == tokens);
  }
}

TEST_CASE("random strings are split at the same places again") {
  const std::vector<std::string> parts = {"n",   "t",  "s",  "T",  "l",      "d",      "ll", "qu",     "jusqu",  "re",   "a",
                                          "U",   "É",  "1",  "20", "'",      "'",      "'",  "’",      "-",      "-",    "‑",
                                          ".",   ".",  ",",  ":",  "/",      "_",      "&",  "amp;",   "#3",     ";",    "!",
                                          "?",   "`",  "=",  "*",  "~",      "…",      "(",  "\u0301", "\u0338", "🙂", " ",
                                          "n't", "l'", "'s", "J",  "\u030C", "\u200D", "½",  "ﬁ",      "\u00B4"};
  CounterRandom random(7);
  for (int round = 0; round < 300'000; ++round) {
    std::string text;
    for (std::uint64_t left = 1 + random.below(10); left > 0; --left) text += random.pick(parts);
    TokenizerOptions options{.lower_case = random.chance(0.5), .split_punctuation = random.chance(0.9)};
    if (random.chance(0.3)) options.normalization = Normalization::nfkc;
    const std::vector<std::string> tokens = tokenize(text, options);
    if (tokenize(join(tokens), options) != tokens) FAIL_CHECK(text);
  }
}

TEST_CASE("cleaning clean text changes nothing") {
  for (char32_t point = 0x20; point < 0x30000; ++point)
    for (char32_t mark : {U'\u0300', U'\u0308', U'\u030A', U'\u030C', U'\u0331', U'\u0323'}) {
      std::string text;
      append_utf8(text, point);
      append_utf8(text, mark);
      for (Normalization form : {Normalization::nfc, Normalization::nfkc}) {
        const std::string once = clean(text, {.normalization = form});
        if (clean(once, {.normalization = form}) != once) FAIL_CHECK(text);
      }
    }
}

TEST_CASE("case and punctuation can be kept") {
  CHECK(cut("Don't STOP.", {.lower_case = false}) == "Do|n't|STOP|.");
  CHECK(cut("I_TURN_LEFT  I_WALK, don't", {.lower_case = false, .split_punctuation = false}) == "I_TURN_LEFT|I_WALK,|don't");
  CHECK(cut("It’s @-@", {.split_punctuation = false}) == "it’s|@-@");
}

TEST_CASE("text is split into characters") {
  CHECK(cut("t8:49 É", {.unit = Unit::character}) == "t|8|:|4|9| |é");
  CHECK(cut("A b", {.unit = Unit::character, .lower_case = false}) == "A| |b");
  const std::string text = " deux  œufs à 3 €! ";
  CHECK(join(tokenize(text, {.unit = Unit::character}), Unit::character) == text);
}

TEST_CASE("bad bytes and combining marks are handled") {
  CHECK(cut("caf\xE9 noir") == "caf|\uFFFD|noir");
  CHECK(tokenize("e\u0301te\u0301") == tokenize("été"));
}

TEST_CASE("units have names") {
  for (Unit unit : {Unit::word, Unit::character, Unit::bpe, Unit::sentencepiece})
    CHECK(unit_from_string(to_string(unit)) == unit);
  CHECK_THROWS_WITH_AS(unit_from_string("syllable"), "unit is \"syllable\", not word, char, bpe or sentencepiece",
                       weft::ValueError);
}

TEST_CASE("pieces of words need a Tokenizer") {
  CHECK_THROWS_WITH_AS(tokenize("a b", {.unit = Unit::bpe}),
                       "tokenize: the unit bpe needs codes or a model: use a text::Tokenizer", weft::ValueError);
  CHECK_THROWS_WITH_AS(join({"a"}, Unit::sentencepiece),
                       "join: the unit sentencepiece needs codes or a model: use a text::Tokenizer", weft::ValueError);
}

TEST_CASE("normalisation") {
  CHECK(cut("\uFB01n \uFF21\uFF22") == "\uFB01n|\uFF41\uFF42");
  CHECK(cut("\uFB01n \uFF21\uFF22\u2026", {.normalization = Normalization::nfkc}) == "fin|ab|...");
  CHECK(cut("e\u0301", {.normalization = Normalization::none}) == "e\u0301");
}

TEST_CASE("tokenize: characters of scripts without spaces can be separate tokens") {
  const TokenizerOptions options{.split_unspaced = true};
  auto words = [&](const char* line) { return tokenize(line, options); };
  using Words = std::vector<std::string>;
  CHECK(words("我爱Weft, 真的!") == Words{"我", "爱", "weft", ",", "真", "的", "!"});
  CHECK(words("カタカナとひらがな") == Words{"カ", "タ", "カ", "ナ", "と", "ひ", "ら", "が", "な"});
  CHECK(words("ที่นี่ 25") == Words{"ที่", "นี่", "25"});  // combining marks stay with their letters
  CHECK(words("don't 한국어 Ελλάδα") == Words{"do", "n't", "한국어", "ελλάδα"});
  CHECK(words("2024年5月") == Words{"2024", "年", "5", "月"});
  CHECK(tokenize("我爱Weft") == Words{"我爱weft"});
  CHECK(tokenize("我 爱Weft", {.split_punctuation = false, .split_unspaced = true}) == Words{"我", "爱", "weft"});
}
