#include <weft/tensor/copy.h>
#include <weft/tensor/create.h>
#include <weft/tensor/logical.h>
#include <weft/tensor/parallel.h>
#include <weft/tensor/views.h>

namespace weft {

namespace {

template <class Rule>
Tensor compare(const char* op, const Tensor& a, const Tensor& b, Where where, Rule rule) {
  check<DtypeError>(a.dtype() == b.dtype(), where, op, ": dtypes differ: ", a.dtype(), " and ", b.dtype());
  Shape shape = broadcast_shapes(op, a.shape(), b.shape(), where);
  Tensor left = contiguous(expand(a, shape)), right = contiguous(expand(b, shape));
  Tensor result(shape, DType::boolean);
  visit(a.dtype(), [&](auto type) {
    using T = decltype(type);
    const T *x = left.data<T>(), *y = right.data<T>();
    bool* to = result.output<bool>();
    parallel_for(shape.numel(), 1 << 14, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) to[i] = rule(x[i], y[i]);
    });
  });
  return result;
}

// The number as a tensor of the other side's dtype.
Tensor like(const Tensor& a, double number) { return full({}, number, a.dtype()); }
Tensor truth(const Tensor& a) { return cast(a, DType::boolean); }

}  // namespace

Tensor equal(const Tensor& a, const Tensor& b, Where where) {
  return compare("equal", a, b, where, [](auto x, auto y) { return x == y; });
}
Tensor less(const Tensor& a, const Tensor& b, Where where) {
  return compare("less", a, b, where, [](auto x, auto y) { return x < y; });
}
Tensor less_equal(const Tensor& a, const Tensor& b, Where where) {
  return compare("less_equal", a, b, where, [](auto x, auto y) { return x <= y; });
}
Tensor logical_not(const Tensor& a, Where where) {
  return compare("logical_not", truth(a), like(truth(a), 0), where, [](auto x, auto y) { return x == y; });
}
Tensor logical_and(const Tensor& a, const Tensor& b, Where where) {
  return compare("logical_and", truth(a), truth(b), where, [](auto x, auto y) { return x && y; });
}
Tensor logical_or(const Tensor& a, const Tensor& b, Where where) {
  return compare("logical_or", truth(a), truth(b), where, [](auto x, auto y) { return x || y; });
}

Tensor operator==(const Tensor& a, At<Tensor> b) { return equal(a, b.value, b.where); }
Tensor operator==(const Tensor& a, AtNumber b) { return equal(a, like(a, b.value), b.where); }
Tensor operator<(const Tensor& a, At<Tensor> b) { return less(a, b.value, b.where); }
Tensor operator<(const Tensor& a, AtNumber b) { return less(a, like(a, b.value), b.where); }
Tensor operator<=(const Tensor& a, At<Tensor> b) { return less_equal(a, b.value, b.where); }
Tensor operator<=(const Tensor& a, AtNumber b) { return less_equal(a, like(a, b.value), b.where); }
Tensor operator>(const Tensor& a, At<Tensor> b) { return less(b.value, a, b.where); }
Tensor operator>(const Tensor& a, AtNumber b) { return less(like(a, b.value), a, b.where); }
Tensor operator>=(const Tensor& a, At<Tensor> b) { return less_equal(b.value, a, b.where); }
Tensor operator>=(const Tensor& a, AtNumber b) { return less_equal(like(a, b.value), a, b.where); }

}  // namespace weft
