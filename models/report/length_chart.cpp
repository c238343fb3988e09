#include <weft/models/report/length_chart.h>

#include <algorithm>
#include <iomanip>
#include <limits>
#include <sstream>

namespace weft {

namespace {

constexpr int kWidth = 40;       // characters of a full bar
constexpr int kLabelWidth = 14;  // of a bucket's name

// A bar in eighths of a character.
std::string bar(double share) {
  static const char* const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  int eighths = static_cast<int>(std::clamp(share, 0.0, 1.0) * kWidth * 8 + 0.5);
  std::string text;
  for (int i = 0; i < eighths / 8; ++i) text += "█";
  text += parts[eighths % 8];
  int used = eighths / 8 + (eighths % 8 ? 1 : 0);
  return text + std::string(static_cast<std::size_t>(kWidth - used), ' ');
}

std::string bucket_name(const metrics::BleuBucket& bucket) {
  bool open = bucket.longest == std::numeric_limits<std::int64_t>::max();
  if (bucket.shortest <= 1 && !open) return "up to " + std::to_string(bucket.longest) + " words";
  return open ? std::to_string(bucket.shortest) + "+ words"
              : std::to_string(bucket.shortest) + "-" + std::to_string(bucket.longest) + " words";
}

}  // namespace

std::string length_chart(const std::vector<LengthCurve>& curves) {
  std::ostringstream out;
  std::size_t name_width = 0;
  for (const LengthCurve& curve : curves) name_width = std::max(name_width, curve.name.size());
  for (std::size_t i = 0; !curves.empty() && i < curves[0].buckets.size(); ++i) {
    std::string label = bucket_name(curves[0].buckets[i]);
    for (const LengthCurve& curve : curves) {
      const metrics::BleuBucket& bucket = curve.buckets[i];
      if (!bucket.sentences) continue;
      out << "  " << std::left << std::setw(kLabelWidth) << label << std::setw(static_cast<int>(name_width) + 2) << curve.name
          << bar(bucket.bleu.score / 100) << std::right << std::fixed << std::setprecision(1) << std::setw(7) << bucket.bleu.score
          << '\n';
      label.clear();
    }
  }
  return out.str();
}

}  // namespace weft
