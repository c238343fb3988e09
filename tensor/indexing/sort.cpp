#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/detail/blocks.h>
#include <weft/tensor/array/detail/scalar_axis.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/base/detail/promote.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/indexing/sort.h>
#include <weft/tensor/kernels/sum_tree.h>
#include <weft/tensor/runtime/float_mode.h>

#include <algorithm>
#include <concepts>
#include <functional>
#include <vector>

namespace weft {

namespace {

constexpr std::int64_t kGrain = 1 << 12;  // elements

template <class T>
bool less_than(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) return a < b || (b != b && a == a);
  return a < b;
}

// An element and its index. Comparing the numbers directly is several times faster than looking them up by index.
template <class T>
struct Element {
  T value;
  std::int64_t index;
};

// Returns whether a comes before b: by value, then by index.
template <class T, Order order>
bool before(const Element<T>& a, const Element<T>& b) {
  const T& x = order == Order::ascending ? a.value : b.value;
  const T& y = order == Order::ascending ? b.value : a.value;
  return less_than(x, y) || (!less_than(y, x) && a.index < b.index);
}

// Writes the indices of the first k elements of a row, in order. If k is less than the size, a heap holds the first k so far; its
// root is the last of them.
template <class T, Order order>
void order_row(const T* row, std::int64_t size, std::vector<Element<T>>& kept, std::int64_t* to) {
  std::int64_t k = std::ssize(kept);
  auto first = [](const Element<T>& a, const Element<T>& b) { return before<T, order>(a, b); };
  for (std::int64_t i = 0; i < k; ++i) kept[static_cast<std::size_t>(i)] = {row[i], i};
  if (k < size) std::make_heap(kept.begin(), kept.end(), first);
  for (std::int64_t i = k; i < size; ++i) {
    Element<T> next{row[i], i};
    if (!first(next, kept.front())) continue;
    std::pop_heap(kept.begin(), kept.end(), first);
    kept.back() = next;
    std::push_heap(kept.begin(), kept.end(), first);
  }
  k < size ? std::sort_heap(kept.begin(), kept.end(), first) : std::sort(kept.begin(), kept.end(), first);
  for (const Element<T>& element : kept) *to++ = element.index;
}

// Returns the indices [.., k along the axis, ..] of the first k elements.
Tensor order_along(const char* op, const Tensor& x, std::int64_t k, int axis, Order order, Where caller) {
  OpScope profile(op, caller, x);
  Tensor rows = contiguous(transpose(x, axis, -1));
  std::int64_t size = x.shape()[axis];
  Shape shape = rows.shape();
  shape[x.dims() - 1] = k;
  Tensor result(shape, DType::i64);
  if (result.numel() == 0) return transpose(result, axis, -1);
  const KeepDenormals exact;  // denormals are not equal to 0
  visit(x.dtype(), [&](auto type) {
    using T = decltype(type);
    const T* from = rows.data<T>();
    auto* to = result.output<std::int64_t>();
    parallel_for(result.numel() / k, std::max<std::int64_t>(1, kGrain / size), [&](std::int64_t begin, std::int64_t end) {
      std::vector<Element<T>> kept(static_cast<std::size_t>(k));
      auto run = order == Order::ascending ? order_row<T, Order::ascending> : order_row<T, Order::descending>;
      for (std::int64_t row = begin; row < end; ++row) run(from + row * size, size, kept, to + row * k);
    });
  });
  return contiguous(transpose(result, axis, -1));
}

// Computes running sums of the columns first .. last-1 of a block; integers wrap.
template <class T>
void sum_columns(const T* from, T* to, const Blocks& blocks, std::int64_t first, std::int64_t last) {
  if (blocks.size > 0) std::copy(from + first, from + last, to + first);
  for (std::int64_t i = 1; i < blocks.size; ++i) {
    const T *add = from + i * blocks.inner, *before = to + (i - 1) * blocks.inner;
    T* sums = to + i * blocks.inner;
    for (std::int64_t k = first; k < last; ++k)
      sums[k] = static_cast<T>(static_cast<std::uint64_t>(before[k]) + static_cast<std::uint64_t>(add[k]));
  }
}

// Running sums of floating numbers: the sum of the finished chains by the tree of kernels/sum_tree.h, plus the current chain.
// Zeros do not count towards a chain's length, so it does not matter how many come first, which is where padding is when a
// gradient runs backwards.
template <class T>
class RunningSums {
 public:
  explicit RunningSums(std::int64_t columns) : chain_(size(columns), T(-0.0)), before_(chain_), count_(size(columns)) {}

  void next(const T* add, T* sums) {
    for (std::size_t k = 0; k < chain_.size(); ++k) {
      chain_[k] += add[k];
      count_[k] += add[k] != 0;
      sums[k] = before_[k] + chain_[k];
    }
    if (--unchecked_ == 0) end_chains();
  }

 private:
  static std::size_t size(std::int64_t columns) { return static_cast<std::size_t>(columns); }

  void end_chains() {
    trees_.resize(chain_.size());
    std::int64_t longest = 0;
    for (std::size_t k = 0; k < chain_.size(); ++k) {
      if (count_[k] == kernels::kChain) {
        trees_[k].push(chain_[k], std::plus<T>());
        before_[k] = trees_[k].total(T(-0.0), std::plus<T>());
        chain_[k] = T(-0.0);
        count_[k] = 0;
      }
      longest = std::max(longest, count_[k]);
    }
    unchecked_ = kernels::kChain - longest;
  }

  std::vector<T> chain_, before_;
  std::vector<std::int64_t> count_;
  std::vector<kernels::SumTree<T>> trees_;    // empty if all columns are shorter than a chain
  std::int64_t unchecked_ = kernels::kChain;  // calls until a chain may be full
};

// The same for one column.
template <class T>
void running_sum(const T* from, T* to, std::int64_t size) {
  T chain = T(-0.0), before = T(-0.0);
  std::int64_t count = 0;
  kernels::SumTree<T> tree;
  for (std::int64_t begin = 0; begin < size;) {
    const std::int64_t end = std::min(size, begin + kernels::kChain - count);
    for (std::int64_t i = begin; i < end; ++i) {
      chain += from[i];
      count += from[i] != 0;
      to[i] = before + chain;
    }
    begin = end;
    if (count < kernels::kChain) continue;
    tree.push(chain, std::plus<T>());
    before = tree.total(T(-0.0), std::plus<T>());
    chain = T(-0.0);
    count = 0;
  }
}

template <std::floating_point T>
void sum_columns(const T* from, T* to, const Blocks& blocks, std::int64_t first, std::int64_t last) {
  if (blocks.inner == 1) return running_sum(from, to, blocks.size);
  constexpr std::int64_t kColumns = 256;
  for (std::int64_t column = first; column < last; column += kColumns) {
    RunningSums<T> sums(std::min(kColumns, last - column));
    for (std::int64_t at = column; at < blocks.size * blocks.inner; at += blocks.inner) sums.next(from + at, to + at);
  }
}

}  // namespace

Tensor argsort(const Tensor& x, int axis, Order order, Where caller) {
  check_defined("argsort", x, caller);
  if (x.dims() == 0) return along_scalar(x, [&](const Tensor& one) { return argsort(one, axis, order, caller); });
  int a = normalize_axis("argsort", axis, x, caller);
  return order_along("argsort", x, x.shape()[a], a, order, caller);
}
Sorted<Tensor> sort(const Tensor& x, int axis, Order order, Where caller) {
  check_defined("sort", x, caller);
  Tensor indices = argsort(x, axis, order, caller);
  return {gather(x, axis, indices, caller), indices};
}

Tensor argtopk(const Tensor& x, std::int64_t k, int axis, Order order, Where caller) {
  check_defined("topk", x, caller);
  if (x.dims() == 0) {
    check<ValueError>(k == 1, caller, "topk: k = ", k, " of a scalar, which is one number");
    return along_scalar(x, [&](const Tensor& one) { return argtopk(one, k, axis, order, caller); });
  }
  int a = normalize_axis("topk", axis, x, caller);
  check<ValueError>(k >= 0 && k <= x.shape()[a], caller, "topk: k = ", k, " is outside 0..", x.shape()[a], ", the size of axis ",
                    axis);
  return order_along("topk", x, k, a, order, caller);
}
Sorted<Tensor> topk(const Tensor& x, std::int64_t k, int axis, Order order, Where caller) {
  Tensor indices = argtopk(x, k, axis, order, caller);
  return {gather(x, axis, indices, caller), indices};
}

Tensor cumsum(const Tensor& numbers, int axis, Where caller) {
  check_defined("cumsum", numbers, caller);
  if (numbers.dims() == 0) return along_scalar(numbers, [&](const Tensor& one) { return cumsum(one, axis, caller); });
  OpScope profile("cumsum", caller, numbers);
  const Tensor x = cast(numbers, sum_type(numbers.dtype()));
  Blocks blocks(x.shape(), normalize_axis("cumsum", axis, x, caller));
  Tensor from = contiguous(x), result(x.shape(), x.dtype());
  auto run = [&](auto type) {
    using T = decltype(type);
    std::int64_t grain = std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(blocks.size, 1));
    blocks.for_columns(grain, [&](std::int64_t block, std::int64_t first, std::int64_t last) {
      std::int64_t at = block * blocks.size * blocks.inner;
      sum_columns(from.data<T>() + at, result.output<T>() + at, blocks, first, last);
    });
  };
  if (x.dtype() == DType::i64)
    run(std::int64_t{});
  else
    visit_floating("cumsum", x.dtype(), caller, run);
  return result;
}

}  // namespace weft
