#include <weft/tensor/base/suggestion.h>

#include <doctest/doctest.h>

using namespace weft;

TEST_CASE("did_you_mean: the nearest name within a third of the letters") {
  const std::vector<std::string> known{"accuracy", "macro_f1", "loss", "--learning-rate", "--epochs"};
  CHECK(did_you_mean("acuracy", known) == "; did you mean \"accuracy\"?");
  CHECK(did_you_mean("--lerning-rate", known) == "; did you mean \"--learning-rate\"?");
  CHECK(did_you_mean("--LEARNING_RATE", known) == "; did you mean \"--learning-rate\"?");
  CHECK(did_you_mean("macro-f1", known) == "; did you mean \"macro_f1\"?");
  CHECK(did_you_mean("lsos", known) == "; did you mean \"loss\"?");
  CHECK(did_you_mean("bleu", known) == "");
  CHECK(did_you_mean("", known) == "");
  CHECK(did_you_mean("a", {"b", "c"}) == "");
  CHECK(did_you_mean("accuracy", {}) == "");
  CHECK(did_you_mean(std::string(100000, 'x'), {std::string(100000, 'y')}) == "");
}
