#include <weft/models/io/detail/order.h>
#include <weft/models/metrics/detail/common_words.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace weft;
using Words = std::vector<std::string>;

namespace {

// Computes the whole table, and walks back through it as rouge-score does.
std::vector<bool> marked_by_table(const Words& reference, const Words& hypothesis, std::size_t& length) {
  std::vector<std::vector<std::size_t>> lengths(reference.size() + 1, std::vector<std::size_t>(hypothesis.size() + 1));
  for (std::size_t i = 1; i <= reference.size(); ++i)
    for (std::size_t j = 1; j <= hypothesis.size(); ++j)
      lengths[i][j] =
          reference[i - 1] == hypothesis[j - 1] ? lengths[i - 1][j - 1] + 1 : std::max(lengths[i - 1][j], lengths[i][j - 1]);
  length = lengths.back().back();
  std::vector<bool> marked(reference.size());
  for (std::size_t i = reference.size(), j = hypothesis.size(); i > 0 && j > 0;) {
    if (reference[i - 1] == hypothesis[j - 1])
      marked[--i] = true, --j;
    else if (lengths[i][j - 1] > lengths[i - 1][j])
      --j;
    else
      --i;
  }
  return marked;
}

}  // namespace

TEST_CASE("common subsequences agree with the table of lengths") {
  text::CounterRandom random(3);
  for (int round = 0; round < 1500; ++round) {
    const std::uint64_t kinds = 1 + random.below(round % 3 == 0 ? 200 : 4);
    auto words = [&] {
      Words words;
      for (std::uint64_t left = random.below(round % 10 == 0 ? 400 : 30); left > 0; --left)
        words.push_back(std::to_string(random.below(kinds)));
      return words;
    };
    const Words reference = words(), hypothesis = words();
    std::size_t length = 0;
    const std::vector<bool> expected = marked_by_table(reference, hypothesis, length);
    CHECK(metrics::common_length(reference, hypothesis) == length);
    std::vector<bool> marked(reference.size());
    metrics::mark_common(reference, hypothesis, marked);
    CHECK(marked == expected);
  }
}
