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
  double quality = 0;        // such as BLEU; the mean over several runs
  double low = 0, high = 0;  // minimum and maximum over several runs
};

// The quality of one model, or the mean of several runs.
struct QualityCurve {
  std::string name;
  std::vector<LengthBucket> buckets;  // with the same bounds in every curve
};

QualityCurve bleu_curve(const std::string& name, std::span<const metrics::BleuBucket> buckets);

// Returns the mean, minimum and maximum of runs with the same buckets. Throws ShapeError if the buckets differ, ValueError if
// there are no runs.
QualityCurve mean_curve(const std::string& name, std::span<const QualityCurve> runs);

// Returns the name of a bucket: "up to 10", "11-20", "51+".
std::string bucket_name(const LengthBucket& bucket);

// Returns a chart with a line for each curve over the buckets that have sentences, and with a band if runs differ; `measure` is
// the name of the quality, such as "BLEU".
LineChart quality_chart(const std::vector<QualityCurve>& curves, const std::string& measure);

// Returns bars from 0 to 100 for a terminal, followed by the number and, if runs differ, its range:
//     21-30 words   with attention   ███████████████████████████████▊  79.4  (78.1 to 80.6)
//                   fixed vector     ███████████▎                      28.1
std::string terminal_picture(const std::vector<QualityCurve>& curves);

}  // namespace weft::report
