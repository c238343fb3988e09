#include <weft/models/charts/numbers.h>
#include <weft/models/charts/text_width.h>
#include <weft/models/report/alignment.h>
#include <weft/tensor/array/copy.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace weft {

namespace {

const char* block(double weight) {
  if (!(weight > 0)) return "·";
  constexpr std::array<const char*, 6> blocks{"·", "░", "▒", "▓", "█", "█"};
  return blocks[static_cast<std::size_t>(std::min(weight, 1.0) * 4 + 0.5)];
}

// NaN is lighter than any number.
bool is_lighter(double a, double b) { return a < b || (std::isnan(a) && !std::isnan(b)); }

}  // namespace

std::string alignment_picture(std::span<const std::string> source, std::span<const std::string> target, const Tensor& weights,
                              Where caller) {
  check<ShapeError>(weights.shape() == Shape{std::ssize(target), std::ssize(source)}, caller, "alignment: weights are ",
                    weights.shape(), " for ", target.size(), " target and ", source.size(), " source words");
  Tensor numbers = contiguous(cast(weights, DType::f64));
  std::size_t width = 0;
  for (const std::string& word : target) width = std::max(width, report::display_width(word));
  std::string picture;
  for (std::size_t i = 0; i < target.size(); ++i) {
    const double* row = numbers.data<double>() + i * source.size();
    picture += "    " + report::pad_right(target[i], width + 2);
    for (std::size_t j = 0; j < source.size(); ++j) picture += block(row[j]);
    const double* largest = std::max_element(row, row + source.size(), is_lighter);
    if (!source.empty())
      picture += "  " + report::printable(source[static_cast<std::size_t>(largest - row)]) + " " + report::fixed(*largest, 2);
    picture += '\n';
  }
  return picture;
}

}  // namespace weft
