#include <weft/models/charts/numbers.h>
#include <weft/models/charts/text_width.h>
#include <weft/models/report/quality_by_length.h>
#include <weft/tensor/base/error.h>

#include <algorithm>
#include <array>
#include <limits>

namespace weft::report {

namespace {

bool open_ended(const LengthBucket& bucket) { return bucket.longest == std::numeric_limits<std::int64_t>::max(); }

bool same_bounds(const std::vector<LengthBucket>& a, const std::vector<LengthBucket>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const LengthBucket& x, const LengthBucket& y) {
    return x.shortest == y.shortest && x.longest == y.longest && x.sentences == y.sentences;
  });
}

void check_curves(std::span<const QualityCurve> curves) {
  for (const QualityCurve& curve : curves)
    require<ShapeError>(same_bounds(curve.buckets, curves.front().buckets), "quality by length: \"", curve.name,
                        "\" has other buckets than \"", curves.front().name, "\"");
}

// Returns a bar whose length is rounded to an eighth of a character.
std::string bar(double share) {
  constexpr int kWidth = 40;
  constexpr std::array<const char*, 8> parts{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const int eighths = static_cast<int>(std::clamp(share, 0.0, 1.0) * kWidth * 8 + 0.5);
  std::string text;
  for (int i = 0; i < eighths / 8; ++i) text += "█";
  return pad_right(text + parts[static_cast<std::size_t>(eighths % 8)], kWidth);
}

}  // namespace

QualityCurve bleu_curve(const std::string& name, std::span<const metrics::BleuBucket> buckets) {
  QualityCurve curve{name, {}};
  for (const metrics::BleuBucket& bucket : buckets) {
    const double score = bucket.bleu.score;
    curve.buckets.push_back({bucket.shortest, bucket.longest, bucket.sentences, score, score, score});
  }
  return curve;
}

QualityCurve mean_curve(const std::string& name, std::span<const QualityCurve> runs) {
  require<ValueError>(!runs.empty(), "mean_curve: there are no runs");
  check_curves(runs);
  QualityCurve mean{name, runs.front().buckets};
  for (std::size_t i = 0; i < mean.buckets.size(); ++i) {
    LengthBucket& bucket = mean.buckets[i];
    bucket.low = bucket.high = bucket.quality;
    double sum = 0;
    for (const QualityCurve& run : runs) {
      const double quality = run.buckets[i].quality;
      sum += quality;
      bucket.low = std::min(bucket.low, quality);
      bucket.high = std::max(bucket.high, quality);
    }
    bucket.quality = sum / static_cast<double>(runs.size());
  }
  return mean;
}

std::string bucket_name(const LengthBucket& bucket) {
  if (open_ended(bucket)) return std::to_string(bucket.shortest) + "+";
  if (bucket.shortest <= 1) return "up to " + std::to_string(bucket.longest);
  if (bucket.shortest == bucket.longest) return std::to_string(bucket.shortest);
  return std::to_string(bucket.shortest) + "-" + std::to_string(bucket.longest);
}

LineChart quality_chart(const std::vector<QualityCurve>& curves, const std::string& measure) {
  check_curves(curves);
  LineChart chart;
  chart.title = measure + " by length of the source";
  chart.x_title = "words of the source";
  chart.y_low = 0;
  if (curves.empty()) return chart;
  std::vector<std::size_t> filled;
  const std::vector<LengthBucket>& buckets = curves.front().buckets;
  for (std::size_t i = 0; i < buckets.size(); ++i)
    if (buckets[i].sentences) filled.push_back(i);
  for (std::size_t i : filled) {
    chart.x.push_back(static_cast<double>(i));
    const bool first = buckets[i].shortest <= 1 && !open_ended(buckets[i]);
    chart.x_labels.push_back(first ? "≤ " + std::to_string(buckets[i].longest) : bucket_name(buckets[i]));
    chart.x_notes.push_back("n " + std::to_string(buckets[i].sentences));
  }
  for (const QualityCurve& curve : curves) {
    LineSeries line{curve.name, {}, {}, {}};
    bool spread = false;
    for (std::size_t i : filled) {
      line.values.push_back(curve.buckets[i].quality);
      line.low.push_back(curve.buckets[i].low);
      line.high.push_back(curve.buckets[i].high);
      spread = spread || line.low.back() < line.high.back();
    }
    if (!spread) line.low = line.high = {};
    chart.series.push_back(std::move(line));
  }
  return chart;
}

std::string terminal_picture(const std::vector<QualityCurve>& curves) {
  constexpr std::size_t kNumberWidth = 7;
  check_curves(curves);
  auto label_of = [](const LengthBucket& bucket) { return bucket_name(bucket) + " words"; };
  std::size_t names = 0, labels = 0;
  for (const QualityCurve& curve : curves) {
    names = std::max(names, display_width(curve.name));
    for (const LengthBucket& bucket : curve.buckets) labels = std::max(labels, label_of(bucket).size() + 1);
  }
  std::string picture;
  for (std::size_t i = 0; !curves.empty() && i < curves[0].buckets.size(); ++i) {
    std::string label = label_of(curves[0].buckets[i]);
    for (const QualityCurve& curve : curves) {
      const LengthBucket& bucket = curve.buckets[i];
      if (!bucket.sentences) continue;
      picture += "  " + pad_right(label, labels) + pad_right(curve.name, names + 2) + bar(bucket.quality / 100) +
                 pad_left(fixed(bucket.quality, 1), kNumberWidth);
      if (bucket.low < bucket.high) picture += "  (" + fixed(bucket.low, 1) + " to " + fixed(bucket.high, 1) + ")";
      picture += '\n';
      label.clear();
    }
  }
  return picture;
}

}  // namespace weft::report
