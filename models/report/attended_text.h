// A classified text with what each of its words weighed.
#pragma once

#include <weft/models/charts/html_writer.h>
#include <weft/models/charts/line_chart.h>

#include <string>
#include <vector>

namespace weft::report {

struct AttendedText {
  std::vector<std::string> words;
  std::vector<double> weights;  // one for each word, at least 0
  std::string truth;            // the true label; empty: not known
  std::string prediction;
  double probability = 0;

  bool right() const { return truth == prediction; }
};

// The texts as cards, wrongly classified ones first: each word is the stronger coloured the more it weighs beside the heaviest of
// its text (or three times the mean, where that is more), and tells its weight on hover. Throws ShapeError when there are not as
// many words as weights.
void write_html(HtmlWriter& html, const std::vector<AttendedText>& texts);

// The same as lines for a terminal, colours behind the words, or without colours a bar of their weight behind each of them:
//     food 98.2 % (true: city)
//       where▁ can▁ i▁ eat█ here▃
std::string terminal_picture(const AttendedText& text, const TerminalStyle& style = {});

}  // namespace weft::report
