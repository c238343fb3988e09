#include <weft/models/report/quality_by_length.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <limits>

namespace weft::report {

namespace {

constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

QualityCurve curve(const std::string& name, double first, double last) {
  return {name, {{0, 5, 3, first, first, first}, {6, 10, 0, 0, 0, 0}, {11, kEnd, 2, last, last, last}}};
}

}  // namespace

TEST_CASE("quality by length: each curve has a bar for each bucket with sentences") {
  std::string bar, space(20, ' ');
  for (int i = 0; i < 20; ++i) bar += "█";
  CHECK(terminal_picture({curve("with", 100, 50), curve("without", 50, 0)}) ==
        "  up to 5 words with     " + bar + bar + "  100.0\n" +        //
            "                without  " + bar + space + "   50.0\n" +  //
            "  11+ words     with     " + bar + space + "   50.0\n" +  //
            "                without  " + space + space + "    0.0\n");
}

TEST_CASE("quality by length: several runs give a mean and a band") {
  const std::vector<QualityCurve> runs{curve("1", 80, 40), curve("2", 90, 20), curve("3", 70, 30)};
  const QualityCurve mean = mean_curve("mean", runs);
  CHECK(mean.buckets[0].quality == doctest::Approx(80));
  CHECK(mean.buckets[0].low == 70);
  CHECK(mean.buckets[0].high == 90);
  CHECK(terminal_picture({mean}).find("   80.0  (70.0 to 90.0)\n") != std::string::npos);

  const LineChart chart = quality_chart({mean, curve("one run", 50, 10)}, "BLEU");
  CHECK(chart.x_labels == std::vector<std::string>{"≤ 5", "11+"});
  CHECK(chart.x_notes == std::vector<std::string>{"n 3", "n 2"});
  CHECK(chart.series[0].low == std::vector<double>{70, 20});
  CHECK(chart.series[1].low.empty());
}

TEST_CASE("quality by length: different buckets are an error") {
  QualityCurve other = curve("other", 1, 2);
  other.buckets[0].longest = 7;
  CHECK_THROWS_AS(quality_chart({curve("a", 1, 2), other}, "BLEU"), ShapeError);
  CHECK_THROWS_AS(mean_curve("none", {}), ValueError);
}

TEST_CASE("quality by length: curves are made from BLEU's buckets") {
  metrics::Bleu half;
  half.score = 50;
  const std::vector<metrics::BleuBucket> buckets{{1, 10, 4, half}};
  const QualityCurve from = bleu_curve("a", buckets);
  CHECK(from.buckets[0].quality == 50);
  CHECK(from.buckets[0].sentences == 4);
  CHECK(bucket_name(from.buckets[0]) == "up to 10");
  CHECK(bucket_name({4, 4, 1, 0, 0, 0}) == "4");
}

}  // namespace weft::report
