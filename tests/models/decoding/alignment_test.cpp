#include <weft/models/decoding/alignment.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

namespace weft {

namespace {
std::vector<float> numbers(const Tensor& tensor) { return {tensor.data<float>(), tensor.data<float>() + tensor.numel()}; }
}  // namespace

TEST_CASE("alignment: Pharaoh's links have the largest weights, or all above a threshold, and never point to </s>") {
  Tensor weights = cast(tensor({{0.1, 0.7, 0.2}, {0.4, 0.35, 0.25}, {0.3, 0.2, 0.5}, {0.4, 0.4, 0.2}}), DType::f32);
  CHECK(pharaoh_alignment(weights) == "1-0 0-1 0-3");
  CHECK(pharaoh_alignment(weights, 0.35) == "1-0 0-1 1-1 0-3 1-3");
  CHECK(pharaoh_alignment(weights, 0.9).empty());
  CHECK(pharaoh_alignment({}).empty());
  CHECK(pharaoh_alignment(transpose(cast(tensor({{0.1, 0.7}, {0.8, 0.2}, {0.1, 0.1}}), DType::f32), 0, 1)) == "1-0 0-1");
  for (double threshold : {0.0, -1.0, 1.5})
    CHECK_THROWS_WITH_AS(pharaoh_alignment(weights, threshold), doctest::Contains("not above 0 and at most 1"), ValueError);
}

TEST_CASE("alignment: weights of words are those of their pieces, the mean of the target's and the sum of the source's") {
  const std::vector<std::string> source{"a@@", "b@@", "c", "d", "</s>"}, target{"x", "y@@", "z"};
  CHECK(words_of_pieces(source) == std::vector<std::int64_t>{0, 0, 0, 1, 2});
  CHECK(words_of_pieces(target) == std::vector<std::int64_t>{0, 1, 1});
  CHECK(words_of_pieces(std::vector<std::string>{"cut@@"}) == std::vector<std::int64_t>{0});
  const Tensor weights =
      cast(tensor({{0.25, 0.25, 0.0, 0.375, 0.125}, {0.0, 0.0, 0.25, 0.5, 0.25}, {0.0, 0.25, 0.0, 0.75, 0.0}}), DType::f32);
  const Tensor merged = word_weights(weights, words_of_pieces(source), words_of_pieces(target));
  REQUIRE(merged.shape() == Shape{2, 3});
  CHECK(numbers(merged) == std::vector<float>{0.5F, 0.375F, 0.125F, 0.25F, 0.625F, 0.125F});
  CHECK(pharaoh_alignment(weights) == "3-0 3-1 3-2");
  CHECK(pharaoh_alignment(merged) == "0-0 1-1");
  const std::vector<std::int64_t> each{0, 1, 2, 3, 4}, rows{0, 1, 2};
  CHECK(numbers(word_weights(weights, each, rows)) == numbers(weights));
  CHECK_THROWS_WITH_AS(word_weights(weights, rows, rows),
                       doctest::Contains("weights are [3, 5] for 3 target and 3 source tokens"), ShapeError);
}

TEST_CASE("alignment: JSON has all words and weights") {
  const std::vector<std::string> source{"a", "\"", "</s>"}, target{"é", "d"};
  Tensor weights = tensor(std::vector<float>{0.1F, 0.7F, 0.2F, 1, 0, 1e-10F}, {2, 3});
  CHECK(json_alignment(source, target, weights) ==
        "{\"source\":[\"a\",\"\\\"\",\"</s>\"],\"target\":[\"é\",\"d\"],\"weights\":[[0.1,0.7,0.2],[1,0,1e-10]]}");
  CHECK(json_alignment({}, {}, {}) == "{\"source\":[],\"target\":[],\"weights\":[]}");
  CHECK_THROWS_WITH_AS(json_alignment(source, source, weights), doctest::Contains("weights are [2, 3] for 3 target and 3 source"),
                       ShapeError);
}

}  // namespace weft
