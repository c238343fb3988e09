#include <doctest/doctest.h>
#include <weft/models/classifier/attention_classifier.h>
#include <weft/models/classifier/term_weights.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/reduction/reduce.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/models/metrics/recorded_cases.h"

using namespace weft;

namespace {

LabelledSequences unlabelled(const std::vector<Sequence>& texts) { return {texts, std::vector<std::int64_t>(texts.size(), 0)}; }

// The script that recorded them is in tests/reference.
struct Case {
  explicit Case(const nlohmann::json& row)
      : ids(row.at("ids").get<std::int64_t>()),
        training(row.at("training").get<std::vector<Sequence>>()),
        texts(row.at("texts").get<std::vector<Sequence>>()),
        idf(row.at("idf").get<std::vector<double>>()),
        weights(row.at("weights").get<std::vector<std::vector<double>>>()) {}
  Batch batch() const {
    std::vector<std::size_t> all(texts.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return pad(texts, all);
  }
  std::int64_t ids;
  std::vector<Sequence> training, texts;
  std::vector<double> idf;
  std::vector<std::vector<double>> weights;
};

}  // namespace

TEST_CASE("inverse document frequencies and TF-IDF weights agree with scikit-learn") {
  const nlohmann::json rows = test::recorded_cases("tfidf_cases.json");
  CHECK(rows.size() == 12);
  for (const auto& row : rows) {
    const Case recorded(row);
    const Tensor idf = inverse_document_frequencies(unlabelled(recorded.training), recorded.ids);
    REQUIRE(idf.shape() == Shape{recorded.ids});
    for (std::int64_t id = 0; id < recorded.ids; ++id)
      CHECK(idf.at({id}) == doctest::Approx(recorded.idf[static_cast<std::size_t>(id)]).epsilon(1e-6));
    const Tensor weights = term_weights(recorded.batch(), idf);
    for (std::size_t text = 0; text < recorded.texts.size(); ++text) {
      std::vector<double> found(static_cast<std::size_t>(recorded.ids));
      for (std::size_t i = 0; i < recorded.texts[text].size(); ++i)
        found[static_cast<std::size_t>(recorded.texts[text][i])] +=
            weights.at({static_cast<std::int64_t>(text), static_cast<std::int64_t>(i)});
      for (std::size_t id = 0; id < found.size(); ++id)
        CHECK(found[id] == doctest::Approx(recorded.weights[text][id]).epsilon(1e-6));
    }
  }
}

TEST_CASE("a token's weight is at its first position, and padding has no weight") {
  const Batch batch{tensor({{7, 2, 7, 7, 0}, {3, 3, 0, 0, 0}, {0, 0, 0, 0, 0}}, DType::i64), tensor({4, 2, 0}, DType::i64)};
  const double half = 1 / std::sqrt(2.0);
  CHECK(all_close(term_weights(batch), tensor({{half, half, 0., 0., 0.}, {1., 0., 0., 0., 0.}, {0., 0., 0., 0., 0.}})));
  Tensor idf = ones({8});
  idf.set({2}, 3);
  idf.set({3}, 0);  // a text of words that are not in the training data has only zero weights
  const double norm = std::sqrt(9.0 + 9);
  CHECK(all_close(term_weights(batch, idf),
                  tensor({{3 / norm, 3 / norm, 0., 0., 0.}, {0., 0., 0., 0., 0.}, {0., 0., 0., 0., 0.}})));
}

TEST_CASE("ids outside the vocabulary are errors that name the caller's line") {
  const Where line{"demo.cpp", 3};
  const Batch batch{tensor({{4, 1}}, DType::i64), tensor({2}, DType::i64)};
  CHECK_THROWS_WITH_AS(term_weights(batch, ones({4}), line), "term_weights: the id 4 is not in 0 to 3, at demo.cpp:3",
                       IndexError);
  CHECK_THROWS_WITH_AS(inverse_document_frequencies(unlabelled({{0, 1}, {9}}), 5, line),
                       "inverse_document_frequencies: the id 9 is not in 0 to 4, at demo.cpp:3", IndexError);
}

TEST_CASE("a bag of words with TF-IDF weights adds each word's numbers times its weight, and does not learn the frequencies") {
  const Case recorded(test::recorded_cases("tfidf_cases.json")[3]);
  AttentionClassifier model({.vocabulary = recorded.ids,
                             .classes = 3,
                             .attention = ClassifierAttention::bag_of_words,
                             .term_weights = TermWeights::tfidf});
  CHECK(nn::count_parameters(model) == recorded.ids * 3 + 3);
  CHECK(model.idf.frozen());
  copy_to(model.idf.tensor(), inverse_document_frequencies(unlabelled(recorded.training), recorded.ids));
  const Batch batch = recorded.batch();
  const Tensor logits = model.forward(batch).tensor();
  auto [again, added] = model.attend(batch);
  CHECK(equal_bits(again.tensor(), logits));
  for (std::size_t text = 0; text < recorded.texts.size(); ++text) {
    const auto row = static_cast<std::int64_t>(text);
    const auto best = static_cast<std::int64_t>(argmax(select(logits, 0, row)).item());
    for (std::int64_t c = 0; c < 3; ++c) {
      double expected = model.bias.tensor().at({c});
      for (std::int64_t id = 0; id < recorded.ids; ++id)
        expected += recorded.weights[text][static_cast<std::size_t>(id)] * model.embedding.weight.tensor().at({id, c});
      CHECK(logits.at({row, c}) == doctest::Approx(expected).epsilon(1e-5));
    }
    const Sequence& ids = recorded.texts[text];
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const bool first =
          std::find(ids.begin(), ids.begin() + std::ssize(ids), ids[i]) == ids.begin() + static_cast<std::ptrdiff_t>(i);
      const double weight = first ? recorded.weights[text][static_cast<std::size_t>(ids[i])] : 0;
      CHECK(added.at({row, static_cast<std::int64_t>(i)}) ==
            doctest::Approx(weight * model.embedding.weight.tensor().at({ids[i], best})).epsilon(1e-5));
    }
  }
}
