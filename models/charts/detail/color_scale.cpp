#include <weft/models/charts/detail/color_scale.h>
#include <weft/models/charts/html_writer.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace weft::report {

namespace {

double luminance(const Color& color) {
  auto linear = [](double value) {
    value /= 255;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue);
}

Color mix(const Color& from, const Color& to, double share) {
  auto between = [share](double a, double b) { return std::round(a + (b - a) * share); };
  return {between(from.red, to.red), between(from.green, to.green), between(from.blue, to.blue)};
}

}  // namespace

std::string hex(const Color& color) {
  char text[8];
  auto byte = [](double value) { return static_cast<unsigned>(std::clamp(value, 0.0, 255.0)); };
  std::snprintf(text, sizeof text, "#%02x%02x%02x", byte(color.red), byte(color.green), byte(color.blue));
  return text;
}

double contrast(const Color& a, const Color& b) {
  const double first = luminance(a), second = luminance(b);
  return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

const Palette& light_palette() {
  static const Palette palette{
      .background = {255, 255, 255},
      .surface = {244, 246, 248},
      .text = {24, 28, 33},
      .quiet = {84, 93, 104},
      .line = {208, 213, 219},
      .full = {8, 64, 129},
      .dark_ink = {0, 0, 0},
      .light_ink = {255, 255, 255},
      .series = {{{0, 98, 163}, {200, 80, 0}, {0, 128, 96}, {170, 70, 130}, {138, 100, 0}, {20, 20, 20}}}};
  return palette;
}

const Palette& dark_palette() {
  static const Palette palette{
      .background = {22, 27, 34},
      .surface = {32, 38, 47},
      .text = {230, 237, 243},
      .quiet = {160, 170, 181},
      .line = {62, 70, 81},
      .full = {121, 192, 255},
      .dark_ink = {0, 0, 0},
      .light_ink = {255, 255, 255},
      .series = {{{86, 180, 233}, {240, 140, 60}, {60, 190, 150}, {222, 145, 190}, {228, 200, 80}, {230, 230, 230}}}};
  return palette;
}

int level_of(double share) {
  if (!(share > 0)) return 0;
  return std::clamp(static_cast<int>(std::ceil(share * kLevels - 0.5)), 1, kLevels);
}

std::string level_class(double share) { return joined({"h", std::to_string(level_of(share))}); }

Color level_color(const Palette& palette, int level) {
  return mix(palette.background, palette.full, static_cast<double>(level) / kLevels);
}

Color level_ink(const Palette& palette, int level) {
  const Color background = level_color(palette, level);
  return contrast(background, palette.dark_ink) >= contrast(background, palette.light_ink) ? palette.dark_ink : palette.light_ink;
}

std::string palette_css(const Palette& palette) {
  std::string css = ":root{--bg:" + hex(palette.background) + ";--surface:" + hex(palette.surface) +
                    ";--text:" + hex(palette.text) + ";--quiet:" + hex(palette.quiet) + ";--line:" + hex(palette.line);
  for (std::size_t i = 0; i < palette.series.size(); ++i) css += ";--s" + std::to_string(i) + ":" + hex(palette.series[i]);
  css += "}\n";
  for (int level = 0; level <= kLevels; ++level) {
    const std::string number = std::to_string(level), color = hex(level_color(palette, level));
    css += ".h" + number + "{background:" + color + ";fill:" + color + ";color:" + hex(level_ink(palette, level)) + "}";
    css += "text.i" + number + "{fill:" + hex(level_ink(palette, level)) + "}\n";
  }
  return css;
}

}  // namespace weft::report
