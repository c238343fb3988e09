// The small town that generated conversations are about: its opening hours, prices and trains.
#pragma once

#include <array>
#include <string_view>

namespace weft::text::town {

using Words = std::string_view;

struct Place {
  Words name;
  std::array<Words, 3> hours;  // from monday to friday, on saturday, on sunday; empty if closed
  int price, price_for_children;
  Words street;
};

// Several places, and several trains, share each fact, so that no answer reveals which of them it is about.
inline constexpr std::array<Words, 3> kShort = {"9 to 17", "10 to 14", ""}, kLong = {"10 to 18", "10 to 20", "12 to 16"},
                                      kLate = {"", "12 to 20", "12 to 16"};
inline constexpr std::array<Place, 8> kPlaces = {{
    {"library", kShort, 3, 2, "mill street"},
    {"museum", kLong, 8, 4, "castle square"},
    {"pool", kLong, 3, 2, "river road"},
    {"zoo", kLong, 12, 6, "river road"},
    {"theatre", kLate, 12, 6, "castle square"},
    {"tower", kShort, 8, 4, "mill street"},
    {"gallery", kLate, 8, 4, "river road"},
    {"market", kShort, 3, 2, "castle square"},
}};

struct Destination {
  Words name;
  std::array<Words, 3> times;  // in the morning, in the afternoon, in the evening
  int platform, price, return_price;
};

inline constexpr std::array<Words, 3> kEarly = {"8:15", "13:45", "18:30"}, kLater = {"9:30", "16:10", "20:05"};
inline constexpr std::array<Destination, 8> kDestinations = {{
    {"norwick", kEarly, 2, 9, 15},
    {"halden", kEarly, 1, 16, 28},
    {"velden", kEarly, 2, 25, 44},
    {"tarnow", kLater, 1, 9, 15},
    {"lindau", kLater, 2, 16, 28},
    {"kolding", kLater, 1, 25, 44},
    {"passau", kEarly, 1, 9, 15},
    {"orsova", kLater, 2, 16, 28},
}};

inline constexpr std::array<Words, 7> kDays = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
inline constexpr std::array<Words, 3> kPartsOfDay = {"morning", "afternoon", "evening"};

// What guests say, with the gaps {place}, {day}, {town}, {part} and {name}. The sentences of a list all mean the same.
using Ways = std::array<Words, 2>;

inline constexpr Ways kAskHours = {"when is the {place} open on {day} ?", "i want to visit the {place} on {day} ."};
inline constexpr Ways kAskPrice = {"what does a ticket for the {place} cost ?", "how much is the {place} ?"};
inline constexpr Ways kAskStreet = {"where is the {place} ?", "how do i find the {place} ?"};
inline constexpr Ways kAskTrain = {"when does a train leave for {town} in the {part} ?",
                                   "i must be in {town} , i leave in the {part} ."};
// These can only be understood from the previous lines.
inline constexpr Ways kAskOtherDay = {"and on {day} ?", "what about {day} ?"};
inline constexpr Ways kAskOtherPlace = {"and the {place} ?", "what about the {place} ?"};
inline constexpr Ways kAskItsHours = {"is it open on {day} ?", "can i go there on {day} ?"};
inline constexpr Ways kAskItsPrice = {"how much is that ?", "what does it cost ?"};
inline constexpr Ways kAskItsStreet = {"where is it ?", "how do i get there ?"};
inline constexpr Ways kAskForChildren = {"and for children ?", "what do children pay ?"};
inline constexpr Ways kAskOtherPart = {"and in the {part} ?", "is there one in the {part} ?"};
inline constexpr Ways kAskOtherTown = {"and to {town} ?", "what about {town} ?"};
inline constexpr Ways kAskReturn = {"and there and back ?", "and a return ticket ?"};
inline constexpr Ways kAskSeat = {"please book a seat for {name} .", "i take it , my name is {name} ."};
// Small talk.
inline constexpr Ways kIntroductions = {"hello , i am {name} .", "good day , my name is {name} ."};
inline constexpr Ways kGreetings = {"hello", "good morning"};
inline constexpr Ways kWho = {"who are you ?", "are you a machine ?"};
inline constexpr Ways kThanks = {"thank you .", "thanks a lot ."};
inline constexpr Ways kFarewells = {"goodbye", "see you ."};
inline constexpr std::array<Words, 16> kNames = {"vogel",  "carter", "novak", "fischer", "moreau", "jensen", "rossi", "weber",
                                                 "dubois", "olsen",  "kowal", "silva",   "meyer",  "hart",   "lopez", "brandt"};

}  // namespace weft::text::town
