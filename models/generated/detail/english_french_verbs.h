// The verbs and the fixed expressions of the generated English-French language. A verb takes an object either always or never, so
// that it is always clear where a clause ends.
#pragma once

#include <weft/models/generated/detail/english_french_words.h>

#include <array>

namespace weft::text::bilingual {

// Verbs without an object. The first kAnimalActions also have animals as subjects.
inline constexpr std::size_t kAnimalActions = 8;
inline constexpr std::array<Verb, 16> kActions = {{
    {"sleep", "slept", "dormir", "dors dors dort dormons dorment", "", "dormi"},
    {"run", "ran", "courir", "cours cours court courons courent", "courr", "couru"},
    {"fall", "fell", "tomber", "", "", "", Auxiliary::be},
    {"arrive", "arrived", "arriver", "", "", "", Auxiliary::be},
    {"leave", "left", "partir", "pars pars part partons partent", "", "parti", Auxiliary::be},
    {"swim", "swam", "nager", "nage nages nage nageons nagent"},
    {"wait", "waited", "attendre", "attends attends attend attendons attendent", "attendr", "attendu"},
    {"stay", "stayed", "rester", "", "", "", Auxiliary::be},
    {"sing", "sang", "chanter"},
    {"work", "worked", "travailler"},
    {"laugh", "laughed", "rire", "ris ris rit rions rient", "rir", "ri"},
    {"dance", "danced", "danser"},
    {"cry", "cried", "pleurer"},
    {"smile", "smiled", "sourire", "souris souris sourit sourions sourient", "sourir", "souri"},
    {"speak", "spoke", "parler"},
    {"hesitate", "hesitated", "hésiter"},
}};

// Verbs with any object. The first kAnimalUses also have animals as subjects.
inline constexpr std::size_t kAnimalUses = 5;
inline constexpr std::array<Verb, 9> kUses = {{
    {"see", "saw", "voir", "vois vois voit voyons voient", "verr", "vu"},
    {"look for", "looked for", "chercher"},
    {"find", "found", "trouver"},
    {"follow", "followed", "suivre", "suis suis suit suivons suivent", "suivr", "suivi"},
    {"hear", "heard", "entendre", "entends entends entend entendons entendent", "entendr", "entendu"},
    {"look at", "looked at", "regarder"},
    {"wait for", "waited for", "attendre", "attends attends attend attendons attendent", "attendr", "attendu"},
    {"forget", "forgot", "oublier"},
    {"draw", "drew", "dessiner"},
}};

// Verbs whose object is a person.
inline constexpr std::array<Verb, 8> kMeetings = {{
    {"know", "knew", "connaître", "connais connais connaît connaissons connaissent", "connaîtr", "connu"},
    {"help", "helped", "aider"},
    {"call", "called", "appeler", "appelle appelles appelle appelons appellent", "appeller"},
    {"meet", "met", "rencontrer"},
    {"thank", "thanked", "remercier"},
    {"invite", "invited", "inviter"},
    {"admire", "admired", "admirer"},
    {"listen to", "listened to", "écouter"},
}};

// Verbs whose object is a thing.
inline constexpr std::array<Verb, 8> kDealings = {{
    {"buy", "bought", "acheter", "achète achètes achète achetons achètent", "achèter"},
    {"sell", "sold", "vendre", "vends vends vend vendons vendent", "vendr", "vendu"},
    {"carry", "carried", "porter"},
    {"clean", "cleaned", "nettoyer", "nettoie nettoies nettoie nettoyons nettoient", "nettoier"},
    {"break", "broke", "casser"},
    {"lose", "lost", "perdre", "perds perds perd perdons perdent", "perdr", "perdu"},
    {"hide", "hid", "cacher"},
    {"paint", "painted", "peindre", "peins peins peint peignons peignent", "peindr", "peint"},
}};

// Verbs whose object is food.
inline constexpr std::array<Verb, 3> kMeals = {{
    {"eat", "ate", "manger", "mange manges mange mangeons mangent"},
    {"taste", "tasted", "goûter"},
    {"cook", "cooked", "préparer"},
}};

// Verbs with a thing as object and a person as recipient.
inline constexpr std::array<Verb, 4> kGifts = {{
    {"give", "gave", "donner"},
    {"show", "showed", "montrer"},
    {"bring", "brought", "apporter"},
    {"send", "sent", "envoyer", "envoie envoies envoie envoyons envoient", "enverr"},
}};

// Verbs of motion to or from a place.
struct Journey {
  Verb verb;
  Expression preposition;
};
inline constexpr std::array<Journey, 4> kJourneys = {{
    {{"go", "went", "aller", "vais vas va allons vont", "ir", "", Auxiliary::be}, {"to", "à"}},
    {{"return", "returned", "retourner", "", "", "", Auxiliary::be}, {"to", "à"}},
    {{"come", "came", "venir", "viens viens vient venons viennent", "viendr", "venu", Auxiliary::be}, {"from", "de"}},
    {{"emerge", "emerged", "sortir", "sors sors sort sortons sortent", "", "sorti", Auxiliary::be}, {"from", "de"}},
}};

// Verbs with a that-clause. They are only in the present and never negated; otherwise the French clause would need the
// subjunctive or another tense.
inline constexpr std::array<Verb, 5> kOpinions = {{
    {"think", "", "penser"},
    {"say", "", "dire", "dis dis dit disons disent"},
    {"know", "", "savoir", "sais sais sait savons savent"},
    {"hope", "", "espérer", "espère espères espère espérons espèrent"},
    {"believe", "", "croire", "crois crois croit croyons croient"},
}};

inline constexpr std::array<Expression, 4> kAdverbs = {
    {{"often", "souvent"}, {"always", "toujours"}, {"sometimes", "parfois"}, {"rarely", "rarement"}}};
inline constexpr Expression kToday = {"today", "aujourd'hui"};
inline constexpr Expression kYesterday = {"yesterday", "hier"};
inline constexpr Expression kTomorrow = {"tomorrow", "demain"};
inline constexpr std::array<Expression, 4> kPositions = {
    {{"near", "près de"}, {"behind", "derrière"}, {"in front of", "devant"}, {"in", "dans"}}};
inline constexpr std::size_t kPositionsByPersons = 3;  // near a doctor, but not in one
inline constexpr Expression kWith = {"with", "avec"};
inline constexpr std::array<Expression, 5> kConjunctions = {
    {{"and", "et"}, {"but", "mais"}, {"because", "parce que"}, {"while", "pendant que"}, {"so", "donc"}}};

}  // namespace weft::text::bilingual
