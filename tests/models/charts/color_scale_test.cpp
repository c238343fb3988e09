#include <weft/models/charts/detail/color_scale.h>

#include <doctest/doctest.h>

#include <limits>

namespace weft::report {

TEST_CASE("color scale: contrast is that of WCAG") {
  CHECK(contrast({0, 0, 0}, {255, 255, 255}) == doctest::Approx(21));
  CHECK(contrast({118, 118, 118}, {255, 255, 255}) == doctest::Approx(4.54).epsilon(0.001));
  CHECK(hex({8, 64, 129}) == "#084081");
}

TEST_CASE("color scale: text is readable on every level, and lines are on every background") {
  constexpr double kText = 4.5, kLine = 3;
  for (const Palette* palette : {&light_palette(), &dark_palette()}) {
    for (int level = 0; level <= kLevels; ++level) {
      CAPTURE(level);
      CHECK(contrast(level_color(*palette, level), level_ink(*palette, level)) >= kText);
    }
    for (const Color& background : {palette->background, palette->surface}) {
      CHECK(contrast(palette->text, background) >= kText);
      CHECK(contrast(palette->quiet, background) >= kText);
    }
    for (const Color& series : palette->series) CHECK(contrast(series, palette->background) >= kLine);
  }
}

TEST_CASE("color scale: levels rise with the share") {
  CHECK(level_of(0) == 0);
  CHECK(level_of(1e-9) == 1);
  CHECK(level_of(0.5) == kLevels / 2);
  CHECK(level_of(1) == kLevels);
  CHECK(level_of(7) == kLevels);
  CHECK(level_of(-1) == 0);
  CHECK(level_of(std::numeric_limits<double>::quiet_NaN()) == 0);
  CHECK(level_class(1) == "h20");
}

}  // namespace weft::report
