// The colours that show shares in reports: one hue, from the page's background to full strength, with readable text on all of
// them.
#pragma once

#include <array>
#include <string>

namespace weft::report {

struct Color {
  double red = 0, green = 0, blue = 0;  // 0 .. 255, sRGB
};

// Returns the colour as CSS writes it: "#0840a1".
std::string hex(const Color& color);

// Returns the contrast ratio of WCAG 2.1, from 1 (none) to 21. Text needs 4.5, lines need 3.
double contrast(const Color& a, const Color& b);

// A colour scheme of the page, light or dark.
struct Palette {
  Color background, surface, text, quiet, line;
  Color full;                   // the colour of a share of 1
  Color dark_ink, light_ink;    // for text on shares; the one with more contrast is used
  std::array<Color, 6> series;  // for any kind of colour vision: Okabe and Ito 2008, some darkened for contrast
};

const Palette& light_palette();
const Palette& dark_palette();

inline constexpr int kLevels = 20;
// Returns the level of a share: 0 for a share of 0, otherwise 1 to kLevels.
int level_of(double share);
// Returns the CSS class of an element with that level: "h0" to "h20".
std::string level_class(double share);
Color level_color(const Palette& palette, int level);
Color level_ink(const Palette& palette, int level);

// Returns CSS: the palette as variables of :root, and the classes of the levels for backgrounds in HTML and fills in SVG.
std::string palette_css(const Palette& palette);

}  // namespace weft::report
