#include "tests/models/io/temporary_file.h"

#include <weft/models/generated/generate_english_french.h>
#include <weft/models/subwords/detail/tokenizer_file.h>
#include <weft/models/subwords/tokenizer.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#ifdef WEFT_SENTENCEPIECE_TRAIN
#include <sentencepiece_trainer.h>
#endif

using namespace weft::text;
using Tokens = std::vector<std::string>;

TEST_CASE("a missing SentencePiece model is an error") {
  CHECK_THROWS_AS(SentencePiece::read("/nowhere/at/all.model"), weft::IoError);
}

TEST_CASE("a file that is not a SentencePiece model is an error, and so is any file in a build without the library") {
  weft::test::TemporaryFile file("not a model");
  if (has_sentencepiece())
    CHECK_THROWS_WITH_AS(SentencePiece::read(file.path()), (file.path() + ": is not a SentencePiece model").c_str(),
                         weft::FormatError);
  else
    CHECK_THROWS_WITH_AS(SentencePiece::read(file.path()),
                         (file.path() + ": weft was built without SentencePiece: install libsentencepiece-dev (Debian, Ubuntu) "
                                        "and build again")
                             .c_str(),
                         weft::Error);
}

#ifdef WEFT_SENTENCEPIECE_TRAIN

namespace {

// Lines for SentencePiece's trainer.
class Lines : public sentencepiece::SentenceIterator {
 public:
  explicit Lines(const Tokens& lines) : lines_(lines) {}
  bool done() const override { return next_ == lines_.size(); }
  void Next() override { ++next_; }
  const std::string& value() const override { return lines_[next_]; }
  sentencepiece::util::Status status() const override { return {}; }

 private:
  const Tokens& lines_;
  std::size_t next_ = 0;
};

}  // namespace

TEST_CASE("a SentencePiece model splits text into pieces") {
  Tokens lines;
  for (const TextPair& pair : generate_pairs(300, 1)) lines.push_back(pair.source);
  std::string bytes;
  Lines iterator(lines);
  const std::unordered_map<std::string, std::string> options = {{"vocab_size", "120"}, {"minloglevel", "2"}};
  const auto status = sentencepiece::SentencePieceTrainer::Train(options, &iterator, &bytes);
  REQUIRE(status.ok());
  weft::test::TemporaryFile file(bytes);
  const SentencePiece model = SentencePiece::read(file.path());
  CHECK(model.bytes() == bytes);

  const Tokenizer tokenizer({.lower_case = false}, model);
  CHECK(tokenizer.unit() == Unit::sentencepiece);
  std::size_t words = 0, pieces = 0;
  for (const std::string& line : lines) {
    const Tokens tokens = tokenizer.tokens(line);
    CHECK(tokenizer.text(tokens) == line);
    CHECK(tokens.front().starts_with("▁"));
    pieces += tokens.size();
    words += tokenize(line).size();
  }
  CHECK(pieces > words);
  CHECK(tokenizer.tokens("").empty());
  CHECK(tokenizer.text({}).empty());
  weft::Metadata metadata;
  weft::add_tokenizer(metadata, "source", tokenizer);
  CHECK(weft::read_tokenizer("m", metadata, "source") == tokenizer);
  // Characters that the model has not seen are unchanged.
  CHECK(tokenizer.text(tokenizer.tokens("日本 the")) == "日本 the");
}

#endif
