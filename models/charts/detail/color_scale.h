// The colours of shares in reports: one hue, from the page's background to full strength, with text that stays readable on it.
#pragma once

#include <array>
#include <string>

namespace weft::report {

struct Color {
  double red = 0, green = 0, blue = 0;  // 0 .. 255, sRGB
};

// "#0840a1".
std::string hex(const Color& color);

// From 1 (none) to 21: WCAG 2.1, relative luminance and contrast ratio. 4.5 is enough for text, 3 for lines.
double contrast(const Color& a, const Color& b);

// A colour scheme of the page.
struct Palette {
  Color background, surface, text, quiet, line;
  Color full;                   // of a share of 1
  Color dark_ink, light_ink;    // text on shares: whichever has more contrast
  std::array<Color, 6> series;  // told apart with any kind of colour vision: Okabe and Ito 2008, darkened where lines need it
};

const Palette& light_palette();
const Palette& dark_palette();

inline constexpr int kLevels = 20;
// The level of a share: 0 for nothing, 1 .. kLevels for more.
int level_of(double share);
// The class of an element with that level: "h0" .. "h20".
std::string level_class(double share);
Color level_color(const Palette& palette, int level);
Color level_ink(const Palette& palette, int level);

// CSS: the palette as variables of :root, and the classes of levels for the background of HTML and the fill of SVG.
std::string palette_css(const Palette& palette);

}  // namespace weft::report
