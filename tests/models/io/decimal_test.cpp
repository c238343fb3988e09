#include <weft/models/io/decimal.h>
#include <weft/models/subwords/known_words.h>

#include <doctest/doctest.h>

#include <clocale>
#include <cmath>
#include <limits>
#include <string>

using namespace weft;

TEST_CASE("numbers are written with digits after the point") {
  CHECK(text::fixed(12.345678, 4) == "12.3457");
  CHECK(text::fixed(-1.5, 0) == "-2");
  CHECK(text::fixed(1e6, 2) == "1000000.00");
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  for (double value : {nan, -nan, std::copysign(nan, -1.0)}) CHECK(text::fixed(value, 4) == "nan");
  CHECK(text::fixed(infinity, 2) == "inf");
  CHECK(text::fixed(-infinity, 2) == "-inf");
}

TEST_CASE("numbers have a point in a locale that uses commas") {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  bool commas = false;  // which locales exist differs between machines
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8"})
    commas = commas || std::setlocale(LC_ALL, name) != nullptr;
  if (!commas) MESSAGE("no locale of commas is installed");
  CHECK(text::fixed(0.5, 2) == "0.50");
  CHECK(text::share(1, 8) == "12.50 %");
  std::setlocale(LC_ALL, before.c_str());
}
