#include <tests/autograd/rows/plain.h>
#include <tests/autograd/rows/rows.h>
#include <weft/autograd/indexing/pick.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>

namespace weft {

namespace {

using Inputs = std::vector<Tensor>;

double id_at(const Tensor& ids, std::int64_t i) { return element(cast(ids, DType::f64), {i}); }

}  // namespace

std::vector<OpRow> pick_rows() {
  const OpInput any{-2, 2}, ids{0, 2, {}, DType::i64};
  return {
      op_row(
          "masked_select", [](const auto& x) { return masked_select(x[0], value_of(x[1])); },
          [](const Inputs& x) {
            std::vector<double> chosen;
            const Tensor mask = cast(x[1], DType::f64);
            for (std::int64_t i = 0; i < x[0].size(0); ++i)
              for (std::int64_t j = 0; j < x[0].size(1); ++j)
                if (element(mask, {j}) != 0) chosen.push_back(element(x[0], {i, j}));
            return tensor(std::span<const double>(chosen), {std::ssize(chosen)});
          },
          {any, {0, 1, {}, DType::boolean}}, {{{2, 3}, {3}}, {{1, 17}, {17}}, {{0, 3}, {3}}}),
      op_row(
          "take", [](const auto& x) { return take(x[0], value_of(x[1])); },
          [](const Inputs& x) {
            const auto all = x[0].span<double>();
            return by_index(x[1].shape(), [&](const Index& i) { return all[static_cast<std::size_t>(id_at(x[1], i[0]))]; });
          },
          {any, ids}, {{{2, 3}, {5}}, {{3}, {1}}, {{2, 7}, {0}}}),
      op_row(
          "repeat_interleave", [](const auto& x) { return repeat_interleave(x[0], 3, 1); },
          [](const Inputs& x) {
            return by_index({x[0].size(0), 3 * x[0].size(1)}, [&](const Index& i) { return element(x[0], {i[0], i[1] / 3}); });
          },
          {any}, {{{2, 3}}, {{1, 1}}, {{2, 0}}}),
      op_row(
          "index_add", [](const auto& x) { return index_add(x[0], 0, value_of(x[1]), x[2], 0.5); },
          [](const Inputs& x) {
            return by_index(x[0].shape(), [&](const Index& i) {
              double sum = element(x[0], i);
              for (std::int64_t k = 0; k < x[1].size(0); ++k)
                if (static_cast<std::int64_t>(id_at(x[1], k)) == i[0]) sum += 0.5 * element(x[2], {k, i[1]});
              return sum;
            });
          },
          {{0.1, 1}, ids, {0.1, 1}}, {{{3, 2}, {5}, {5, 2}}, {{4, 1}, {1}, {1, 1}}, {{3, 2}, {0}, {0, 2}}}),
      op_row(
          "index_fill", [](const auto& x) { return index_fill(x[0], -1, value_of(x[1]), 7); },
          [](const Inputs& x) {
            return by_index(x[0].shape(), [&](const Index& i) {
              for (std::int64_t k = 0; k < x[1].size(0); ++k)
                if (static_cast<std::int64_t>(id_at(x[1], k)) == i[1]) return 7.0;
              return element(x[0], i);
            });
          },
          {any, ids}, {{{2, 3}, {2}}, {{2, 4}, {0}}}),
  };
}

}  // namespace weft
