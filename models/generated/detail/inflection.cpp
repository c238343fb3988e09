#include <weft/models/generated/detail/inflection.h>
#include <weft/models/io/utf8.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace weft::text::bilingual {

namespace {

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Returns the index of a form in "je tu il nous ils".
std::size_t form_index(const Agreement& subject) {
  const auto person = static_cast<std::size_t>(subject.person);
  if (subject.number == Number::singular) return person - 1;
  return subject.person == 1 ? 3 : 4;
}

std::string_view form(std::string_view forms, std::size_t index) {
  for (; index > 0; --index) forms.remove_prefix(forms.find(' ') + 1);
  return forms.substr(0, forms.find(' '));
}

constexpr std::string_view kVowels = "aeiou";

bool ends_in_consonant_and_y(std::string_view word) {
  return word.size() >= 2 && word.back() == 'y' && kVowels.find(word[word.size() - 2]) == std::string_view::npos;
}

// Appends the -s of plurals and of the third person.
std::string with_s(std::string_view word) {
  const std::string text(word);
  if (ends_in_consonant_and_y(word)) return text.substr(0, text.size() - 1) + "ies";
  const bool hissing = word.ends_with("s") || word.ends_with("x") || word.ends_with("sh") || word.ends_with("ch");
  return text + (hissing || word.ends_with("o") ? "es" : "s");
}

}  // namespace

void append(Words& words, std::string_view expression) {
  while (!expression.empty()) {
    const std::size_t end = std::min(expression.find(' '), expression.size());
    words.emplace_back(expression.substr(0, end));
    expression.remove_prefix(std::min(end + 1, expression.size()));
  }
}

void append(Words& words, const Words& more) { words.insert(words.end(), more.begin(), more.end()); }

std::string plural_english(const Noun& noun) {
  return noun.english_plural.empty() ? with_s(noun.english) : std::string(noun.english_plural);
}

std::string indefinite_article(std::string_view next_word) {
  return kVowels.find(next_word.front()) == std::string_view::npos ? "a" : "an";
}

std::string third_person_english(std::string_view verb) {
  const std::size_t end = std::min(verb.find(' '), verb.size());
  return with_s(verb.substr(0, end)) + std::string(verb.substr(end));
}

std::string be_english(const Agreement& subject, Tense tense) {
  const bool many = subject.number == Number::plural || subject.person == 2;
  if (tense == Tense::past) return many ? "were" : "was";
  if (many) return "are";
  return subject.person == 1 ? "am" : "is";
}

std::string plural_french(std::string_view singular) {
  const std::string text(singular);
  if (text.ends_with("s") || text.ends_with("x")) return text;
  if (text.ends_with("eau")) return text + "x";
  if (text.ends_with("al")) return text.substr(0, text.size() - 1) + "ux";
  return text + "s";
}

std::string adjective_french(const Adjective& adjective, const Agreement& noun, bool before_vowel) {
  const bool feminine = noun.gender == Gender::feminine;
  const std::string_view singular = feminine ? adjective.feminine : adjective.masculine;
  if (noun.number == Number::plural) return plural_french(singular);
  return std::string(before_vowel && !feminine && !adjective.before_vowel.empty() ? adjective.before_vowel : singular);
}

bool begins_with_vowel(std::string_view french) {
  constexpr std::u32string_view kFirstLetters = U"aeiouhàâéèêëîïôœû";
  constexpr std::array<std::string_view, 5> kAspirated = {"héros", "hache", "haches", "haricot", "haricots"};
  const char32_t first = decode_utf8(french, 0).value;
  return kFirstLetters.find(first) != std::u32string_view::npos && !is_one_of(french, kAspirated);
}

std::string verb_french(const Verb& verb, const Agreement& subject, Tense tense) {
  const std::size_t index = form_index(subject);
  if (tense == Tense::future) {
    const std::string_view stem = verb.future_stem.empty() ? verb.infinitive : verb.future_stem;
    return std::string(stem) + std::string(form("ai as a ons ont", index));
  }
  if (!verb.present.empty()) return std::string(form(verb.present, index));
  const std::string_view stem = verb.infinitive.substr(0, verb.infinitive.size() - 2);
  return std::string(stem) + std::string(form("e es e ons ent", index));
}

std::string participle_french(const Verb& verb, const Agreement* noun) {
  std::string participle(verb.participle);
  if (participle.empty()) participle = std::string(verb.infinitive.substr(0, verb.infinitive.size() - 2)) + "é";
  if (noun && noun->gender == Gender::feminine) participle += "e";
  return noun && noun->number == Number::plural ? plural_french(participle) : participle;
}

std::string have_french(const Agreement& subject) { return std::string(form("ai as a avons ont", form_index(subject))); }

std::string be_french(const Agreement& subject, Tense tense) {
  switch (tense) {
    case Tense::present:
      return std::string(form("suis es est sommes sont", form_index(subject)));
    case Tense::past:
      return std::string(form("étais étais était étions étaient", form_index(subject)));
    case Tense::future:
      break;
  }
  return std::string(form("serai seras sera serons seront", form_index(subject)));
}

Words join_french(const Words& words) {
  constexpr std::array<std::string_view, 8> kElided = {"le", "la", "je", "me", "te", "ne", "de", "que"};
  Words full;  // de des -> de
  for (const std::string& word : words) {
    const bool after_de = !full.empty() && full.back() == "de";
    if (!after_de || (word != "de" && word != "des")) full.push_back(word);
  }
  Words joined;
  for (std::size_t i = 0; i < full.size(); ++i) {
    std::string word = full[i];
    const std::string next = i + 1 < full.size() ? full[i + 1] : "";
    const bool elided = is_one_of(word, kElided) && !next.empty() && begins_with_vowel(next);
    if (elided || (word == "si" && (next == "il" || next == "ils"))) word.back() = '\'';
    const std::string last = joined.empty() ? "" : joined.back();
    const bool contracted = (last == "de" || last == "à") && (word == "le" || word == "les");
    if (contracted && last == "de") joined.back() = word == "le" ? "du" : "des";
    if (contracted && last == "à") joined.back() = word == "le" ? "au" : "aux";
    if (!contracted) joined.push_back(word);
  }
  return joined;
}

}  // namespace weft::text::bilingual
