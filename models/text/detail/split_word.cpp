#include <weft/models/io/unicode.h>
#include <weft/models/io/utf8.h>
#include <weft/models/text/detail/split_word.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace weft::text {

namespace {

using Piece = std::u32string_view;

constexpr std::array<Piece, 7> kEnglishEndings = {U"n't", U"'s", U"'m", U"'d", U"'re", U"'ve", U"'ll"};
constexpr std::array<Piece, 15> kFrenchElisions = {U"l'", U"d'",  U"j'",     U"n'",      U"m'",      U"t'",      U"s'",     U"c'",
                                                   U"y'", U"qu'", U"jusqu'", U"lorsqu'", U"puisqu'", U"quoiqu'", U"presqu'"};

bool is_word_at(Piece piece, std::size_t i) { return i < piece.size() && character_class(piece[i]) == CharacterClass::word; }
bool is_digit_at(Piece piece, std::size_t i) { return i < piece.size() && is_digit(piece[i]); }
bool is_apostrophe(char32_t c) { return c == U'\'' || c == U'\u2019'; }
bool is_hyphen(char32_t c) { return c == U'-' || c == U'\u2010' || c == U'\u2011'; }

// Returns the end of the entity (&amp; or &#39;) that starts at `i`, or `i` if none starts there.
std::size_t entity_end(Piece piece, std::size_t i) {
  if (i >= piece.size() || piece[i] != U'&') return i;
  std::size_t j = i + 1;
  if (j < piece.size() && piece[j] == U'#') ++j;
  const std::size_t name = j;
  while (j < piece.size() && piece[j] < 0x80 && (is_letter(piece[j]) || is_digit(piece[j]))) ++j;
  return j > name && j < piece.size() && piece[j] == U';' ? j + 1 : i;
}

// Returns whether the mark at `i`, which follows a word character, joins its neighbours to one word.
bool joins_neighbours(Piece piece, std::size_t i) {
  if (i == 0 || !is_word_at(piece, i + 1)) return false;
  const char32_t c = piece[i];
  if (is_hyphen(c) || is_apostrophe(c) || c == U'.') return true;
  return (c == U',' || c == U':' || c == U'/') && is_digit_at(piece, i - 1) && is_digit_at(piece, i + 1);
}

// Returns whether the word consists of single letters with full stops between them, such as "u.s".
bool is_abbreviation(Piece word) {
  if (word.size() < 3 || word.size() % 2 == 0) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (i % 2 == 0 ? !is_letter(word[i]) : word[i] != U'.') return false;
  }
  return true;
}

std::size_t word_end(Piece piece, std::size_t begin) {
  std::size_t end = begin;
  for (;;) {
    if (is_word_at(piece, end)) {
      ++end;
    } else if (const std::size_t after = entity_end(piece, end); after > end) {
      end = after;
    } else if (end > begin && end < piece.size() && joins_neighbours(piece, end)) {
      ++end;
    } else {
      break;
    }
  }
  if (end < piece.size() && piece[end] == U'.' && is_abbreviation(piece.substr(begin, end - begin))) ++end;
  return end;
}

// Returns the character by which contractions are recognised: ASCII letters in lower case, a typographic apostrophe as '.
char32_t comparable(char32_t c) {
  if (c >= U'A' && c <= U'Z') return c + (U'a' - U'A');
  return is_apostrophe(c) ? U'\'' : c;
}

bool reads_as(Piece piece, Piece form) {
  return std::equal(piece.begin(), piece.end(), form.begin(), form.end(),
                    [](char32_t a, char32_t b) { return comparable(a) == b; });
}
bool starts_as(Piece piece, Piece form) { return reads_as(piece.substr(0, form.size()), form); }
bool ends_as(Piece piece, Piece form) {
  return piece.size() >= form.size() && reads_as(piece.substr(piece.size() - form.size()), form);
}

template <class List>
bool contains(const List& list, Piece piece) {
  return std::any_of(list.begin(), list.end(), [&](Piece form) { return reads_as(piece, form); });
}

void append_token(std::vector<std::string>& tokens, Piece piece) {
  const bool lone_mark = piece.size() == 1;
  std::string token;
  for (char32_t c : piece) append_utf8(token, !lone_mark && is_apostrophe(c) ? U'\'' : c);
  if (!token.empty()) tokens.push_back(std::move(token));
}

// Returns the length of the English ending to be cut off, or 0. An ending is cut off only if the rest is a word by itself:
// "t-n't" stays whole, because its rest "t-" would be a letter and a hyphen.
std::size_t ending_of(Piece word) {
  for (Piece ending : kEnglishEndings) {
    if (word.size() <= ending.size() || !ends_as(word, ending)) continue;
    const std::size_t last = word.size() - ending.size() - 1;
    return is_word_at(word, last) || word[last] == U';' ? ending.size() : 0;
  }
  return 0;
}

// Returns the length of the French elision to be cut off the start of the word, or 0.
std::size_t elision_of(Piece word) {
  if (reads_as(word, U"n't")) return 0;
  for (Piece elision : kFrenchElisions)
    if (word.size() > elision.size() && starts_as(word, elision)) return elision.size();
  return 0;
}

// Cuts off the endings first, then the elisions. There is no recursion because a word may have thousands of them.
void append_word(std::vector<std::string>& tokens, Piece word) {
  Piece rest = word;
  std::vector<std::size_t> endings;
  while (const std::size_t length = ending_of(rest)) {
    endings.push_back(length);
    rest.remove_suffix(length);
  }
  word.remove_prefix(rest.size());
  while (const std::size_t length = elision_of(rest)) {
    append_token(tokens, rest.substr(0, length));
    rest.remove_prefix(length);
  }
  append_token(tokens, rest);
  for (; !endings.empty(); endings.pop_back()) {
    append_token(tokens, word.substr(0, endings.back()));
    word.remove_prefix(endings.back());
  }
}

// Returns the end of the mark at `begin`. Repetitions of some marks, such as "...", count as one mark.
std::size_t mark_end(Piece piece, std::size_t begin) {
  constexpr Piece kRepeated = U".-!?`'*=~";
  std::size_t end = begin + 1;
  if (kRepeated.find(piece[begin]) == Piece::npos) return end;
  while (end < piece.size() && piece[end] == piece[begin]) ++end;
  return end;
}

}  // namespace

void split_word(Piece piece, std::vector<std::string>& tokens) {
  std::size_t i = 0;
  while (i < piece.size()) {
    if (is_apostrophe(piece[i]) && contains(kEnglishEndings, piece.substr(i))) return append_token(tokens, piece.substr(i));
    std::size_t end = word_end(piece, i);
    if (end == i) {
      end = mark_end(piece, i);
      append_token(tokens, piece.substr(i, end - i));
    } else if (end < piece.size() && contains(kFrenchElisions, piece.substr(i, end + 1 - i))) {
      append_token(tokens, piece.substr(i, ++end - i));
    } else {
      append_word(tokens, piece.substr(i, end - i));
    }
    i = end;
  }
}

}  // namespace weft::text
