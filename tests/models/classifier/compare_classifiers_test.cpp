#include <doctest/doctest.h>
#include <weft/models/classifier/compare_classifiers.h>
#include <weft/models/generated/generate_labelled.h>
#include <weft/tensor/runtime/parallel.h>

#include <cmath>
#include <set>

using namespace weft;

namespace {

ComparisonOptions quick() {
  ComparisonOptions options;
  options.base.embedding_dim = 8;
  options.base.vocabulary_size = 400;
  options.base.learning_rate = 1e-2;
  options.base.fit.epochs = 2;
  options.base.fit.progress = false;
  return options;
}

// Returns the plan of a comparison without running it.
ComparisonPlan planned(const std::vector<text::LabelledText>& train, const std::vector<text::LabelledText>& dev,
                       ComparisonOptions options) {
  struct Enough {};
  ComparisonPlan plan;
  options.on_plan = [&](const ComparisonPlan& told) {
    plan = told;
    throw Enough();
  };
  CHECK_THROWS_AS(compare_classifiers(train, dev, options), Enough);
  return plan;
}

std::vector<std::string> names(const std::vector<ClassifierCandidate>& candidates) {
  std::vector<std::string> all;
  for (const ClassifierCandidate& candidate : candidates) all.push_back(candidate.name());
  return all;
}

}  // namespace

TEST_CASE("candidates have the names and values of the options that differ from the base") {
  ClassifierTraining base;
  base.dropout = 0.25;
  const auto readings = reading_candidates(base);
  CHECK(names(readings) == std::vector<std::string>{"no options", "--attention pooling", "--attention mean",
                                                    "--attention bag-of-words --term-weights binary",
                                                    "--attention bag-of-words --term-weights tfidf"});
  CHECK(readings[0].label() == "self");
  CHECK(readings[3].label() == "bag-of-words, binary");
  CHECK(readings[4].label() == "bag-of-words, tfidf");
  CHECK(readings[4].training.attention == ClassifierAttention::bag_of_words);
  CHECK(readings[4].training.term_weights == TermWeights::tfidf);
  for (const ClassifierCandidate& candidate : readings) CHECK(candidate.training.dropout == 0.25);
  base.attention = ClassifierAttention::mean;
  CHECK(names(reading_candidates(base))[0] == "--attention self");

  const auto variants = variants_of(readings[1]);
  CHECK(names(variants) == std::vector<std::string>{"--attention pooling --ngrams 2", "--attention pooling --learning-rate 3e-04",
                                                    "--attention pooling --learning-rate 0.003"});
  base.ngrams = 0;
  CHECK(variants_of({{}, base}, 2)[0].name() == "--ngrams 1");
  CHECK(variants_of({{}, base}, 1)[0].name() == "--ngrams 2");
  CHECK(variants[0].training.ngrams == 2);
  CHECK(variants[1].training.learning_rate == doctest::Approx(3e-4));
  CHECK(variants[2].training.learning_rate == doctest::Approx(3e-3));
  base.learning_rate = 3e-3;
  base.ngrams = 2;
  CHECK(names(variants_of({{}, base})) ==
        std::vector<std::string>{"--ngrams 1", "--learning-rate 0.001", "--learning-rate 0.01"});
}

TEST_CASE("a comparison announces what it trains, and its scores depend only on the seed") {
  const auto texts = text::generate_labelled(300, 1);
  ComparisonOptions options = quick();
  std::size_t announced = 0;
  options.on_plan = [&](const ComparisonPlan& plan) { announced = plan.trainings(); };
  const ClassifierComparison one = compare_classifiers(texts, {}, options);
  CHECK(one.plan.texts == 300);
  CHECK(one.plan.scoring_texts == 60);
  CHECK_FALSE(one.plan.has_dev);
  REQUIRE(one.candidates.size() == 11);
  REQUIRE(one.finalists == 5);
  std::size_t trained = 0;
  std::set<std::string> all;
  for (std::size_t i = 0; i < one.candidates.size(); ++i) {
    const CandidateScores& each = one.candidates[i];
    CHECK(each.scores.size() == (i < one.finalists ? one.plan.runs : one.plan.first_runs));
    CHECK(each.run_seconds.size() == each.scores.size());
    CHECK(each.seconds() >= 0);
    trained += each.scores.size();
    all.insert(each.candidate.name());
    if (i > 0 && i != one.finalists) CHECK(one.candidates[i - 1].mean() >= each.mean());
  }
  CHECK(trained == announced);
  double first = 0, every = 0;  // sums of the finalists' scores
  for (std::size_t i = 0; i < one.finalists; ++i) {
    CHECK(one.estimate(i) == one.candidates[i].mean());
    const std::vector<double>& scores = one.candidates[i].scores;
    first += (scores[0] + scores[1]) / 2 / 5;
    every += (scores[0] + scores[1] + scores[2] + scores[3] + scores[4]) / 5 / 5;
  }
  CHECK(one.estimate(10) == doctest::Approx(one.candidates[10].mean() + every - first).epsilon(1e-9));
  CHECK(all.size() == 11);

  set_threads(2);
  const ClassifierComparison two = compare_classifiers(texts, {}, options);
  set_threads(1);
  REQUIRE(two.candidates.size() == one.candidates.size());
  for (std::size_t i = 0; i < one.candidates.size(); ++i) {
    CHECK(two.candidates[i].candidate.name() == one.candidates[i].candidate.name());
    CHECK(two.candidates[i].scores == one.candidates[i].scores);
  }
  CHECK(two.advised == one.advised);
  CHECK(two.standard_error == one.standard_error);
}

TEST_CASE("the standard error is that of the finalists' paired differences, and the simplest within it is advised") {
  const ClassifierComparison result = compare_classifiers(text::generate_labelled(200, 3), {}, quick());
  // The mean of the variances of the differences over all pairs of finalists is twice the residual variance.
  double variances = 0;
  int pairs = 0;
  const auto runs = static_cast<double>(result.plan.runs);
  for (std::size_t i = 0; i < result.finalists; ++i)
    for (std::size_t j = 0; j < i; ++j, ++pairs) {
      const CandidateScores &a = result.candidates[i], &b = result.candidates[j];
      const double mean = a.mean() - b.mean();
      for (std::size_t run = 0; run < result.plan.runs; ++run)
        variances += std::pow(a.scores[run] - b.scores[run] - mean, 2) / (runs - 1);
    }
  CHECK(result.standard_error == doctest::Approx(std::sqrt(variances / pairs / runs)).epsilon(1e-9));
  CHECK(result.within_noise(0));
  CHECK(result.within_noise(result.advised));
  CHECK_FALSE(result.within_noise(result.finalists));
  const ClassifierAttention advised = result.candidates[result.advised].candidate.training.attention;
  for (std::size_t i = 0; i < result.finalists; ++i)
    if (result.within_noise(i) && result.candidates[i].candidate.training.attention == ClassifierAttention::bag_of_words)
      CHECK(advised == ClassifierAttention::bag_of_words);
}

TEST_CASE("many dev texts score in halves, and few count as training texts") {
  const auto texts = text::generate_labelled(460, 2);
  const std::vector<text::LabelledText> train(texts.begin(), texts.begin() + 200), many(texts.begin() + 200, texts.end()),
      few(texts.begin() + 200, texts.begin() + 240);
  ComparisonOptions options = quick();
  ComparisonPlan plan = planned(train, many, options);
  CHECK(plan.has_dev);
  CHECK(plan.texts == 200);
  CHECK(plan.scoring_texts == 130);
  plan = planned(train, few, options);
  CHECK_FALSE(plan.has_dev);
  CHECK(plan.texts == 240);
  CHECK(plan.scoring_texts == 48);
  CHECK(plan.runs == 5);
  options.most_texts = 100;
  plan = planned(train, {}, options);
  CHECK(plan.texts == 100);
}

TEST_CASE("long texts get fewer runs, and are drawn up to most_words") {
  std::vector<text::LabelledText> texts;
  std::string words;
  for (int i = 0; i < 400; ++i) words += "word ";
  for (int i = 0; i < 300; ++i) texts.push_back({i % 2 ? "a" : "b", words});
  ComparisonOptions options = quick();
  ComparisonPlan plan = planned(texts, {}, options);
  CHECK(plan.texts == 300);
  CHECK(plan.runs == 3);
  options.most_words = 40000;
  plan = planned(texts, {}, options);
  CHECK(plan.texts == 100);
  options.most_words = 0;
  plan = planned(texts, {}, options);
  CHECK(plan.texts == 300);
}

TEST_CASE("a comparison refuses too few texts and labels, and rethrows the errors of a training") {
  const auto texts = text::generate_labelled(60, 2);
  const std::vector<text::LabelledText> few(texts.begin(), texts.begin() + 19);
  CHECK_THROWS_WITH_AS(compare_classifiers(few, {}, quick()), "compare: needs at least 20 texts, but the data has 19",
                       ValueError);
  const std::vector<text::LabelledText> same(30, {"a", "text"});
  CHECK_THROWS_WITH_AS(compare_classifiers(same, {}, quick()), "compare: needs at least two labels, but the data has 1",
                       ValueError);
  ComparisonOptions options = quick();
  options.base.dropout = 2;
  CHECK_THROWS_WITH_AS(compare_classifiers(texts, {}, options), doctest::Contains("train: dropout is 2"), ValueError);
}
