#include <tests/autograd/rows/plain.h>
#include <tests/autograd/rows/rows.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/tensor/array/copy.h>

namespace weft {

namespace {
using Inputs = std::vector<Tensor>;
}

std::vector<OpRow> reduce_rows() {
  OpInput positive{0.1, 2};  // sums of numbers with different signs would lose all relative precision
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
          {positive}, {{{2, 3, 4}}, {{2, 1, 3}}, {{2, 17, 3}}, {{2, 33, 17}}, {{2, 0, 3}}, {{0, 2, 3}}}, {{30, 40, 50}}),
      op_row(
          "sum over two axes",
          [](const auto& x) {
            return sum(x[0], {-1, 0});
          },
          [](const Inputs& x) {
            return summed({x[0].size(1)}, x[0].shape(), [&](const Index& i, auto to) { to({i[1]}) += element(x[0], i); });
          },
          {positive}, {{{2, 3, 4}}, {{5, 1, 1}}, {{17, 2, 3}}, {{3, 17, 33}}}, {{30, 40, 50}}),
      op_row(
          "mean over two axes",
          [](const auto& x) {
            return mean(x[0], {-1, 0});
          },
          [](const Inputs& x) {
            const double count = static_cast<double>(x[0].size(0) * x[0].size(2));
            return summed({x[0].size(1)}, x[0].shape(), [&](const Index& i, auto to) { to({i[1]}) += element(x[0], i) / count; });
          },
          {positive}, {{{2, 3, 4}}, {{5, 1, 1}}, {{17, 2, 3}}, {{3, 17, 33}}}, {{30, 40, 50}}),
      with_uncounted(op_row(
                         "mean with lengths", [](const auto& x) { return mean(x[0], value_of(x[1])); },
                         [](const Inputs& x) {
                           const Tensor lengths = cast(x[1], DType::f64);
                           return summed({x[0].size(0), x[0].size(2)}, x[0].shape(), [&](const Index& i, auto to) {
                             const double length = element(lengths, {i[0]});
                             if (static_cast<double>(i[1]) < length) to({i[0], i[2]}) += element(x[0], i) / length;
                           });
                         },
                         {positive, {0, 3, {}, DType::i64}},
                         {{{5, 4, 3}, {5}}, {{2, 3, 0}, {2}}, {{3, 3, 17}, {3}}, {{2, 3, 33}, {2}}}, {{100, 3, 70}, {100}}),
                     behind_lengths(1)),
      op_row(
          "sum_to",
          [](const auto& x) {
            return sum_to(x[0], {3, 1});
          },
          [](const Inputs& x) {
            return summed({3, 1}, x[0].shape(), [&](const Index& i, auto to) { to({i[1], 0}) += element(x[0], i); });
          },
          {positive}, {{{2, 3, 4}}, {{1, 3, 1}}, {{2, 3, 17}}, {{17, 3, 33}}}, {{100, 3, 200}}),
  };
}

}  // namespace weft
