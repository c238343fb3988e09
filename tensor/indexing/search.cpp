#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/search.h>
#include <weft/tensor/indexing/sort.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace weft {

namespace {

// Whether a stands before b in the order of sort(): NaN is the largest number.
template <class T>
bool before(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(a)) return false;
    if (std::isnan(b)) return true;
  }
  return a < b;
}

Tensor flat(const Tensor& x) { return reshape(x, {x.numel()}); }

}  // namespace

Tensor nonzero(const Tensor& x, Where caller) {
  check_defined("nonzero", x, caller);
  const Tensor mask = contiguous(cast(x, DType::boolean));
  const bool* truth = mask.data<bool>();
  const std::int64_t count = std::count(truth, truth + mask.numel(), true);
  Tensor result({count, x.dims()}, DType::i64);
  std::int64_t* to = result.output<std::int64_t>();
  for (std::int64_t i = 0; i < mask.numel(); ++i) {
    if (!truth[i]) continue;
    std::int64_t rest = i;
    for (int axis = x.dims(); axis-- > 0; rest /= x.size(axis)) to[axis] = rest % x.size(axis);
    to += x.dims();
  }
  return result;
}

Tensor searchsorted(const Tensor& sorted, const Tensor& values, bool right, Where caller) {
  const char* op = "searchsorted";
  check_defined(op, "sorted sequence", sorted, caller);
  check_defined(op, "values", values, caller);
  check<ShapeError>(sorted.dims() == 1, caller, op, ": the sorted sequence is [n], not ", sorted.shape());
  check<DtypeError>(sorted.dtype() == values.dtype(), caller, op, ": the sequence is ", sorted.dtype(), ", the values are ",
                    values.dtype());
  const Tensor own = contiguous(sorted), wanted = contiguous(values);
  Tensor result(values.shape(), DType::i64);
  visit(sorted.dtype(), [&](auto type) {
    using T = decltype(type);
    const T *begin = own.data<T>(), *end = begin + own.numel(), *from = wanted.data<T>();
    const T* drop = std::is_sorted_until(begin, end, before<T>);
    check<ValueError>(drop == end, caller, op, ": the sequence does not ascend at ", drop - begin);
    std::int64_t* to = result.output<std::int64_t>();
    for (std::int64_t i = 0; i < wanted.numel(); ++i)
      to[i] =
          (right ? std::upper_bound(begin, end, from[i], before<T>) : std::lower_bound(begin, end, from[i], before<T>)) - begin;
  });
  return result;
}
Tensor bucketize(const Tensor& values, const Tensor& boundaries, bool right, Where caller) {
  return searchsorted(boundaries, values, right, caller);
}

Unique unique(const Tensor& x, Where caller) {
  check_defined("unique", x, caller);
  const auto [sorted, order] = sort(flat(x), 0, Order::ascending, caller);
  std::vector<std::int64_t> first, counts;
  Tensor inverse({x.numel()}, DType::i64);
  std::int64_t* group_of = inverse.output<std::int64_t>();
  const Tensor in_order = contiguous(sorted), places = contiguous(order);
  visit(x.dtype(), [&](auto type) {
    const auto* from = in_order.data<decltype(type)>();
    const std::int64_t* place = places.data<std::int64_t>();
    for (std::int64_t i = 0; i < in_order.numel(); ++i) {
      if (i == 0 || !(from[i] == from[i - 1])) {
        first.push_back(i);
        counts.push_back(0);
      }
      ++counts.back();
      group_of[place[i]] = std::ssize(first) - 1;
    }
  });
  Tensor values({std::ssize(first)}, x.dtype());
  visit(x.dtype(), [&](auto type) {
    auto* to = values.output<decltype(type)>();
    for (std::int64_t i : first) *to++ = in_order.data<decltype(type)>()[i];
  });
  return {values, reshape(inverse, x.shape()), tensor(counts)};
}

Tensor bincount(const Tensor& ids, std::int64_t minlength, Where caller) {
  check_defined("bincount", "ids", ids, caller);
  check<DtypeError>(!is_floating(ids.dtype()), caller, "bincount: takes integers, not ", ids.dtype());
  check<ValueError>(minlength >= 0, caller, "bincount: minlength is ", minlength, ", which is negative");
  const Tensor own = contiguous(cast(ids, DType::i64));
  std::vector<std::int64_t> counts(static_cast<std::size_t>(minlength));
  for (std::int64_t id : own.span<std::int64_t>()) {
    check<ValueError>(id >= 0, caller, "bincount: ", id, " is negative");
    if (id >= std::ssize(counts)) counts.resize(static_cast<std::size_t>(id + 1));
    ++counts[static_cast<std::size_t>(id)];
  }
  return tensor(counts);
}

Tensor histc(const Tensor& x, std::int64_t bins, double low, double high, Where caller) {
  check_defined("histc", x, caller);
  check<ValueError>(bins >= 1 && low < high && std::isfinite(high - low), caller, "histc: there cannot be ", bins, " bins from ",
                    low, " to ", high);
  const Tensor own = contiguous(cast(x, DType::f64));
  std::vector<std::int64_t> counts(static_cast<std::size_t>(bins));
  for (double v : own.span<double>()) {
    if (!(v >= low && v <= high)) continue;
    const auto bin = static_cast<std::int64_t>((v - low) / (high - low) * static_cast<double>(bins));
    ++counts[static_cast<std::size_t>(std::min(bin, bins - 1))];
  }
  return tensor(counts);
}

}  // namespace weft
