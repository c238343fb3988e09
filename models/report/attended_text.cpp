#include <weft/models/charts/detail/color_scale.h>
#include <weft/models/charts/detail/heatmap.h>
#include <weft/models/charts/numbers.h>
#include <weft/models/charts/text_width.h>
#include <weft/models/report/attended_text.h>
#include <weft/tensor/base/error.h>

#include <algorithm>
#include <array>

namespace weft::report {

namespace {

// Returns each weight as a share of the text's largest weight, or of three times the mean if that is more, so that no word stands
// out if all have about the same weight.
std::vector<double> strengths(const AttendedText& text) {
  require<ShapeError>(text.words.size() == text.weights.size(), "attended text: ", text.words.size(), " words and ",
                      text.weights.size(), " weights");
  const double count = static_cast<double>(std::max<std::size_t>(text.weights.size(), 1));
  double largest = std::min(1.0, 3 / count);
  for (double weight : text.weights) largest = std::max(largest, weight);
  std::vector<double> shares;
  for (double weight : text.weights) shares.push_back(weight > 0 ? weight / largest : 0);
  return shares;
}

std::string percentage(double probability) { return fixed(100 * probability, 1) + " %"; }

void write_card(HtmlWriter& html, const AttendedText& text) {
  const std::vector<double> shares = strengths(text);
  html.open("article").open("header");
  if (!text.truth.empty()) html.text(text.right() ? "✓ right: " : "✗ wrong: ");
  html.open("b").element("bdi", text.prediction).close().text(joined({" ", percentage(text.probability)}));
  if (!text.truth.empty() && !text.right()) html.text(", true label ").open("b").element("bdi", text.truth).close();
  html.close().open("p", {{"class", "words"}, {"dir", "auto"}});
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (i) html.text(" ");
    html.element("span", {{"class", level_class(shares[i])}, {"title", fixed(text.weights[i], 3)}}, text.words[i]);
  }
  html.close().close();
}

// Colours the word on a scale from the terminal's own background to blue, with black or white letters (256-colour codes).
std::string ansi_word(const std::string& word, double share) {
  struct Step {
    int background, letters;
  };
  constexpr std::array<Step, 4> ramp{{{153, 16}, {75, 16}, {26, 231}, {19, 231}}};
  const auto step = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * 4 + 0.5);
  if (!step) return word;
  return "\033[48;5;" + std::to_string(ramp[step - 1].background) + ";38;5;" + std::to_string(ramp[step - 1].letters) + "m" +
         word + "\033[0m";
}

std::string barred_word(const std::string& word, double share) {
  constexpr std::array<const char*, 8> bars{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  return word + bars[static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * 7 + 0.5)];
}

}  // namespace

void write_html(HtmlWriter& html, const std::vector<AttendedText>& texts) {
  html.open("p", {{"class", "quiet"}})
      .text(
          "The colour of a word shows its weight relative to the largest in its text (pale throughout if all weigh about "
          "the same): ");
  write_color_scale(html, "0", "heaviest");
  html.close().open("div", {{"class", "texts"}});
  for (bool right : {false, true})
    for (const AttendedText& text : texts)
      if (text.right() == right) write_card(html, text);
  html.close();
}

std::string terminal_picture(const AttendedText& text, const TerminalStyle& style) {
  const std::vector<double> shares = strengths(text);
  std::string picture = "  " + printable(text.prediction) + " " + percentage(text.probability);
  if (!text.truth.empty() && !text.right()) picture += " (true: " + printable(text.truth) + ")";
  std::size_t column = static_cast<std::size_t>(std::max(style.columns, 1));
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const std::string word = printable(text.words[i]);
    const std::size_t width = display_width(word) + (style.color ? 0 : 1);
    if (column + 1 + width > static_cast<std::size_t>(std::max(style.columns, 1))) {
      picture += "\n    ";
      column = 4;
    } else {
      picture += ' ';
      ++column;
    }
    picture += style.color ? ansi_word(word, shares[i]) : barred_word(word, shares[i]);
    column += width;
  }
  return picture + '\n';
}

}  // namespace weft::report
