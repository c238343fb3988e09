#include <weft/models/report/alignment.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>

#include <limits>
#include <vector>

namespace weft {

TEST_CASE("alignment: the picture has an aligned line per target word with the heaviest source word") {
  std::vector<std::string> source{"the", "house", "</s>"}, target{"la", "forêt"};
  std::string picture = alignment_picture(source, target, tensor({{0.91, 0.09, 0}, {0.05, 0.45, 0.5}}));
  CHECK(picture ==
        "    la     █··  the 0.91\n"
        "    forêt  ·▒▒  </s> 0.50\n");
  std::vector<std::string> wide{"家", "e\u0302tre"};
  CHECK(alignment_picture(source, wide, tensor({{0.91, 0.09, 0}, {0.05, 0.45, 0.5}})) ==
        "    家    █··  the 0.91\n"
        "    e\u0302tre  ·▒▒  </s> 0.50\n");
  CHECK_THROWS_AS(alignment_picture(source, target, tensor({{1, 0}, {1, 0}})), ShapeError);
}

TEST_CASE("alignment: an empty source and NaN weights are drawn") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::string> source{"the", "house"}, target{"la"};
  CHECK(alignment_picture({}, target, zeros({1, 0})) == "    la  \n");
  CHECK(alignment_picture(source, target, tensor({{nan, 0.5}})) == "    la  ·▒  house 0.50\n");
  CHECK(alignment_picture(source, target, tensor({{nan, nan}})) == "    la  ··  the -\n");
}

TEST_CASE("alignment: control characters of words do not reach the terminal") {
  const std::vector<std::string> source{"the\033[2J"}, target{"l\aa\n"};
  CHECK(alignment_picture(source, target, tensor({{1.0}})) == "    l\uFFFDa   █  the\uFFFD[2J 1.00\n");
}

}  // namespace weft
