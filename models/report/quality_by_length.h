// The quality of the outputs of one or more models for sources of each length.
#pragma once

#include <weft/models/charts/line_chart.h>
#include <weft/models/metrics/bleu.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace weft::report {

// The sources of `shortest` to `longest` words; no upper bound if `longest` is the largest int64.
struct LengthBucket {
  std::int64_t shortest = 0, longest = 0;
  std::int64_t sentences = 0;
  double quality = 0;        // such as BLEU; of several runs their mean
  double low = 0, high = 0;  // minimum and maximum of several runs
};

// One model's, or the mean of several runs of it.
struct QualityCurve {
  std::string name;
  std::vector<LengthBucket> buckets;  // with the same bounds in every curve
};

QualityCurve bleu_curve(const std::string& name, std::span<const metrics::BleuBucket> buckets);

// The mean, least and most of runs with the same buckets. Throws ShapeError when their buckets differ, ValueError without runs.
QualityCurve mean_curve(const std::string& name, std::span<const QualityCurve> runs);

// "up to 10", "11-20", "51+".
std::string bucket_name(const LengthBucket& bucket);

// A line for each curve over the buckets that have sentences, with a band where runs differ; `measure` is "BLEU" and so on.
LineChart quality_chart(const std::vector<QualityCurve>& curves, const std::string& measure);

// Bars for a terminal, of 0 .. 100, with the number behind each and its range where runs differ:
//     21-30 words   with attention   ███████████████████████████████▊  79.4  (78.1 to 80.6)
//                   fixed vector     ███████████▎                      28.1
std::string terminal_picture(const std::vector<QualityCurve>& curves);

}  // namespace weft::report
