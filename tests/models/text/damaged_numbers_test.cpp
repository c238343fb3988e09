// Text files with a changed number are read, or refused with the file and the line.
#include <doctest/doctest.h>
#include <weft/models/data/detail/word_links.h>
#include <weft/models/subwords/tokenizer.h>
#include <weft/models/text/vocabulary_file.h>
#include <weft/models/text/word_vectors.h>
#include <weft/tensor/base/error.h>

#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using test::TemporaryFolder, test::write_file;

namespace {

const std::vector<std::string> kNumbers{"-1",
                                        "-1000000",
                                        "0.5",
                                        "1000000000",
                                        "1e300",
                                        "nan",
                                        "inf",
                                        "abc",
                                        "",
                                        "1e9",
                                        "2147483648",
                                        "9223372036854775807",
                                        "9223372036854775808",
                                        "18446744073709551616",
                                        "99999999999999999999999"};

template <class Read>
void check_refused(const std::string& path, const std::string& content, Read read) {
  CAPTURE(content);
  write_file(path, content);
  CHECK_THROWS_WITH_AS(read(), doctest::Contains((path + ":").c_str()), FormatError);
}

}  // namespace

TEST_CASE("damaged numbers: the first line and the numbers of vectors are checked") {
  TemporaryFolder folder;
  const std::string path = folder / "vectors";
  const auto vocabulary = text::Vocabulary::from_tokens({"<pad>", "<unk>", "one", "two"});
  auto read = [&] { return text::read_word_vectors(path, vocabulary); };
  const std::string lines = "one 1 2\ntwo 3 4\n";
  for (const char* number : {"-1", "-1000000", "0", "1000000000", "2147483648", "9223372036854775807"}) {
    check_refused(path, number + (" 2\n" + lines), read);
    check_refused(path, "2 " + (number + ("\n" + lines)), read);
  }
  for (const char* number : {"nan", "inf", "abc", "1e300"})
    check_refused(path, std::string("2 2\none 1 ") + number + "\ntwo 3 4\n", read);
}

TEST_CASE("damaged numbers: the counts of a vocabulary and the positions of an alignment are checked") {
  TemporaryFolder folder;
  const std::string path = folder / "vocabulary";
  const text::Tokenizer words;
  for (const std::string& number : kNumbers) {
    CAPTURE(number);
    const bool is_count = number.size() < 20 && number.find_first_not_of("0123456789") == std::string::npos && !number.empty();
    if (!is_count) check_refused(path, "one\t" + number + "\ntwo\t1\n", [&] { return text::load_vocabulary(path, false); });
    for (const std::string& link : {number + "-0", "0-" + number})
      CHECK_THROWS_WITH_AS(text::token_links({"a b", "c d", "0-0 " + link}, words, words, "file:1"),
                           doctest::Contains("file:1: "), FormatError);
  }
}
