#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/indexing/detail/indices.h>
#include <weft/tensor/indexing/detail/row_tile.h>
#include <weft/tensor/indexing/detail/shard_lookups.h>
#include <weft/tensor/indexing/row_sparse.h>
#include <weft/tensor/kernels/reduce.h>
#include <weft/tensor/kernels/row_sums.h>
#include <weft/tensor/reduction/detail/absent_rows.h>
#include <weft/tensor/reduction/detail/reduce_plan.h>
#include <weft/tensor/reduction/reduce.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

namespace weft {

namespace {

// The positions of the ids, grouped by id.
struct Groups {
  Tensor ids;     // i64 [n]: ascending
  Tensor starts;  // i32 [n + 1]: where the positions of each id start
  Tensor order;   // i32: the positions, ascending within each id
};

// A bit for each id that occurs puts the ids in order without sorting. The array of counters is touched only at these ids.
Groups group(const Indices& ids, std::int64_t limit, std::int64_t skip) {
  const std::int64_t size = ids.size(), words = (limit + 63) / 64;
  Tensor bits = zeros({words}, DType::i64), places({limit}, DType::i32);
  auto* present = reinterpret_cast<std::uint64_t*>(bits.output<std::int64_t>());
  const auto bit = [](std::int64_t id) { return std::uint64_t{1} << (static_cast<std::uint64_t>(id) % 64); };
  for (std::int64_t i = 0; i < size; ++i) present[static_cast<std::uint64_t>(ids[i]) / 64] |= bit(ids[i]);
  if (skip >= 0 && skip < limit) present[skip / 64] &= ~bit(skip);
  std::int64_t n = 0;
  for (std::int64_t w = 0; w < words; ++w) n += std::popcount(present[w]);

  Groups groups{Tensor({n}, DType::i64), Tensor({n + 1}, DType::i32), Tensor({size}, DType::i32)};
  auto *found = groups.ids.output<std::int64_t>(), *next = found;
  std::int32_t *place = places.output<std::int32_t>(), *starts = groups.starts.output<std::int32_t>();
  for (std::int64_t w = 0; w < words; ++w)
    for (std::uint64_t left = present[w]; left; left &= left - 1) {
      *next = w * 64 + std::countr_zero(left);
      place[*next++] = 0;
    }

  if (skip >= 0 && skip < limit) place[skip] = 0;
  for (std::int64_t i = 0; i < size; ++i) ++place[ids[i]];
  std::int32_t start = 0;
  for (std::int64_t r = 0; r < n; ++r) {
    starts[r] = start;
    start += std::exchange(place[found[r]], start);
  }
  starts[n] = start;
  if (skip >= 0 && skip < limit) place[skip] = start;  // behind all other groups
  std::int32_t* order = groups.order.output<std::int32_t>();
  for (std::int64_t i = 0; i < size; ++i) order[place[ids[i]]++] = static_cast<std::int32_t>(i);
  return groups;
}

// Returns where each group ends after the rows of zeros in groups longer than a chain are moved to the end of the group and
// excluded: padding changes no bit.
template <class T>
Tensor ends_without_absent(Groups& groups, const T* from, std::int64_t width) {
  const std::int64_t n = groups.ids.numel();
  Tensor ends({n}, DType::i32);
  const auto* starts = groups.starts.data<std::int32_t>();
  auto *order = groups.order.output<std::int32_t>(), *end = ends.output<std::int32_t>();
  for (std::int64_t g = 0; g < n; ++g) {
    end[g] = starts[g + 1];
    if (end[g] - starts[g] <= kernels::kChain) continue;
    const auto present = [&](std::int32_t row) { return !is_absent(from + row * width, width); };
    end[g] = static_cast<std::int32_t>(std::stable_partition(order + starts[g], order + end[g], present) - order);
  }
  return ends;
}

// For each row of the sum, the rows of a and of b it is made of, or -1.
struct Merged {
  Tensor rows, from_a, from_b;
};

Merged merge(const Tensor& a, const Tensor& b) {
  const std::span<const std::int64_t> of_a = a.span<std::int64_t>(), of_b = b.span<std::int64_t>();
  std::vector<std::int64_t> rows, from_a, from_b;
  for (std::size_t i = 0, j = 0; i < of_a.size() || j < of_b.size();) {
    const bool take_a = j == of_b.size() || (i < of_a.size() && of_a[i] <= of_b[j]);
    const bool take_b = i == of_a.size() || (j < of_b.size() && of_b[j] <= of_a[i]);
    rows.push_back(take_a ? of_a[i] : of_b[j]);
    from_a.push_back(take_a ? static_cast<std::int64_t>(i++) : -1);
    from_b.push_back(take_b ? static_cast<std::int64_t>(j++) : -1);
  }
  return {tensor(rows), tensor(from_a), tensor(from_b)};
}

constexpr std::int64_t kGrain = 1 << 14;  // numbers
std::int64_t rows_per_grain(std::int64_t width) { return std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(width, 1)); }

}  // namespace

void check_row_sparse(const char* op, const RowSparse& x, Where caller) {
  check_defined(op, x.values, caller);
  check_defined(op, x.rows, caller);
  check<ShapeError>(x.values.dims() == 2 && x.rows.shape() == Shape{x.values.shape()[0]} && x.values.is_contiguous(), caller, op,
                    ": rows ", x.rows.shape(), " and values ", x.values.shape(), " are not [n] and a contiguous [n, width]");
  check<DtypeError>(x.rows.dtype() == DType::i64, caller, op, ": rows must be i64, not ", x.rows.dtype());
  std::int64_t above = 0;
  for (std::int64_t row : x.rows.span<std::int64_t>()) {
    check<IndexError>(row >= above && row < x.count, caller, op, ": row ", row, " is outside ", above, "..", x.count - 1,
                      ": rows ascend, each once");
    above = row + 1;
  }
}

RowSparse embedding_gradient_rows(const Tensor& gradient, const Tensor& ids, std::int64_t rows,
                                  std::optional<std::int64_t> padding, Where caller) {
  OpScope profile("embedding_gradient", caller, gradient, ids);
  check_defined("embedding_gradient", gradient, caller);
  check<ValueError>(rows >= 0, caller, "embedding_gradient: the size is negative: ", rows);
  check<ShapeError>(ids.defined() && gradient.dims() == ids.dims() + 1 &&
                        std::equal(ids.shape().begin(), ids.shape().end(), gradient.shape().begin()),
                    caller, "embedding_gradient: the gradient ", gradient.shape(), " is not [ids..., dim] for ids ",
                    describe(ids));
  check<ShapeError>(ids.numel() <= std::numeric_limits<std::int32_t>::max(), caller, "embedding_gradient: ", ids.numel(),
                    " ids are too many");
  const std::int64_t width = gradient.shape().back();
  Groups groups = group(Indices("embedding_gradient", ids, rows, Negative::refused, caller), rows, padding.value_or(-1));
  const Tensor from = contiguous(gradient);
  RowSparse result{groups.ids, Tensor({groups.ids.numel(), width}, gradient.dtype()), rows};
  visit_floating("embedding_gradient", gradient.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    const Tensor ends = ends_without_absent(groups, from.data<T>(), width);
    const kernels::RowGroups<T> sums{
        from.data<T>(), groups.order.data<std::int32_t>(), groups.starts.data<std::int32_t>(), ends.data<std::int32_t>(),
        width,          result.values.output<T>()};
    parallel_for(groups.ids.numel(), rows_per_grain(width), [&](std::int64_t begin, std::int64_t end) {
      best<kernels::RowSumsKernel>([&](auto kernel) { kernel.sum(sums, begin, end); });
    });
  });
  return result;
}

RowSparse embedding_gradient_rows(std::span<const ShardLookups> parts, std::int64_t rows, const FilledShards& filled) {
  OpScope profile("embedding_gradient", {}, parts[0].rows.left, parts[0].ids);
  std::vector<ShardRows> own;
  std::vector<std::int64_t> all;  // the ids of all positions
  for (const ShardLookups& part : parts) {
    own.push_back(part.rows);
    const Indices ids("embedding_gradient", part.ids, rows, Negative::refused, {});
    for (std::int64_t i = 0; i < ids.size(); ++i) all.push_back(ids[i] == part.padding ? rows : ids[i]);
  }
  const std::int64_t width = own[0].left.shape()[1];
  RowSparse result{{}, {}, rows};
  visit_floating("embedding_gradient", own[0].left.dtype(), {}, [&](auto type) {
    using T = decltype(type);
    const ListedRows<T> listed(own, filled);
    Tensor ids({std::ssize(listed.left)}, DType::i64);
    std::transform(listed.positions.begin(), listed.positions.end(), ids.output<std::int64_t>(),
                   [&](std::int32_t position) { return all[static_cast<std::size_t>(position)]; });
    const Groups groups = group(Indices("embedding_gradient", ids, rows + 1, Negative::refused, {}), rows + 1, rows);
    result.rows = groups.ids;
    result.values = Tensor({groups.ids.numel(), width}, own[0].left.dtype());
    std::vector<const T*> grouped;
    std::vector<std::int32_t> shard_of;
    grouped.reserve(listed.left.size());
    shard_of.reserve(listed.left.size());
    for (std::int32_t row : groups.order.span<std::int32_t>()) {
      grouped.push_back(listed.left[static_cast<std::size_t>(row)]);
      shard_of.push_back(listed.shard_of[static_cast<std::size_t>(row)]);
    }
    const std::vector<std::int32_t> before = filled_before(filled);
    const kernels::ShardedRowGroups<T> sums{grouped.data(),
                                            shard_of.data(),
                                            groups.starts.data<std::int32_t>(),
                                            before.data(),
                                            std::countr_zero(filled.size()),
                                            width,
                                            result.values.output<T>()};
    parallel_for(groups.ids.numel(), rows_per_grain(width), [&](std::int64_t begin, std::int64_t end) {
      best<kernels::RowSumsKernel>([&](auto kernel) { kernel.sum(sums, begin, end, 0, width); });
    });
  });
  return result;
}

void add_to(Tensor& to, const RowSparse& x, Where caller) {
  check_row_sparse("add_to", x, caller);
  check<ShapeError>(to.shape() == x.shape(), caller, "add_to: a row-sparse matrix of shape ", x.shape(), " does not fit ",
                    to.shape());
  check<DtypeError>(to.dtype() == x.dtype(), caller, "add_to: dtypes differ: ", to.dtype(), " and ", x.dtype());
  check<ShapeError>(to.is_contiguous(), caller, "add_to: the sum is not contiguous");
  const std::int64_t width = x.values.shape()[1];
  const auto* rows = x.rows.data<std::int64_t>();
  visit_floating("add_to", x.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    const T* values = x.values.data<T>();
    auto writer = to.write<T>(caller);
    T* sums = writer.data();
    parallel_for(x.rows.numel(), rows_per_grain(width), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i)
        for (std::int64_t j = 0; j < width; ++j) sums[rows[i] * width + j] += values[i * width + j];
    });
  });
}

RowSparse add(const RowSparse& a, const RowSparse& b, Where caller) {
  OpScope profile("add_rows", caller, a.values, b.values);
  check_row_sparse("add", a, caller);
  check_row_sparse("add", b, caller);
  check<ShapeError>(a.shape() == b.shape(), caller, "add: row-sparse matrices differ: ", describe(a.values), " of ", a.count,
                    " rows and ", describe(b.values), " of ", b.count);
  check<DtypeError>(a.dtype() == b.dtype(), caller, "add: dtypes differ: ", a.dtype(), " and ", b.dtype());
  const std::int64_t width = a.values.shape()[1];
  const Merged merged = merge(a.rows, b.rows);
  RowSparse result{merged.rows, Tensor({merged.rows.numel(), width}, a.dtype()), a.count};
  visit_floating("add", a.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    const std::vector<T> none(static_cast<std::size_t>(width));
    const auto row_of = [&](const RowSparse& x, const Tensor& from, std::int64_t i) {
      const std::int64_t at = from.data<std::int64_t>()[i];
      return at < 0 ? none.data() : x.values.data<T>() + at * width;
    };
    T* to = result.values.output<T>();
    parallel_for(merged.rows.numel(), rows_per_grain(width), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const T *x = row_of(a, merged.from_a, i), *y = row_of(b, merged.from_b, i);
        for (std::int64_t j = 0; j < width; ++j) to[i * width + j] = x[j] + y[j];
      }
    });
  });
  return result;
}

Tensor to_dense(const RowSparse& x, Where caller) {
  OpScope profile("to_dense", caller, x.values);
  check_row_sparse("to_dense", x, caller);
  Tensor result = zeros(x.shape(), x.dtype(), caller);
  const std::int64_t width = x.values.shape()[1], bytes = width * size_of(x.dtype());
  const auto* rows = x.rows.data<std::int64_t>();
  parallel_for(x.rows.numel(), rows_per_grain(width), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i)
      std::memcpy(result.raw_output() + rows[i] * bytes, x.values.raw() + i * bytes, static_cast<std::size_t>(bytes));
  });
  return result;
}

// Uses the blocks of sum(Tensor); zeros change no bit of a block's sum.
Tensor sum(const RowSparse& x, Where caller) {
  OpScope profile("sum", caller, x.values);
  check_row_sparse("sum", x, caller);
  const std::int64_t size = x.shape().numel(), blocks = (size + kernels::kRowBlock - 1) / kernels::kRowBlock;
  Tensor sums = zeros({blocks}, x.dtype());
  visit_floating("sum", x.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    parallel_for(blocks, 1, [&](std::int64_t first, std::int64_t last) {
      RowTile<T> tile(x, kernels::kRowBlock);
      for (std::int64_t block = first; block < last; ++block) {
        const std::int64_t begin = block * kernels::kRowBlock, end = std::min(size, begin + kernels::kRowBlock);
        if (!tile.fill(begin, end)) continue;
        const kernels::Rows<T> row{tile.data(), 1, end - begin, 0};
        best<kernels::ReduceKernel>([&](auto kernel) { kernel.sum_rows(row, sums.output<T>() + block); });
      }
    });
  });
  return sum(sums);
}

}  // namespace weft
