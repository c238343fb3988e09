// Ranks that prepare the pairs of a translator together.
#include <doctest/doctest.h>
#include <weft/models/data/map_examples.h>
#include <weft/models/subwords/tokenizer_choice.h>
#include <weft/models/translator/translator.h>

#include <functional>
#include <sstream>

#include "tests/models/distributed/same_files.h"
#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using test::ends_of_ranks, test::RankEnd, test::run_on_ranks, test::ThreadRank;

namespace {

using Pairs = std::vector<text::TextPair>;

// More pairs than two blocks hold, with aligned words, names that only sources know, and words that occur once.
Pairs pairs(std::int64_t count) {
  Pairs all;
  for (std::int64_t i = 0; i < count; ++i) {
    text::TextPair pair;
    for (std::int64_t word = 0; word <= i % 5; ++word) {
      const std::string number = std::to_string((i * 7 + word * 31) % 83), space = word == 0 ? "" : " ";
      pair.source += space + "un" + number;
      pair.target += space + "ein" + number;
      pair.alignment += space + std::to_string(word) + "-" + std::to_string(word);
    }
    const std::string name = " Name" + std::to_string(i % 4001);
    pair.source += name;
    pair.target += name;
    all.push_back(pair);
  }
  return all;
}

TranslatorTraining small_training() {
  TranslatorTraining options;
  options.model.embedding_dim = 4;
  options.model.hidden = 8;
  options.fit.epochs = 0;
  options.fit.batch_size = 512;
  options.fit.shards = 4;
  options.fit.progress = false;
  return options;
}

using Change = std::function<void(TranslatorTraining&, const Pairs&)>;

test::Written train(const Pairs& data, const Pairs& dev, Communicator* ranks, const Change& change) {
  test::TemporaryFolder folder;
  TranslatorTraining options = small_training();
  std::ostringstream log;
  options.fit.communicator = ranks;
  options.fit.log = &log;
  options.model_path = folder / "model";
  change(options, data);
  Translator::train(data, dev, options);
  return is_first_rank(ranks) ? test::Written{test::read_file(options.model_path), log.str()} : test::Written{};
}

// Learns BPE codes from the pairs, as translate does.
void learn_pieces(TranslatorTraining& options, const Pairs& data) {
  auto count = [&](const text::Tokenizer& words) {
    auto tokens_of = [&](const text::TextPair& pair) { return words.tokens(pair.source + " " + pair.target); };
    return text::count_tokens(text::MemorySource<text::TextPair>(data), tokens_of, {}, options.fit.communicator);
  };
  text::TokenizerChoice choice{.bpe = {.merges = 60}};
  choice.options.unit = text::Unit::bpe;
  options.source_tokenizer = options.target_tokenizer = text::make_tokenizer(choice, count);
}

}  // namespace

TEST_CASE("translator: ranks prepare the data together, and write the model and log of one rank") {
  struct Case {
    std::string name;
    Change change;
    std::int64_t count = 9000, dev = 0;
  };
  const std::vector<Case> cases{
      {"words", [](TranslatorTraining&, const Pairs&) {}},
      {"small", [](TranslatorTraining&, const Pairs&) {}, 40, 3},
      {"dev pairs, ids in a file", [](TranslatorTraining& o, const Pairs&) { o.data_memory = 1; }, 9000, 5000},
      {"pieces", learn_pieces},
      {"one vocabulary", [](TranslatorTraining& o, const Pairs&) { o.joint_vocabulary = true; }},
      {"copied words", [](TranslatorTraining& o, const Pairs&) { o.model.copy = true; }},
      {"alignments, too long",
       [](TranslatorTraining& o, const Pairs&) {
         o.model.alignment_loss = 0.1;
         o.max_length = 5;
       }},
      {"an epoch", [](TranslatorTraining& o, const Pairs&) {
         o.fit.epochs = 1;
         o.fit.log = nullptr;
         o.data_memory = 1;
       }}};
  for (const Case& each : cases) {
    CAPTURE(each.name);
    const Pairs data = pairs(each.count), dev = pairs(each.dev);
    test::check_same_files([&](Communicator* ranks) { return train(data, dev, ranks, each.change); });
  }
}

TEST_CASE("translator: an error in a pair is that of all ranks") {
  Pairs data = pairs(9000);
  data[5000].alignment = "0-0 99-0";
  data[8999].alignment = "x";
  const Change guided = [](TranslatorTraining& o, const Pairs&) { o.model.alignment_loss = 0.1; };
  std::string alone;
  try {
    train(data, {}, nullptr, guided);
  } catch (const FormatError& error) {
    alone = error.what();
  }
  CHECK(alone.starts_with("example 5001: "));
  for (int count : {2, 4})
    for (const RankEnd& end : ends_of_ranks(count, [&](ThreadRank& ranks) { train(data, {}, &ranks, guided); })) {
      CHECK(end.error == alone);
      CHECK_FALSE(end.for_another);
    }
}
