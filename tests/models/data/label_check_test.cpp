#include <weft/models/data/label_check.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include "tests/models/io/temporary_file.h"

using namespace weft;
using namespace weft::text;
using test::TemporaryFile;

namespace {

// Returns `count` texts with the labels in rotation.
std::string texts(std::size_t count, std::size_t labels) {
  std::string lines;
  for (std::size_t i = 0; i < count; ++i) lines += "label " + std::to_string(i % labels) + "\ttext " + std::to_string(i) + "\n";
  return lines;
}

void check(const std::string& content) {
  const TemporaryFile file(content);
  check_labels(*labelled_file(file.path()), file.path(), {});
}

}  // namespace

TEST_CASE("over 10,000 labels are accepted, but texts in place of labels are refused") {
  check(texts(25'000, 12'000));
  check(texts(24'000, 12'000));
  CHECK_THROWS_WITH_AS(check(texts(23'999, 12'000)), doctest::Contains(": 12000 labels in 23999 texts: are these the texts?"),
                       FormatError);
  CHECK_THROWS_WITH_AS(check("topic\twords\n" + texts(25'000, 12'000)), doctest::Contains("is it a header?"), FormatError);
}
