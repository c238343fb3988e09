#include <weft/models/report/alignment.h>
#include <weft/tensor/create.h>

#include <doctest/doctest.h>

#include <vector>

namespace weft {

TEST_CASE("alignment: a line per target word, aligned by characters, with the heaviest source word") {
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

}  // namespace weft
