// Inflection of English and French words by number, gender, person and tense, and elision and contraction of French words.
#pragma once

#include <weft/models/generated/detail/english_french_words.h>

#include <string>
#include <string_view>
#include <vector>

namespace weft::text::bilingual {

using Words = std::vector<std::string>;

// Appends the words of an expression such as "in front of" one by one, and nothing for "".
void append(Words& words, std::string_view expression);
void append(Words& words, const Words& more);

std::string plural_english(const Noun& noun);
std::string indefinite_article(std::string_view next_word);     // "a" or "an"
std::string third_person_english(std::string_view verb);        // "carry" -> "carries", "look for" -> "looks for"
std::string be_english(const Agreement& subject, Tense tense);  // present or past: "am", "were"

std::string plural_french(std::string_view singular);
std::string adjective_french(const Adjective& adjective, const Agreement& noun, bool before_vowel = false);
bool begins_with_vowel(std::string_view french);  // judged by sound: true for "homme", false for "héros"

// Returns the finite verb, in the present or future, without its pronoun.
std::string verb_french(const Verb& verb, const Agreement& subject, Tense tense);
// Returns the past participle, which agrees with `noun` if one is given.
std::string participle_french(const Verb& verb, const Agreement* noun = nullptr);
std::string have_french(const Agreement& subject);             // avoir: "ai", "ont"
std::string be_french(const Agreement& subject, Tense tense);  // être: "suis", "étais", "serai"

// Applies elision and contraction word by word: le homme -> l' homme, de le -> du, à les -> aux, de des -> de, si il -> s' il.
Words join_french(const Words& words);

}  // namespace weft::text::bilingual
