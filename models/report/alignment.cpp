#include <weft/models/report/alignment.h>
#include <weft/models/report/text_width.h>
#include <weft/tensor/copy.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace weft {

namespace {

const char* block(double weight) {
  constexpr std::array<const char*, 6> blocks{"·", "░", "▒", "▓", "█", "█"};
  return blocks[static_cast<std::size_t>(std::clamp(weight, 0.0, 1.0) * 4 + 0.5)];
}

}  // namespace

std::string alignment_picture(std::span<const std::string> source, std::span<const std::string> target, const Tensor& weights,
                              Where where) {
  check<ShapeError>(weights.shape() == Shape{std::ssize(target), std::ssize(source)}, where, "alignment: weights are ",
                    weights.shape(), " for ", target.size(), " target and ", source.size(), " source words");
  Tensor numbers = contiguous(cast(weights, DType::f64));
  std::size_t width = 0;
  for (const std::string& word : target) width = std::max(width, report::display_width(word));
  std::string picture;
  for (std::size_t i = 0; i < target.size(); ++i) {
    const double* row = numbers.data<double>() + i * source.size();
    picture += "    " + report::pad_right(target[i], width + 2);
    for (std::size_t j = 0; j < source.size(); ++j) picture += block(row[j]);
    const double* largest = std::max_element(row, row + source.size());
    char weight[16];
    std::snprintf(weight, sizeof weight, " %.2f\n", *largest);
    picture += "  " + source[static_cast<std::size_t>(largest - row)] + weight;
  }
  return picture;
}

}  // namespace weft
