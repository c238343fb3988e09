// Ranks that prepare the texts of a classifier together.
#include <doctest/doctest.h>
#include <weft/models/classifier/classify.h>
#include <weft/models/generated/generate_labelled.h>

#include <functional>
#include <sstream>

#include "tests/models/distributed/same_files.h"
#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using test::ends_of_ranks, test::RankEnd, test::run_on_ranks, test::ThreadRank;

namespace {

using Texts = std::vector<text::LabelledText>;
using Change = std::function<void(ClassifierTraining&)>;

test::Written train(const Texts& data, const Texts& dev, Communicator* ranks, const Change& change) {
  test::TemporaryFolder folder;
  ClassifierTraining options = recommended_classifier_training();
  std::ostringstream log;
  options.embedding_dim = 4;
  options.fit.epochs = 0;
  options.fit.batch_size = 256;
  options.fit.shards = 4;
  options.fit.progress = false;
  options.fit.communicator = ranks;
  options.fit.log = &log;
  options.model_path = folder / "model";
  change(options);
  TextClassifier::train(data, dev, options);
  return is_first_rank(ranks) ? test::Written{test::read_file(options.model_path), log.str()} : test::Written{};
}

}  // namespace

TEST_CASE("classifier: ranks prepare the data together, and write the model and log of one rank") {
  struct Case {
    std::string name;
    Change change;
    std::size_t count = 9000, dev = 0;
  };
  const std::vector<Case> cases{{"recommended", [](ClassifierTraining&) {}},
                                {"small", [](ClassifierTraining&) {}, 40, 20},
                                {"dev texts, ids in a file", [](ClassifierTraining& o) { o.data_memory = 1; }, 9000, 5000},
                                {"triples of words, cut texts",
                                 [](ClassifierTraining& o) {
                                   o.ngrams = 3;
                                   o.max_length = 12;
                                 }},
                                {"tfidf",
                                 [](ClassifierTraining& o) {
                                   o.attention = ClassifierAttention::bag_of_words;
                                   o.term_weights = TermWeights::tfidf;
                                   o.data_memory = 1;
                                 }},
                                {"cross-validation",
                                 [](ClassifierTraining& o) {
                                   o.fit.epochs = 2;
                                   o.least_dev_texts = 1000;
                                   o.fit.log = nullptr;
                                 },
                                 300},
                                {"an epoch",
                                 [](ClassifierTraining& o) {
                                   o.fit.epochs = 1;
                                   o.fit.log = nullptr;
                                   o.data_memory = 1;
                                 },
                                 5000}};
  for (const Case& each : cases) {
    CAPTURE(each.name);
    const Texts data = text::generate_labelled(each.count, 1), dev = text::generate_labelled(each.dev, 2);
    test::check_same_files([&](Communicator* ranks) { return train(data, dev, ranks, each.change); });
  }
}

TEST_CASE("classifier: an unknown label of a dev text is an error of all ranks") {
  const Texts data = text::generate_labelled(300, 1);
  Texts dev = text::generate_labelled(9000, 2);
  dev[4500].label = "nothing";
  dev[8500].label = "less";
  for (int count : {1, 2, 4})
    for (const RankEnd& end :
         ends_of_ranks(count, [&](ThreadRank& ranks) { train(data, dev, &ranks, [](ClassifierTraining&) {}); })) {
      CHECK(end.error == "example 4501: the label \"nothing\" is not in the training data");
      CHECK_FALSE(end.for_another);
    }
}
