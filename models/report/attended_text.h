// A classified text with the weight of each word.
#pragma once

#include <weft/models/charts/html_writer.h>
#include <weft/models/charts/line_chart.h>

#include <string>
#include <vector>

namespace weft::report {

struct AttendedText {
  std::vector<std::string> words;
  std::vector<double> weights;  // one for each word, at least 0
  std::string truth;            // the true label; empty if unknown
  std::string prediction;
  double probability = 0;

  bool right() const { return truth == prediction; }
};

// Shows the texts as cards, wrongly classified ones first. The colour of a word is stronger for a larger weight relative to the
// largest of its text (or to three times the mean, if that is more); its weight is shown on hover. Throws ShapeError unless there
// are as many words as weights.
void write_html(HtmlWriter& html, const std::vector<AttendedText>& texts);

// Returns the same as lines for a terminal, with coloured words, or without colours with a bar of its weight after each word:
//     food 98.2 % (true: city)
//       where▁ can▁ i▁ eat█ here▃
std::string terminal_picture(const AttendedText& text, const TerminalStyle& style = {});

}  // namespace weft::report
