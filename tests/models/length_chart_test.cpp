#include <doctest/doctest.h>
#include <weft/models/report/length_chart.h>

#include <limits>

using namespace weft;

TEST_CASE("a length chart has a bar for each curve and bucket that has sentences") {
  metrics::Bleu half, full;
  half.score = 50;
  full.score = 100;
  std::int64_t end = std::numeric_limits<std::int64_t>::max();
  LengthCurve a{"with", {{0, 5, 3, full}, {6, 10, 0, {}}, {11, end, 2, half}}};
  LengthCurve b{"without", {{0, 5, 3, half}, {6, 10, 0, {}}, {11, end, 2, {}}}};
  std::string block = "█", bar;
  for (int i = 0; i < 20; ++i) bar += block;
  std::string space(20, ' ');
  CHECK(length_chart({a, b}) == "  up to 5 words with     " + bar + bar + "  100.0\n" + "                without  " + bar +
                                    space + "   50.0\n" + "  11+ words     with     " + bar + space + "   50.0\n" +
                                    "                without  " + space + space + "    0.0\n");
}
