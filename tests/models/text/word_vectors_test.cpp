#include <weft/models/io/detail/order.h>
#include <weft/models/subwords/word_files.h>
#include <weft/models/text/word_vectors.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>

#include <sstream>

#include "tests/models/io/compressed.h"
#include "tests/models/io/temporary_file.h"

using namespace weft;
using namespace weft::text;
using test::TemporaryFile;

namespace {

const Vocabulary& words() {
  static const Vocabulary vocabulary = Vocabulary::from_tokens({"<pad>", "<unk>", "cat", "dog", "été"});
  return vocabulary;
}

WordVectors read(const std::string& content) { return read_word_vectors(TemporaryFile(content).path(), words()); }

}  // namespace

TEST_CASE("vectors of the vocabulary's words are read with and without a first line, plain and gzipped") {
  const std::string glove = "dog 1 -2.5\nthe . and more 3 4\nété .5 1e-3\ndog 7 7\n<pad> 9 9\n";
  for (const std::string& content :
       std::vector<std::string>{glove, "5 2\n" + glove, "5 2\r\ndog 1 -2.5 \r\nthe 3 4\r\nété\t0.5\t0.001\r\nx 1 2\r\ny 1 2",
                                "\xEF\xBB\xBF" + glove, test::gzip(glove)}) {
    const WordVectors found = read(content);
    CHECK(found.dim == 2);
    CHECK(found.ids == std::vector<std::int64_t>{3, 4});
    CHECK(found.values == std::vector<float>{1, -2.5F, 0.5F, 0.001F});
  }
  CHECK(read("fish 1 2 3\n").ids.empty());
}

TEST_CASE("an invalid file of vectors is refused with place and rule") {
  for (const auto& [content, message] : std::vector<std::pair<std::string, std::string>>{
           {"", ":1: expected lines of a word and its numbers: the file has no such line"},
           {"2 2\n", ":1: expected lines of a word and its numbers: the file has no such line"},
           {"0 2\n", ":1: expected at least one word and one number per word: 0 2"},
           {"3 -2\n", ":1: expected at least one word and one number per word: 3 -2"},
           {"cat\n", ":1: expected a word and its numbers, found 0: \"cat\""},
           {"cat 1 2\nfish 1\n", ":2: expected a word and 2 numbers, found 1: \"fish 1\""},
           {"cat 1 2\n\n", ":2: expected a word and 2 numbers, found 0: \"\""},
           {"fish 1 2\ncat 1 x2\n", ":2: this is not a number: \"x2\""},
           {"cat 1 nan\n", ":1: this is not a number: \"nan\""},
           {"cat 1 1e99\n", ":1: this is not a number: \"1e99\""},
           {"0.5 2\ncat 1 2\ndog 1 2\n", ":2: expected a word and 1 numbers as in the first line, found 2"},
           {"cat 1 2\ndog 1 2 3\n", ":2: expected a word and 2 numbers as in the first line, found 3"},
           {"2 2\ncat 1 2 3\ndog 1 2 3\n", ":2: expected a word and 2 numbers as announced by the first line, found 3"},
           {"3 2\ncat 1 2\ndog 1 2\n", ":1: the first line announces 3 words, but the file has 2"}}) {
    const TemporaryFile file(content);
    const std::string& written = content;
    CAPTURE(written);
    CHECK_THROWS_WITH_AS(read_word_vectors(file.path(), words()), (file.path() + message).c_str(), FormatError);
  }
}

TEST_CASE("files of vectors changed at random are read or refused") {
  const std::string seed = "4 3\ncat 1 -2.5 3e-2\nfish 1 2 3\nété 1 2 3\ndog 0.1 0.2 0.3\n";
  CounterRandom random(11);
  int refused = 0, accepted = 0;
  for (int round = 0; round < 1000; ++round) {
    std::string content = seed;
    const auto at = static_cast<std::size_t>(random.below(content.size()));
    if (random.chance(0.5))
      content[at] = static_cast<char>(random.below(256));
    else
      content.erase(at, static_cast<std::size_t>(random.below(4)));
    try {
      const WordVectors found = read(content);
      CHECK(found.values.size() == found.ids.size() * static_cast<std::size_t>(found.dim));
      ++accepted;
    } catch (const FormatError&) {
      ++refused;
    }
  }
  CHECK(refused > 100);
  CHECK(accepted > 100);
}

TEST_CASE("vectors are copied to the rows of their words, and may be frozen") {
  const TemporaryFile file("dog 1 2\nété 3 4\n");
  nn::Embedding embedding(nn::root, {.num_embeddings = 5, .embedding_dim = 2});
  copy_to(embedding.weight.tensor(), full({5, 2}, 9));
  WordFiles files{.vectors = file.path(), .freeze_vectors = true};
  std::ostringstream log;
  set_vectors(embedding, files, choose_vectors(files, words()), words(), &log);
  CHECK(equal_bits(embedding.weight.tensor(), cast(tensor({{9, 9}, {9, 9}, {9, 9}, {1, 2}, {3, 4}}), DType::f32)));
  CHECK(embedding.weight.frozen());
  CHECK(log.str() == "vectors 2 of 5 words, " + file.path() + "\n");
  CHECK_THROWS_WITH_AS(choose_vectors({.freeze_vectors = true}, words()), "train: freeze_vectors needs vectors", ValueError);
}

TEST_CASE("a scaled embedding, such as one with tied weights, returns the vectors of the file") {
  const TemporaryFile file("dog 1 2\nété 3 4\n");
  nn::Embedding embedding(nn::root, {.num_embeddings = 5, .embedding_dim = 2, .scale = 4});
  const WordFiles files{.vectors = file.path()};
  set_vectors(embedding, files, choose_vectors(files, words()), words(), nullptr);
  const Tensor ids = tensor(std::vector<std::int64_t>{3, 4});
  CHECK(equal_bits(embedding(ids).tensor(), cast(tensor({{1, 2}, {3, 4}}), DType::f32)));
}

TEST_CASE("embeddings have the size of the vectors") {
  const WordVectors none, two = read("cat 1 2\n"), three = read("cat 1 2 3\n");
  CHECK(choose_dim(128, {&none}) == 128);
  CHECK(choose_dim(0, {&two, &none}) == 2);
  CHECK(choose_dim(3, {&none, &three}) == 3);
  CHECK_THROWS_WITH_AS(choose_dim(128, {&two}), "train: vectors have 2 numbers per word, but embedding_dim is 128", ValueError);
  CHECK_THROWS_WITH_AS(choose_dim(0, {&two, &three}),
                       "train: vectors have 3 numbers per word, but those of the other side have 2", ValueError);
}

TEST_CASE("numbers of vectors are read as other programs write them") {
  const WordVectors found =
      read("cat +0.5 1e-60\ndog -1e-400 0.0000000000000000000000000000000000000000000000000000001\nété 1E-39 +1e2\n");
  CHECK(found.ids == std::vector<std::int64_t>{2, 3, 4});
  CHECK(found.values == std::vector<float>{0.5F, 0, 0, 0, 1e-39F, 100});
  for (const char* wrong :
       {"1e60", "-1e400", "1000000000000000000000000000000000000000000", "++1", "+-1", "+", "1e", "inf", "nan"})
    CHECK_THROWS_WITH_AS(read("cat 1 " + std::string(wrong) + "\n"), doctest::Contains(":1: this is not a number: "),
                         FormatError);
}

TEST_CASE("a phrase of a file of vectors may end with a number") {
  const WordVectors found = read("cat 1 2\nroute 66 3 4\ndog 5 6\n");
  CHECK(found.dim == 2);
  CHECK(found.values == std::vector<float>{1, 2, 5, 6});
  CHECK(read("cat 1\ndog 2\n").values == std::vector<float>{1, 2});
}

TEST_CASE("a file of vectors may begin with a phrase") {
  const WordVectors found = read("New York 1 2\ncat 3 4\nat once 5 6\ndog 7 8\n");
  CHECK(found.dim == 2);
  CHECK(found.values == std::vector<float>{3, 4, 7, 8});
  CHECK_THROWS_WITH_AS(read("cat 1 x 2\ndog 3 4 5\n"), doctest::Contains(":2: expected a word and 1 numbers"), FormatError);
  CHECK_THROWS_WITH_AS(read("cat  1 2\ndog  3 4\n"), doctest::Contains(":1: this is not a number: \"\""), FormatError);
}
