// A model's output next to the reference.
#pragma once

#include <weft/models/charts/html_writer.h>

#include <string>
#include <utility>
#include <vector>

namespace weft::report {

struct Sample {
  std::string source;
  std::vector<std::string> references;
  std::string output;
  std::vector<std::pair<std::string, std::string>> scores;  // of this sentence: name, value
};

// Shows a card for each; every text has its own direction.
void write_html(HtmlWriter& html, const std::vector<Sample>& samples);

}  // namespace weft::report
