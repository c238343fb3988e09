// The events of generated news, and how articles and headlines report them. Gaps are in braces, see filled_pattern.h.
#pragma once

#include <array>
#include <string_view>

namespace weft::text::news {

using Words = std::string_view;

struct Event {
  std::array<Words, 3> told;  // sentences that report it; each has all gaps of the headline
  Words headline;
  Words before;  // a similar event long ago, which is not news; only these sentences are in the past perfect
};

inline constexpr std::array<Event, 14> kEvents = {{
    {{"{who} opened a new {place} in {town} on {day} .", "on {day} a {place} was opened in {town} by {who} .",
      "the people of {town} now have a {place} , which {who} opened on {day} ."},
     "{who} opens {place} in {town}",
     "{ago} {who} had opened a {place} in {town} ."},
    {{"the {place} in {town} was closed on {day} because there was no money .",
      "as there is no money for it , {town} has closed its {place} .",
      "on {day} the {place} of {town} had no money left , and its doors were closed ."},
     "{town} closes {place} for lack of money",
     "{ago} the {place} in {town} had been closed for a winter ."},
    {{"a fire destroyed the {place} of {town} on {day} night .", "on {day} a fire burnt down the {place} of {town} .",
      "nothing is left of the {place} in {town} since a fire on {day} ."},
     "fire destroys {place} in {town}",
     "{ago} a fire had destroyed the {place} of {town} ."},
    {{"the {firm} of {town} named {who} as its new head on {day} .", "{who} is the new head of the {firm} in {town} .",
      "on {day} {who} was chosen as head of the {firm} in {town} ."},
     "{who} to lead {town} {firm}",
     "{ago} {who} had become head of the {firm} in {town} ."},
    {{"{who} , a {job} from {town} , won the national {sport} title on {day} .",
      "the national {sport} title went to {who} , a {job} who lives in {town} .",
      "on {day} the {job} {who} from {town} became national champion in {sport} ."},
     "{town} {job} {who} wins {sport} title",
     "{ago} {who} , a {job} from {town} , had won a {sport} title ."},
    {{"{town} won against {far} by {few} goals to one on {day} .", "on {day} {far} lost to {town} by one goal to {few} .",
      "with {few} goals against one , {town} was better than {far} on {day} ."},
     "{town} beats {far} by {few} goals",
     "{ago} {far} had lost to {town} in the last minute ."},
    {{"{who} gave {n} thousand crowns to the {place} in {town} on {day} .",
      "the {place} in {town} received {n} thousand crowns from {who} on {day} .",
      "on {day} a letter with {n} thousand crowns from {who} reached the {place} in {town} ."},
     "{who} gives {n} thousand to {town} {place}",
     "{ago} {who} had given some money to the {place} in {town} ."},
    {{"a {job} discovered {treasure} under the {place} of {town} on {day} .",
      "on {day} {treasure} came to light when a {job} dug a hole behind the {place} of {town} .",
      "a {job} who repaired the {place} in {town} has come across {treasure} ."},
     "{job} finds {treasure} at {town} {place}",
     "{ago} a {job} had found {treasure} at the {place} of {town} ."},
    {{"the {workers} of {town} stopped work on {day} and asked for more pay .",
      "the {workers} in {town} are not working since {day} : they ask for more pay .",
      "on {day} no {workers} came to work in {town} , where they demand more pay ."},
     "{workers} in {town} strike for more pay",
     "{ago} the {workers} of {town} had stopped work for a day ."},
    {{"the council of {town} decided on {day} to build a {place} for {n} million crowns .",
      "for {n} million crowns , {town} is going to have a new {place} .",
      "the plan for a {place} in {town} , which costs {n} million crowns , was accepted on {day} ."},
     "{town} to build {place} for {n} million",
     "{ago} the council of {town} had decided to build a {place} ."},
    {{"helpers brought {n} hikers to safety near {town} on {day} after a {trouble} .",
      "on {day} a {trouble} surprised {n} hikers near {town} , and all were brought home .",
      "a {trouble} near {town} kept {n} hikers on a mountain until helpers found them on {day} ."},
     "{n} hikers saved near {town} after {trouble}",
     "{ago} {n} hikers had lost their way near {town} in a {trouble} ."},
    {{"{who} paid {n} million crowns for the {firm} in {town} on {day} .",
      "the {firm} in {town} was sold to {who} for {n} million crowns on {day} .",
      "on {day} the owners of the {firm} in {town} took {n} million crowns for it from {who} ."},
     "{who} buys {town} {firm} for {n} million",
     "{ago} {who} had bought the {firm} in {town} ."},
    {{"{who} , the head of the {firm} in {town} , will stop in {month} .",
      "in {month} the {firm} in {town} will lose its head , {who} .",
      "{who} said on {day} that {month} would be the last month at the head of the {firm} in {town} ."},
     "{who} to leave {town} {firm} in {month}",
     "{ago} {who} had left the {firm} in {town} after a quarrel ."},
    {{"heavy rain put the {place} of {town} under water on {day} .",
      "the {place} in {town} is under water because it rained all {day} .",
      "after {few} hours of rain on {day} , water stands in the {place} of {town} ."},
     "rain floods {place} in {town}",
     "{ago} rain had come through the roof of the {place} in {town} ."},
}};

// Sentences that report no event.
inline constexpr std::array<Words, 10> kDetails = {"it was a {weather} week in {town} .",
                                                   "{who} , a {job} who lives nearby , said that it was {feeling} .",
                                                   "some {n} thousand people live in {town} , not far from {far} .",
                                                   "the mayor , {who} , did not want to speak about it .",
                                                   "more than {n} people came from {far} to look .",
                                                   "nobody in {town} talks about anything else .",
                                                   "newspapers in {far} wrote about it on {day} .",
                                                   "{who} was there with {few} friends from {far} .",
                                                   "\" it is {feeling} \" , said {who} , who works as a {job} in {town} .",
                                                   "the police in {town} had no questions ."};

inline constexpr std::array<Words, 16> kFirstNames = {"anna", "paul",  "petra", "simon", "clara", "jonas", "maria", "peter",
                                                      "ruth", "oscar", "nina",  "felix", "laura", "hugo",  "irene", "martin"};
inline constexpr std::array<Words, 20> kSurnames = {"vogel", "carter", "novak",  "fischer", "moreau", "jensen", "rossi",
                                                    "weber", "dubois", "olsen",  "kowal",   "silva",  "meyer",  "hart",
                                                    "lopez", "brandt", "larsen", "marino",  "wood",   "keller"};
inline constexpr std::array<Words, 20> kTowns = {"norwick", "halden", "marburg", "eastport", "velden",  "tarnow",   "lindau",
                                                 "graz",    "bergen", "arles",   "dover",    "kolding", "santorre", "melk",
                                                 "passau",  "turku",  "ghent",   "vigo",     "orsova",  "lund"};
inline constexpr std::array<Words, 16> kPlaces = {"library", "theatre", "museum", "hospital", "school", "bridge",
                                                  "station", "cinema",  "bakery", "church",   "mill",   "harbour",
                                                  "castle",  "stadium", "hotel",  "market"};
inline constexpr std::array<Words, 12> kFirms = {"brewery", "newspaper", "shipyard", "bank",   "university", "choir",
                                                 "sawmill", "zoo",       "railway",  "circus", "orchestra",  "dairy"};
inline constexpr std::array<Words, 12> kJobs = {"baker",  "nurse",   "teacher", "farmer",    "plumber", "painter",
                                                "tailor", "postman", "student", "carpenter", "doctor",  "gardener"};
inline constexpr std::array<Words, 8> kSports = {"chess", "tennis", "rowing", "fencing", "cycling", "judo", "golf", "skating"};
inline constexpr std::array<Words, 8> kTreasures = {"roman coins", "old letters",   "two swords",   "gold rings",
                                                    "stone tools", "silver spoons", "dragon bones", "green bottles"};
inline constexpr std::array<Words, 8> kWorkers = {"nurses",  "teachers", "bakers",  "drivers",
                                                  "postmen", "cleaners", "firemen", "gardeners"};
inline constexpr std::array<Words, 5> kTroubles = {"storm", "landslide", "blizzard", "thunderstorm", "rockfall"};
inline constexpr std::array<Words, 7> kDays = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
inline constexpr std::array<Words, 6> kMonths = {"march", "april", "june", "august", "october", "december"};
inline constexpr std::array<Words, 6> kAgo = {"two years ago", "long ago",           "last year",
                                              "in 1950",       "some months before", "ten years before"};
inline constexpr std::array<Words, 6> kWeather = {"cold", "rainy", "quiet", "sunny", "windy", "foggy"};
inline constexpr std::array<Words, 6> kFeelings = {"a surprise",     "sad", "good for all", "a scandal", "only the beginning",
                                                   "hard to believe"};

}  // namespace weft::text::news
