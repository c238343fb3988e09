#include <weft/models/io/unicode.h>
#include <weft/models/text/white_space.h>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace weft;
using Pieces = std::vector<std::string_view>;

TEST_CASE("white space is what Python's str.split splits at") {
  CHECK(text::split_at_white_space("").empty());
  CHECK(text::split_at_white_space(" \t\n").empty());
  CHECK(text::split_at_white_space("a b") == Pieces{"a", "b"});
  CHECK(text::split_at_white_space("  a\u00A0é\u3000\u2009c\x1F"
                                   "d ") == Pieces{"a", "é", "c", "d"});
  CHECK(text::split_at_white_space("a\u200Bb") == Pieces{"a\u200Bb"});  // a zero-width space is not white space
  CHECK(text::split_at_white_space("a\xFF b") == Pieces{"a\xFF", "b"});
}

TEST_CASE("trim_end removes white space only at the end") {
  CHECK(text::trim_end(" a b \t\u3000") == " a b");
  CHECK(text::trim_end("\n ") == "");
}

TEST_CASE("lower-casing handles the final sigma and the dotted I") {
  CHECK(text::lower_case_in_context("AbÉ") == "abé");
  CHECK(text::lower_case_in_context("ΟΔΟΣ ΣΟΦΟΣ. Σ") == "οδος σοφος. σ");
  CHECK(text::lower_case_in_context("ΑΣ'Α") == "ασ'α");
  CHECK(text::lower_case_in_context("ΑΣ\u0301") == "ας\u0301");
  CHECK(text::lower_case_in_context("İ") == "i\u0307");
  CHECK(text::lower_case_in_context("\u212A") == "k");
}
