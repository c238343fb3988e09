#include <tests/autograd/rows/plain.h>
#include <tests/autograd/rows/rows.h>
#include <weft/autograd/basics/views.h>

namespace weft {

namespace {

using Inputs = std::vector<Tensor>;

// Returns zeros [9] with x [3] at 1, 4 and 7.
OpRow place_row() {
  OpRow row{.name = "place", .inputs = {{}}, .shapes = {{{3}}}};
  row.variables = [](const std::vector<Variable>& x) { return std::vector<Variable>{place(x[0], {9}, 0, 1, 3)}; };
  row.reference = [](const Inputs& x) {
    return Inputs{by_index({9}, [&](const Index& i) { return i[0] % 3 == 1 ? element(x[0], {i[0] / 3}) : 0.0; })};
  };
  return row;
}

}  // namespace

std::vector<OpRow> view_rows() {
  return {
      op_row(
          "reshape",
          [](const auto& x) {
            return reshape(x[0], {6, -1});
          },
          [](const Inputs& x) {
            return by_index({6, 4},
                            [&](const Index& i) { return x[0].span<double>()[static_cast<std::size_t>(4 * i[0] + i[1])]; });
          },
          {{}}, {{{4, 6}}, {{2, 3, 4}}}, {{600, 40}}),
      op_row(
          "transpose", [](const auto& x) { return transpose(x[0], 0, -1); },
          [](const Inputs& x) {
            return by_index({x[0].size(1), x[0].size(0)}, [&](const Index& i) { return element(x[0], {i[1], i[0]}); });
          },
          {{}}, {{{2, 3}}, {{1, 4}}, {{17, 33}}, {{0, 3}}}, {{150, 200}}),
      op_row(
          "permute",
          [](const auto& x) {
            return permute(x[0], {2, 0, -2});
          },
          [](const Inputs& x) {
            return by_index({x[0].size(2), x[0].size(0), x[0].size(1)}, [&](const Index& i) {
              return element(x[0], {i[1], i[2], i[0]});
            });
          },
          {{}}, {{{2, 3, 4}}, {{17, 2, 33}}}, {{20, 30, 40}}),
      op_row(
          "slice", [](const auto& x) { return slice(x[0], 1, 1, -1, 2); },
          [](const Inputs& x) {
            return by_index({x[0].size(0), (x[0].size(1) - 1) / 2}, [&](const Index& i) {
              return element(x[0], {i[0], 1 + 2 * i[1]});
            });
          },
          {{}}, {{{2, 7}}, {{3, 6}}, {{2, 17}}, {{2, 33}}, {{3, 2}}}, {{100, 300}}),
      op_row(
          "slice backwards", [](const auto& x) { return slice(x[0], 0, -1, 0, -2); },
          [](const Inputs& x) {
            return by_index({x[0].size(0) / 2, x[0].size(1)}, [&](const Index& i) {
              return element(x[0], {x[0].size(0) - 1 - 2 * i[0], i[1]});
            });
          },
          {{}}, {{{7, 2}}, {{6, 3}}, {{17, 2}}, {{33, 2}}, {{2, 3}}}, {{100, 300}}),
      op_row(
          "select", [](const auto& x) { return select(x[0], 1, -2); },
          [](const Inputs& x) {
            return by_index({x[0].size(0), x[0].size(2)}, [&](const Index& i) {
              return element(x[0], {i[0], x[0].size(1) - 2, i[1]});
            });
          },
          {{}}, {{{2, 3, 4}}, {{2, 17, 33}}}, {{100, 4, 300}}),
      op_row(
          "expand",
          [](const auto& x) {
            return expand(x[0], {2, 4, 3});
          },
          [](const Inputs& x) {
            return by_index({2, 4, 3}, [&](const Index& i) { return element(x[0], {i[1] % x[0].size(0), i[2] % x[0].size(1)}); });
          },
          {{}}, {{{4, 1}}, {{1, 3}}, {{1, 1}}, {{4, 3}}}),
      op_row(
          "squeeze", [](const auto& x) { return squeeze(x[0], 1); },
          [](const Inputs& x) {
            return by_index({x[0].size(0), x[0].size(2)}, [&](const Index& i) { return element(x[0], {i[0], 0, i[1]}); });
          },
          {{}}, {{{2, 1, 4}}}),
      op_row(
          "unsqueeze", [](const auto& x) { return unsqueeze(x[0], -1); },
          [](const Inputs& x) {
            return by_index({x[0].size(0), x[0].size(1), 1}, [&](const Index& i) { return element(x[0], i); });
          },
          {{}}, {{{2, 3}}}),
      place_row(),
  };
}

}  // namespace weft
