// One page about a training run or an evaluation: a single HTML file that needs no network and no script.
#pragma once

#include <weft/models/charts/confusion.h>
#include <weft/models/charts/line_chart.h>
#include <weft/models/charts/score_chart.h>
#include <weft/models/report/aligned_pair.h>
#include <weft/models/report/attended_text.h>
#include <weft/models/report/environment.h>
#include <weft/models/report/quality_by_length.h>
#include <weft/models/report/sample.h>

#include <string>
#include <utility>
#include <vector>

namespace weft::report {

// The content of a page; empty parts are omitted. The same content gives the same bytes.
struct Report {
  std::string title;                                         // "classify train: news.weft trained on news.tsv"
  std::string summary;                                       // a sentence or two below it
  std::string date;                                          // as given; the clock is never read
  std::vector<std::pair<std::string, std::string>> results;  // the main numbers: name, value
  std::vector<std::string> notes;                            // lines below them

  ScoreChart scores;                  // of settings that were compared
  std::vector<LineChart> curves;      // learning_curves() of a training run
  std::vector<QualityCurve> quality;  // by length of the source
  std::string quality_measure = "BLEU";
  metrics::ConfusionMatrix confusion;
  std::vector<AttendedText> attended;
  std::vector<AlignedPair> alignments;
  std::vector<Sample> samples;

  std::vector<std::pair<std::string, std::string>> options;  // in their order: name, value
  std::string command_line;
  std::vector<std::pair<std::string, std::string>> environment;  // see environment()
};

std::string to_html(const Report& report);

// Writes the page to a temporary file and renames that. Throws IoError.
void write_report(const std::string& path, const Report& report);

}  // namespace weft::report
