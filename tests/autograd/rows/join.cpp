#include <tests/autograd/rows/plain.h>
#include <tests/autograd/rows/rows.h>
#include <weft/autograd/indexing/join.h>

namespace weft {

namespace {

using Inputs = std::vector<Tensor>;

// Returns the `count` columns from `from` on of a [rows, columns] input.
Tensor columns(const Tensor& x, std::int64_t from, std::int64_t count) {
  return by_index({x.size(0), count}, [&](const Index& i) { return element(x, {i[0], from + i[1]}); });
}

OpRow concat_row() {
  return op_row(
      "concat",
      [](const auto& x) {
        return concat({x[0], x[1], x[0]}, -1);
      },
      [](const Inputs& x) {
        std::int64_t first = x[0].size(1), second = x[1].size(1);
        return by_index({x[0].size(0), 2 * first + second}, [&](const Index& i) {
          if (i[1] < first) return element(x[0], i);
          if (i[1] < first + second) return element(x[1], {i[0], i[1] - first});
          return element(x[0], {i[0], i[1] - first - second});
        });
      },
      {{}, {}}, {{{2, 3}, {2, 1}}, {{17, 33}, {17, 17}}, {{3, 2}, {3, 0}}, {{0, 2}, {0, 3}}}, {{300, 200}, {300, 17}});
}

OpRow stack_row() {
  return op_row(
      "stack",
      [](const auto& x) {
        return stack({x[0], x[1]}, 1);
      },
      [](const Inputs& x) {
        return by_index({x[0].size(0), 2, x[0].size(1)}, [&](const Index& i) {
          return element(x[static_cast<std::size_t>(i[1])], {i[0], i[2]});
        });
      },
      {{}, {}}, {{{2, 3}, {2, 3}}, {{17, 33}, {17, 33}}, {{1, 0}, {1, 0}}}, {{300, 200}, {300, 200}});
}

OpRow repeat_row() {
  return op_row(
      "repeat",
      [](const auto& x) {
        return repeat(x[0], {2, 3});
      },
      [](const Inputs& x) {
        return by_index({2 * x[0].size(0), 3 * x[0].size(1)}, [&](const Index& i) {
          return element(x[0], {i[0] % x[0].size(0), i[1] % x[0].size(1)});
        });
      },
      {{}}, {{{2, 3}}, {{1, 1}}, {{17, 33}}, {{0, 2}}}, {{100, 200}});
}

}  // namespace

std::vector<OpRow> join_rows() {
  return {
      concat_row(),
      stack_row(),
      op_row(
          "split",
          [](const auto& x) {
            return split(x[0], {1, 0, 4}, 1);
          },
          [](const Inputs& x) {
            return Inputs{columns(x[0], 0, 1), columns(x[0], 1, 0), columns(x[0], 1, 4)};
          },
          {{}}, {{{3, 5}}, {{17, 5}}, {{33, 5}}, {{0, 5}}}, {{9000, 5}}),
      op_row(
          "split into equal parts", [](const auto& x) { return split(x[0], 3, -1); },
          [](const Inputs& x) {
            return Inputs{columns(x[0], 0, 3), columns(x[0], 3, 2)};
          },
          {{}}, {{{3, 5}}}),
      op_row(
          "unbind", [](const auto& x) { return unbind(x[0], 1); },
          [](const Inputs& x) {
            Inputs parts;
            for (std::int64_t j = 0; j < x[0].size(1); ++j)
              parts.push_back(by_index({x[0].size(0), x[0].size(2)}, [&](const Index& i) {
                return element(x[0], {i[0], j, i[1]});
              }));
            return parts;
          },
          {{}}, {{{2, 3, 2}}, {{17, 3, 33}}, {{2, 1, 0}}}, {{50, 20, 60}}),
      op_row(
          "pad",
          [](const auto& x) {
            return pad(x[0], {{1, 0}, {2, 1}}, 0.5);
          },
          [](const Inputs& x) {
            return by_index({x[0].size(0) + 1, x[0].size(1) + 3}, [&](const Index& i) {
              bool inside = i[0] >= 1 && i[1] >= 2 && i[1] < x[0].size(1) + 2;
              return inside ? element(x[0], {i[0] - 1, i[1] - 2}) : 0.5;
            });
          },
          {{}}, {{{2, 3}}, {{17, 33}}, {{0, 2}}}, {{200, 300}}),
      op_row(
          "flip",
          [](const auto& x) {
            return flip(x[0], {-1, 0});
          },
          [](const Inputs& x) {
            return by_index(x[0].shape(), [&](const Index& i) {
              return element(x[0], {x[0].size(0) - 1 - i[0], x[0].size(1) - 1 - i[1]});
            });
          },
          {{}}, {{{2, 3}}, {{17, 33}}, {{0, 2}}}, {{200, 300}}),
      repeat_row(),
      op_row(
          "roll", [](const auto& x) { return roll(x[0], -2, 1); },
          [](const Inputs& x) {
            return by_index(x[0].shape(), [&](const Index& i) { return element(x[0], {i[0], (i[1] + 2) % x[0].size(1)}); });
          },
          {{}}, {{{2, 5}}, {{3, 1}}, {{3, 17}}, {{2, 33}}}, {{200, 300}}),
  };
}

}  // namespace weft
