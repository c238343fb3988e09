#include <tests/autograd/rows/plain.h>
#include <tests/autograd/rows/rows.h>
#include <weft/autograd/indexing/index.h>
#include <weft/tensor/array/copy.h>

namespace weft {

namespace {

using Inputs = std::vector<Tensor>;

// Returns an element of an index tensor.
std::int64_t id_at(const Tensor& ids, const Index& index) {
  return static_cast<std::int64_t>(element(cast(ids, DType::f64), index));
}

Tensor rows_of(const Inputs& x) {
  return by_index({x[1].size(0), x[1].size(1), x[0].size(1)}, [&](const Index& i) {
    return element(x[0], {id_at(x[1], {i[0], i[1]}), i[2]});
  });
}

OpRow index_select_row() {
  return op_row(
      "index_select", [](const auto& x) { return index_select(x[0], -1, value_of(x[1])); },
      [](const Inputs& x) {
        return by_index({x[0].size(0), x[1].size(0)}, [&](const Index& i) { return element(x[0], {i[0], id_at(x[1], {i[1]})}); });
      },
      {{}, {0, 2, {}, DType::i64}}, {{{2, 3}, {7}}, {{17, 3}, {33}}, {{2, 3}, {0}}, {{0, 3}, {5}}}, {{100, 3}, {400}});
}

OpRow segment_sum_row() {
  return op_row(
      "segment_sum", [](const auto& x) { return segment_sum(x[0], value_of(x[1]), 4, 1); },
      [](const Inputs& x) {
        return summed({x[0].size(0), 4, x[0].size(2)}, x[0].shape(), [&](const Index& i, auto to) {
          to({i[0], id_at(x[1], {i[1]}), i[2]}) += element(x[0], i);
        });
      },
      {{0.1, 2}, {0, 3, {}, DType::i32}}, {{{2, 7, 3}, {7}}, {{2, 17, 33}, {17}}, {{2, 0, 3}, {0}}}, {{3, 200, 100}, {200}});
}

OpRow gather_row(int axis, const std::vector<OpShapes>& shapes, const OpShapes& large) {
  return op_row(
      axis ? "gather along the last axis" : "gather along the first axis",
      [axis](const auto& x) { return gather(x[0], axis, value_of(x[1])); },
      [axis](const Inputs& x) {
        return by_index(x[1].shape(), [&](const Index& i) {
          Index from = i;
          from[static_cast<std::size_t>(axis)] = id_at(x[1], i);
          return element(x[0], from);
        });
      },
      {{}, {0, 2, {}, DType::i64}}, shapes, large);
}

OpRow scatter_add_row() {
  return op_row(
      "scatter_add", [](const auto& x) { return scatter_add(x[0], 1, value_of(x[1]), x[2]); },
      [](const Inputs& x) {
        return summed(x[0].shape(), {x[0].size(0), x[0].size(1) + x[1].size(1), x[0].size(2)}, [&](const Index& i, auto to) {
          std::int64_t own = x[0].size(1);
          if (i[1] < own) {
            to(i) += element(x[0], i);
          } else {
            Index from{i[0], i[1] - own, i[2]};
            to({i[0], id_at(x[1], from), i[2]}) += element(x[2], from);
          }
        });
      },
      {{0.1, 2}, {0, 2, {}, DType::i64}, {0.1, 3}},
      {{{2, 3, 4}, {2, 5, 4}, {2, 5, 4}}, {{2, 3, 17}, {2, 33, 17}, {2, 33, 17}}, {{2, 3, 1}, {2, 0, 1}, {2, 0, 1}}},
      {{20, 3, 70}, {20, 30, 70}, {20, 30, 70}});
}

template <class Keep>
Tensor kept(const Tensor& x, Keep keep) {
  return by_index(x.shape(), [&](const Index& i) { return keep(i[1], i[2]) ? element(x, i) : 0.0; });
}

}  // namespace

std::vector<OpRow> index_rows() {
  OpInput mask{0, 1, {}, DType::boolean};
  return {
      index_select_row(),
      segment_sum_row(),
      op_row("embedding", [](const auto& x) { return embedding(x[0], value_of(x[1])); }, rows_of, {{}, {0, 4, {}, DType::i64}},
             {{{5, 3}, {2, 4}}, {{6, 1}, {1, 7}}, {{5, 33}, {17, 2}}, {{5, 2}, {0, 3}}}, {{5, 128}, {40, 50}}),
      op_row(
          "embedding_gradient", [](const auto& x) { return embedding_gradient(x[0], value_of(x[1]), 5, 1); },
          [](const Inputs& x) {
            return summed({5, x[0].size(1)}, x[0].shape(), [&](const Index& i, auto to) {
              if (std::int64_t id = id_at(x[1], {i[0]}); id != 1) to({id, i[1]}) += element(x[0], i);
            });
          },
          {{0.1, 2}, {0, 4, {}, DType::i64}}, {{{7, 3}, {7}}, {{17, 33}, {17}}, {{0, 2}, {0}}}, {{400, 100}, {400}}),
      gather_row(1, {{{2, 3}, {2, 7}}, {{17, 3}, {17, 33}}, {{2, 3}, {2, 0}}}, {{200, 3}, {200, 300}}),
      gather_row(0, {{{3, 4}, {5, 4}}, {{3, 17}, {33, 17}}}, {{3, 300}, {200, 300}}),
      scatter_add_row(),
      with_uncounted(op_row(
                         "masked_fill", [](const auto& x) { return masked_fill(x[0], value_of(x[1]), 0.7); },
                         [](const Inputs& x) {
                           return by_index(x[0].shape(),
                                           [&](const Index& i) { return id_at(x[1], {i[1]}) ? 0.7 : element(x[0], i); });
                         },
                         {{}, mask}, {{{3, 5}, {5}}, {{2, 17}, {17}}, {{17, 33}, {33}}, {{0, 2}, {2}}}, {{200, 100}, {100}}),
                     [](const Inputs& x) {
                       return Inputs{expand(x[1], x[0].shape()), {}};
                     }),
      op_row(
          "tril", [](const auto& x) { return tril(x[0], -1); },
          [](const Inputs& x) { return kept(x[0], [](auto row, auto column) { return column < row; }); }, {{}},
          {{{2, 3, 4}}, {{1, 4, 2}}, {{1, 17, 33}}, {{1, 0, 2}}}, {{20, 40, 50}}),
      op_row(
          "triu", [](const auto& x) { return triu(x[0]); },
          [](const Inputs& x) { return kept(x[0], [](auto row, auto column) { return column >= row; }); }, {{}},
          {{{2, 3, 4}}, {{1, 4, 2}}, {{1, 33, 17}}}, {{20, 40, 50}}),
  };
}

}  // namespace weft
