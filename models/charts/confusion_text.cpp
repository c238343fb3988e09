#include <weft/models/charts/confusion.h>
#include <weft/models/charts/text_width.h>
#include <weft/models/data/label.h>

#include <algorithm>
#include <array>

namespace weft::report {

namespace {

constexpr std::size_t kLongestLabel = 20;

const char* shade(double share) {
  constexpr std::array<const char*, 5> shades{"·", "░", "▒", "▓", "█"};
  if (!(share > 0)) return " ";
  return shades[static_cast<std::size_t>(std::min(share, 1.0) * 4 + 0.5)];
}

}  // namespace

std::string terminal_picture(const metrics::ConfusionMatrix& matrix, const TerminalStyle& style) {
  const std::vector<metrics::ClassScores> classes = matrix.classes();
  const std::size_t room = static_cast<std::size_t>(std::max(style.columns, 20));
  const std::vector<std::size_t> chosen =
      most_confused(matrix, std::max<std::size_t>(room, kLongestLabel + 8) - kLongestLabel - 4);
  std::vector<std::string> labels;
  const std::vector<std::string> shown = text::distinct_labels(matrix.labels());
  for (std::size_t i : chosen) labels.push_back(shown[i]);
  std::size_t names = 0, digits = 1;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    names = std::max(names, std::min(kLongestLabel, display_width(labels[i])));
    digits = std::max(digits, std::to_string(classes[chosen[i]].support).size());
  }
  const std::size_t count = labels.size();
  const bool with_counts = names + 4 + count * (digits + 4) <= room;
  const std::string block = with_counts || names + 4 + 2 * count <= room ? "  " : " ";
  std::string picture = "  true label (rows) by prediction (columns, the same order)";
  if (count < classes.size())
    picture += ", " + std::to_string(count) + " of " + std::to_string(classes.size()) + " labels: with the most mistakes";
  picture += '\n';
  const std::vector<std::string> shortened = fit_labels_to_columns(labels, names);
  for (std::size_t i = 0; i < count; ++i) {
    picture += "  " + pad_right(shortened[i], names) + " ";
    for (std::size_t j = 0; j < count; ++j) {
      const std::int64_t cell = matrix.at(static_cast<std::int64_t>(chosen[i]), static_cast<std::int64_t>(chosen[j]));
      const char* mark = shade(cell ? static_cast<double>(cell) / static_cast<double>(classes[chosen[i]].support) : 0);
      if (with_counts) picture += " ";
      picture += mark;
      if (block.size() == 2) picture += mark;
      if (with_counts) picture += pad_left(cell ? std::to_string(cell) : "", digits) + " ";
    }
    while (picture.ends_with(' ')) picture.pop_back();
    picture += '\n';
  }
  constexpr std::size_t kMostMistakes = 5;
  const std::vector<Mistake> mistakes = frequent_mistakes(matrix, kMostMistakes);
  if (!mistakes.empty()) picture += "  most frequent mistakes\n";
  for (const Mistake& mistake : mistakes)
    picture += "  " + pad_left(std::to_string(mistake.count), digits + 2) + "  " + printable(mistake.truth) + " → " +
               printable(mistake.predicted) + '\n';
  return picture;
}

}  // namespace weft::report
