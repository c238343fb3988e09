#include <weft/models/bottleneck.h>

#include <doctest/doctest.h>

#include <sstream>

namespace weft {

namespace {

std::vector<text::TextPair> pairs() {
  std::vector<text::TextPair> all;
  const std::string words[] = {"a", "b", "c", "d"}, numbers[] = {"1", "2", "3", "4"};
  for (std::size_t i = 0; i < 64; ++i) {
    text::TextPair pair{words[i % 4], numbers[i % 4]};
    for (std::size_t n = 0; n < i % 5; ++n) {
      pair.source += " " + words[(i / 4 + n) % 4];
      pair.target += " " + numbers[(i / 4 + n) % 4];
    }
    all.push_back(pair);
  }
  return all;
}

BottleneckOptions small() {
  BottleneckOptions options;
  options.training.model.embedding_dim = 8;
  options.training.model.hidden = 12;
  options.training.model.input_feeding = true;
  options.training.fit.epochs = 2;
  options.training.fit.progress = false;
  options.seeds = 2;
  options.bounds = {2, 4};
  return options;
}

}  // namespace

TEST_CASE("bottleneck: both twins for each seed, their curves and what a report says") {
  BottleneckOptions options = small();
  std::ostringstream log;
  options.training.fit.log = &log;
  const BottleneckResult result = bottleneck(pairs(), pairs(), pairs(), options);
  REQUIRE(result.runs.size() == 4);
  CHECK(result.runs[0].attention);
  CHECK_FALSE(result.runs[1].attention);
  CHECK(result.runs[2].seed == 1);
  CHECK(result.runs[3].history.size() == 2);
  CHECK(result.attention_parameters != result.fixed_parameters);
  REQUIRE(result.curves.size() == 2);
  CHECK(result.curves[0].name == "with attention");
  CHECK(result.curves[0].buckets.size() == 3);
  const double mean = (result.runs[0].quality.buckets[1].quality + result.runs[2].quality.buckets[1].quality) / 2;
  CHECK(result.curves[0].buckets[1].quality == doctest::Approx(mean));
  CHECK(log.str().find("fixed vector, seed 1 (4/4)") != std::string::npos);

  report::Report report;
  report::add_bottleneck(report, result);
  CHECK(report.results.size() == 4);
  CHECK(report.results[2].second == std::to_string(result.attention_parameters));
  CHECK(report.curves.front().title == "loss (with attention)");
  CHECK(report::to_html(report).find("Quality by length") != std::string::npos);
}

TEST_CASE("bottleneck: options that make no twins are errors") {
  BottleneckOptions options = small();
  options.training.model.attention = AttentionKind::none;
  CHECK_THROWS_AS(bottleneck(pairs(), {}, pairs(), options), ValueError);
  options = small();
  options.seeds = 0;
  CHECK_THROWS_AS(bottleneck(pairs(), {}, pairs(), options), ValueError);
  CHECK_THROWS_AS(bottleneck(pairs(), {}, {}, small()), ValueError);
}

}  // namespace weft
