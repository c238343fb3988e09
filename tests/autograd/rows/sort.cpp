#include <tests/autograd/rows/plain.h>
#include <tests/autograd/rows/rows.h>
#include <weft/autograd/indexing/sort.h>

#include <algorithm>

namespace weft {

namespace {

using Inputs = std::vector<Tensor>;

// Returns the numbers of a row in rising order.
std::vector<double> ordered(const Tensor& x, std::int64_t row) {
  std::vector<double> numbers;
  for (std::int64_t j = 0; j < x.size(1); ++j) numbers.push_back(element(x, {row, j}));
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

}  // namespace

std::vector<OpRow> sort_rows() {
  return {
      op_row(
          "sort", [](const auto& x) { return sort(x[0]).values; },
          [](const Inputs& x) {
            return by_index(x[0].shape(), [&](const Index& i) { return ordered(x[0], i[0])[static_cast<std::size_t>(i[1])]; });
          },
          {{}}, {{{2, 7}}, {{3, 1}}, {{2, 17}}, {{2, 33}}, {{2, 0}}}, {{150, 40}}),
      op_row(
          "topk", [](const auto& x) { return topk(x[0], 3).values; },
          [](const Inputs& x) {
            return by_index({x[0].size(0), 3}, [&](const Index& i) {
              return ordered(x[0], i[0])[static_cast<std::size_t>(x[0].size(1) - 1 - i[1])];
            });
          },
          {{}}, {{{2, 7}}, {{3, 3}}, {{2, 17}}, {{2, 33}}, {{0, 4}}}, {{150, 40}}),
      op_row(
          "cumsum", [](const auto& x) { return cumsum(x[0], 1); },
          [](const Inputs& x) {
            return by_index(x[0].shape(), [&](const Index& i) {
              double total = 0;
              for (std::int64_t j = 0; j <= i[1]; ++j) total += element(x[0], {i[0], j, i[2]});
              return total;
            });
          },
          {{0.1, 2}}, {{{2, 5, 3}}, {{2, 1, 1}}, {{2, 17, 3}}, {{1, 33, 17}}, {{2, 0, 3}}}, {{20, 17, 300}}),
  };
}

}  // namespace weft
