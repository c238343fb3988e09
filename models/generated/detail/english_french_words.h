// The words of the generated English-French language. Every word has one meaning, so that the English sentence determines the
// French one.
#pragma once

#include <array>
#include <string_view>

namespace weft::text::bilingual {

enum class Gender { masculine, feminine };
enum class Number { singular, plural };
enum class Tense { present, past, future };
enum class Kind { person, animal, thing, food, place };

// The features of a subject or noun with which other words agree. The second person is singular (tu).
struct Agreement {
  int person = 3;
  Gender gender = Gender::masculine;
  Number number = Number::singular;
};

struct Noun {
  std::string_view english;
  std::string_view french;
  Gender gender = Gender::masculine;
  std::string_view english_plural = {};  // for irregular plurals
};

struct Adjective {
  std::string_view english;
  std::string_view masculine;
  std::string_view feminine;
  bool precedes = false;               // petit chien, but chien rouge
  std::string_view before_vowel = {};  // masculine singular before a vowel: bel, vieil, nouvel
};

enum class Auxiliary { have, be };  // avoir or être, in the perfect

struct Verb {
  std::string_view english;  // the first word is inflected: "look for", "looks for"
  std::string_view english_past;
  std::string_view infinitive;
  std::string_view present = {};      // je tu il nous ils; empty for regular verbs in -er
  std::string_view future_stem = {};  // empty if it is the infinitive
  std::string_view participle = {};   // empty if regular, in -é
  Auxiliary auxiliary = Auxiliary::have;
};

// The forms of a determiner. An empty English form means that there is none for that number.
struct Determiner {
  std::string_view english_singular;
  std::string_view english_plural;
  std::string_view masculine;
  std::string_view feminine;
  std::string_view masculine_before_vowel;
  std::string_view feminine_before_vowel;
  std::string_view plural;
  bool definite = true;
};

struct Pronoun {
  std::string_view english_subject;
  std::string_view english_object;
  std::string_view subject;
  std::string_view direct;
  std::string_view dative;
  Agreement agreement;
};

// A word or group of words that needs no inflection.
struct Expression {
  std::string_view english;
  std::string_view french;
};

inline constexpr Gender kMasculine = Gender::masculine;
inline constexpr Gender kFeminine = Gender::feminine;

inline constexpr Determiner kThe = {"the", "the", "le", "la", "le", "la", "les"};
inline constexpr Determiner kIndefinite = {"a", "some", "un", "une", "un", "une", "des", false};
inline constexpr std::array<Determiner, 12> kDeterminers = {{
    {"this", "these", "ce", "cette", "cet", "cette", "ces"},
    {"my", "my", "mon", "ma", "mon", "mon", "mes"},
    {"your", "your", "ton", "ta", "ton", "ton", "tes"},
    {"his", "his", "son", "sa", "son", "son", "ses"},
    {"her", "her", "son", "sa", "son", "son", "ses"},
    {"our", "our", "notre", "notre", "notre", "notre", "nos"},
    {"their", "their", "leur", "leur", "leur", "leur", "leurs"},
    {"every", "", "chaque", "chaque", "chaque", "chaque", "", false},
    {"", "two", "", "", "", "", "deux", false},
    {"", "three", "", "", "", "", "trois", false},
    {"", "several", "", "", "", "", "plusieurs", false},
    {"", "many", "", "", "", "", "beaucoup de", false},
}};

inline constexpr std::array<Pronoun, 6> kPronouns = {{
    {"i", "me", "je", "me", "me", {1, kMasculine, Number::singular}},
    {"you", "you", "tu", "te", "te", {2, kMasculine, Number::singular}},
    {"he", "him", "il", "le", "lui", {3, kMasculine, Number::singular}},
    {"she", "her", "elle", "la", "lui", {3, kFeminine, Number::singular}},
    {"we", "us", "nous", "nous", "nous", {1, kMasculine, Number::plural}},
    {"they", "them", "ils", "les", "leur", {3, kMasculine, Number::plural}},
}};

inline constexpr std::array<Noun, 28> kPersons = {{
    {"man", "homme", kMasculine, "men"},
    {"woman", "femme", kFeminine, "women"},
    {"boy", "garçon"},
    {"girl", "fille", kFeminine},
    {"child", "enfant", kMasculine, "children"},
    {"teacher", "professeur"},
    {"doctor", "médecin"},
    {"nurse", "infirmière", kFeminine},
    {"neighbour", "voisin"},
    {"sister", "sœur", kFeminine},
    {"brother", "frère"},
    {"mother", "mère", kFeminine},
    {"father", "père"},
    {"uncle", "oncle"},
    {"aunt", "tante", kFeminine},
    {"king", "roi"},
    {"queen", "reine", kFeminine},
    {"princess", "princesse", kFeminine},
    {"farmer", "fermier"},
    {"student", "étudiant"},
    {"hero", "héros", kMasculine, "heroes"},
    {"actress", "actrice", kFeminine},
    {"baker", "boulanger"},
    {"lawyer", "avocat"},
    {"soldier", "soldat"},
    {"writer", "écrivain"},
    {"dancer", "danseuse", kFeminine},
    {"painter", "peintre"},
}};

inline constexpr std::array<Noun, 13> kAnimals = {{
    {"dog", "chien"},
    {"cat", "chat"},
    {"horse", "cheval"},
    {"bird", "oiseau"},
    {"mouse", "souris", kFeminine, "mice"},
    {"cow", "vache", kFeminine},
    {"goat", "chèvre", kFeminine},
    {"rabbit", "lapin"},
    {"elephant", "éléphant"},
    {"wolf", "loup", kMasculine, "wolves"},
    {"fox", "renard"},
    {"bee", "abeille", kFeminine},
    {"squirrel", "écureuil"},
}};

inline constexpr std::array<Noun, 22> kThings = {{
    {"book", "livre"},
    {"car", "voiture", kFeminine},
    {"letter", "lettre", kFeminine},
    {"key", "clé", kFeminine},
    {"chair", "chaise", kFeminine},
    {"table", "table", kFeminine},
    {"flower", "fleur", kFeminine},
    {"hat", "chapeau"},
    {"newspaper", "journal"},
    {"bottle", "bouteille", kFeminine},
    {"picture", "image", kFeminine},
    {"boat", "bateau"},
    {"umbrella", "parapluie"},
    {"clock", "horloge", kFeminine},
    {"ladder", "échelle", kFeminine},
    {"sword", "épée", kFeminine},
    {"bicycle", "vélo"},
    {"gift", "cadeau"},
    {"coat", "manteau"},
    {"axe", "hache", kFeminine},
    {"cupboard", "armoire", kFeminine},
    {"computer", "ordinateur"},
}};

inline constexpr std::array<Noun, 9> kFoods = {{
    {"apple", "pomme", kFeminine},
    {"cake", "gâteau"},
    {"pear", "poire", kFeminine},
    {"carrot", "carotte", kFeminine},
    {"bean", "haricot"},
    {"cherry", "cerise", kFeminine},
    {"egg", "œuf"},
    {"onion", "oignon"},
    {"apricot", "abricot"},
}};

inline constexpr std::array<Noun, 14> kPlaces = {{
    {"garden", "jardin"},
    {"house", "maison", kFeminine},
    {"school", "école", kFeminine},
    {"market", "marché"},
    {"church", "église", kFeminine},
    {"park", "parc"},
    {"station", "gare", kFeminine},
    {"hotel", "hôtel"},
    {"kitchen", "cuisine", kFeminine},
    {"city", "ville", kFeminine},
    {"library", "bibliothèque", kFeminine},
    {"castle", "château"},
    {"forest", "forêt", kFeminine},
    {"workshop", "atelier"},
}};

// Adjectives for any noun.
inline constexpr std::array<Adjective, 5> kPlainAdjectives = {{
    {"small", "petit", "petite", true},
    {"big", "grand", "grande", true},
    {"beautiful", "beau", "belle", true, "bel"},
    {"old", "vieux", "vieille", true, "vieil"},
    {"strange", "étrange", "étrange"},
}};

inline constexpr std::array<Adjective, 14> kAnimateAdjectives = {{
    {"young", "jeune", "jeune", true},
    {"tired", "fatigué", "fatiguée"},
    {"happy", "heureux", "heureuse"},
    {"sad", "triste", "triste"},
    {"intelligent", "intelligent", "intelligente"},
    {"famous", "célèbre", "célèbre"},
    {"proud", "fier", "fière"},
    {"strong", "fort", "forte"},
    {"sick", "malade", "malade"},
    {"angry", "furieux", "furieuse"},
    {"active", "actif", "active"},
    {"quiet", "silencieux", "silencieuse"},
    {"shy", "timide", "timide"},
    {"jealous", "jaloux", "jalouse"},
}};

inline constexpr std::array<Adjective, 11> kInanimateAdjectives = {{
    {"new", "nouveau", "nouvelle", true, "nouvel"},
    {"pretty", "joli", "jolie", true},
    {"white", "blanc", "blanche"},
    {"black", "noir", "noire"},
    {"heavy", "lourd", "lourde"},
    {"red", "rouge", "rouge"},
    {"blue", "bleu", "bleue"},
    {"green", "vert", "verte"},
    {"yellow", "jaune", "jaune"},
    {"dry", "sec", "sèche"},
    {"expensive", "cher", "chère"},
}};

}  // namespace weft::text::bilingual
