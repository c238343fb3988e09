#include <weft/models/generated/detail/invented_name.h>

#include <array>
#include <string_view>

namespace weft::text {

namespace {

using Syllable = std::string_view;

constexpr std::array<Syllable, 32> kBeginnings = {"bel", "bran", "cal",  "dor", "drin", "fal", "fen", "gar", "gol", "hal", "hest",
                                                  "jor", "kel",  "kra",  "lem", "lind", "mar", "mel", "nor", "osk", "pel", "pra",
                                                  "ros", "sar",  "stel", "tir", "tol",  "ul",  "var", "wen", "yor", "zan"};
constexpr std::array<Syllable, 24> kMiddles = {"a",  "ba", "de", "di", "e", "ga", "go", "ha", "i",  "ka", "la", "li",
                                               "ma", "me", "na", "ni", "o", "ra", "ri", "sa", "to", "va", "vi", "zo"};
constexpr std::array<Syllable, 16> kEndingsOfPersons = {"sen",  "mann",  "sky",  "ner",  "rell", "tini", "vic",  "dez",
                                                        "lund", "quist", "bert", "gard", "nova", "kopf", "lang", "ster"};
constexpr std::array<Syllable, 16> kEndingsOfTowns = {"stad", "ford", "burg",   "ville", "haven", "mouth", "dorf",   "holm",
                                                      "wick", "ton",  "bridge", "field", "gate",  "port",  "cester", "mere"};

}  // namespace

std::string invented_name(NameOf what, CounterRandom& random) {
  std::string name(random.pick(kBeginnings));
  name += random.pick(kMiddles);
  name += random.pick(kMiddles);
  name += random.pick(what == NameOf::person ? kEndingsOfPersons : kEndingsOfTowns);
  return name;
}

}  // namespace weft::text
