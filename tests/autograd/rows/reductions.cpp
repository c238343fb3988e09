#include <tests/autograd/rows/plain.h>
#include <tests/autograd/rows/rows.h>
#include <weft/autograd/reduce.h>

namespace weft {

namespace {
using Inputs = std::vector<Tensor>;
}

std::vector<OpRow> reduce_rows() {
  OpInput positive{0.1, 2};  // sums of opposite numbers lose any relative precision
  return {
      op_row(
          "sum", [](const auto& x) { return sum(x[0]); },
          [](const Inputs& x) { return summed({}, x[0].shape(), [&](const Index& i, auto to) { to({}) += element(x[0], i); }); },
          {positive}, {{{}}, {{0}}, {{1}}, {{7}}, {{17}}, {{3, 11}}}, {{40000}}),
      op_row(
          "sum over an axis", [](const auto& x) { return sum(x[0], {1}, true); },
          [](const Inputs& x) {
            return summed({x[0].size(0), 1, x[0].size(2)}, x[0].shape(), [&](const Index& i, auto to) {
              to({i[0], 0, i[2]}) += element(x[0], i);
            });
          },
          {positive}, {{{2, 3, 4}}, {{2, 1, 3}}, {{2, 0, 3}}, {{0, 2, 3}}}, {{30, 40, 50}}),
      op_row(
          "sum over two axes",
          [](const auto& x) {
            return sum(x[0], {-1, 0});
          },
          [](const Inputs& x) {
            return summed({x[0].size(1)}, x[0].shape(), [&](const Index& i, auto to) { to({i[1]}) += element(x[0], i); });
          },
          {positive}, {{{2, 3, 4}}, {{5, 1, 1}}}, {{30, 40, 50}}),
      op_row(
          "sum_to",
          [](const auto& x) {
            return sum_to(x[0], {3, 1});
          },
          [](const Inputs& x) {
            return summed({3, 1}, x[0].shape(), [&](const Index& i, auto to) { to({i[1], 0}) += element(x[0], i); });
          },
          {positive}, {{{2, 3, 4}}, {{1, 3, 1}}}, {{100, 3, 200}}),
  };
}

}  // namespace weft
