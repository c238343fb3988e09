#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/kernels/row_sums.h>
#include <weft/tensor/product/detail/gemm.h>
#include <weft/tensor/product/detail/row_product.h>
#include <weft/tensor/reduction/detail/absent_rows.h>
#include <weft/tensor/reduction/reduce.h>

#include <algorithm>

namespace weft {

namespace {

std::int64_t rows_of(const Tensor& x) { return x.shape().back() ? x.numel() / x.shape().back() : 0; }

template <class T>
void multiply(const Tensor& left, const Tensor& right, Tensor& result) {
  const T *a = left.data<T>(), *b = right.data<T>();
  const std::int64_t rows = rows_of(left), m = left.shape().back(), n = right.shape().back();
  kernels::GemmArguments<T> arguments{m, n, rows, {a, 1, m}, result.output<T>(), n, {}};
  std::vector<std::int64_t> ends;
  if (rows > kernels::kChain) {
    const auto present = [=](std::int64_t row) { return !is_absent(a + row * m, m) && !is_absent(b + row * n, n); };
    const std::int64_t examples = left.dims() > 2 ? left.shape()[0] : rows;
    ends = chain_ends(examples, rows / examples, present);
    arguments.chains = {ends.data(), std::ssize(ends)};
  }
  kernels::gemm(arguments, {b, n, 1});
}

// Where the chains of all shards end, and to how many pending sums each is added: first those of its shard are added up, then the
// shards. A shard that is filled has a chain even if it has no rows.
struct ShardChains {
  std::vector<std::int64_t> ends;
  std::vector<std::uint8_t> joined;

  ShardChains(const std::vector<std::int64_t>& row_ends, const FilledShards& filled) {
    std::vector<bool> pending(kernels::kMostShardLevels + 1);  // whether the left subtree of each level has a sum
    for (std::size_t shard = 0; shard < filled.size(); ++shard) {
      if (filled[shard]) add_shard(shard ? row_ends[shard - 1] : 0, row_ends[shard]);
      bool has_sum = filled[shard];
      std::size_t level = 0;
      for (; shard >> level & 1; ++level) {
        if (has_sum && pending[level]) ++joined.back();
        has_sum = has_sum || pending[level];
      }
      pending[level] = has_sum;
    }
  }

 private:
  void add_shard(std::int64_t begin, std::int64_t end) {
    const std::int64_t chains = std::max<std::int64_t>(1, (end - begin + kernels::kChain - 1) / kernels::kChain);
    for (std::int64_t chain = 0; chain < chains; ++chain) {
      const bool last = chain + 1 == chains;
      ends.push_back(last ? end : begin + (chain + 1) * kernels::kChain);
      joined.push_back(static_cast<std::uint8_t>(last ? kernels::waiting_sums(chain) : kernels::joined_sums(chain)));
    }
  }
};

}  // namespace

Tensor row_product(std::span<const ShardRows> parts, const FilledShards& filled) {
  const Tensor &left = parts[0].left, &right = parts[0].right;
  OpScope profile("row_product", {}, left, right);
  const std::int64_t m = left.shape()[1], n = right.shape()[1];
  Tensor result({m, n}, left.dtype());
  if (result.numel() == 0) return result;
  visit_floating("row_product", left.dtype(), {}, [&](auto type) {
    using T = decltype(type);
    const ListedRows<T> rows(parts, filled);
    const ShardChains chains(rows.ends, filled);
    kernels::gemm({m,
                   n,
                   std::ssize(rows.left),
                   {},
                   result.output<T>(),
                   n,
                   {},
                   {chains.ends.data(), std::ssize(chains.ends), chains.joined.data()}},
                  kernels::FactorRows<T>{rows.left.data(), rows.right.data()});
  });
  return result;
}

Tensor row_product(const Tensor& left, const Tensor& right, Where caller) {
  OpScope profile("row_product", caller, left, right);
  check_defined("row_product", "left factor", left, caller);
  check_defined("row_product", "right factor", right, caller);
  check<ShapeError>(left.dims() >= 2 && left.dims() == right.dims() &&
                        std::equal(left.shape().begin(), left.shape().end() - 1, right.shape().begin()),
                    caller, "row_product: takes left [.., m] and right [.., n] of the same rows, not ", left.shape(), " and ",
                    right.shape());
  check<DtypeError>(is_floating(left.dtype()) && left.dtype() == right.dtype(), caller,
                    "row_product: takes f32 or f64 on both sides, not ", left.dtype(), " and ", right.dtype());
  Tensor result({left.shape().back(), right.shape().back()}, left.dtype());
  if (result.numel() == 0) return result;
  const Tensor a = contiguous(left), b = contiguous(right);
  a.dtype() == DType::f32 ? multiply<float>(a, b, result) : multiply<double>(a, b, result);
  return result;
}

bool rows_are_absent(const Tensor& left, const Tensor& right) {
  const Tensor a = contiguous(left), b = contiguous(right);
  const std::int64_t rows = rows_of(a), m = a.shape().back(), n = b.shape().back();
  return visit_floating("row_product", a.dtype(), {}, [&](auto type) {
    using T = decltype(type);
    for (std::int64_t row = 0; row < rows; ++row)
      if (!is_absent(a.data<T>() + row * m, m) && !is_absent(b.data<T>() + row * n, n)) return false;
    return true;
  });
}

Tensor sum_rows(const Tensor& x, Where caller) {
  check_defined("sum_rows", x, caller);
  check<ShapeError>(x.dims() >= 1, caller, "sum_rows: a scalar has no rows");
  if (x.dims() == 1) return x;
  const std::int64_t examples = x.shape()[0], size = x.shape().numel() / std::max<std::int64_t>(examples * x.shape().back(), 1);
  if (x.dims() == 2 || size == 1) return sum(reshape(x, {examples, x.shape().back()}, caller), {0}, false, caller);
  Axes inner;
  for (int axis = 1; axis < x.dims() - 1; ++axis) inner.push_back(axis);
  const Tensor sums = sum(x, inner, false, caller);
  return examples == 1 ? reshape(sums, {sums.shape().back()}, caller) : sum(sums, {0}, false, caller);
}

}  // namespace weft
