#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <utility>

using namespace weft;

namespace {

// Returns whether `copy` has the elements of `view`, which are read one by one.
bool same_elements(const Tensor& copy, const Tensor& view) {
  if (!copy.is_contiguous() || copy.shape() != view.shape()) return false;
  for (std::int64_t i = 0; i < view.size(0); ++i)
    for (std::int64_t j = 0; j < view.size(1); ++j)
      for (std::int64_t k = 0; k < view.size(2); ++k)
        if (copy.at({i, j, k}) != view.at({i, j, k})) return false;
  return true;
}

}  // namespace

TEST_CASE("contiguous copies of transposed and sliced views have their elements, in every dtype") {
  for (DType dtype : {DType::f32, DType::f64, DType::i64, DType::i32, DType::u8})
    for (Shape shape : {Shape{3, 40, 21}, Shape{1, 16, 65}, Shape{17, 2, 1}, Shape{2, 33, 64}}) {
      const Tensor x = cast(reshape(arange(shape.numel()), shape), dtype);
      CAPTURE(dtype);
      CAPTURE(shape);
      CHECK(same_elements(contiguous(transpose(x)), transpose(x)));
      CHECK(same_elements(contiguous(transpose(x, 0, 2)), transpose(x, 0, 2)));
      CHECK(same_elements(contiguous(permute(x, {1, 2, 0})), permute(x, {1, 2, 0})));
      const Tensor part = transpose(slice(slice(x, 1, 0, shape[1], 2), 2, 0, (shape[2] + 1) / 2));
      CHECK(same_elements(contiguous(part), part));
    }
}

TEST_CASE("copies into transposed views and with two threads are right") {
  const Tensor x = reshape(arange(400 * 300), {1, 400, 300});
  Tensor turned = zeros({1, 300, 400}, DType::i64), view = transpose(turned);
  copy_to(view, x);
  CHECK(same_elements(turned, transpose(x)));
  const Tensor alone = contiguous(transpose(x));
  set_threads(2);
  CHECK(equal_bits(contiguous(transpose(x)), alone));
  set_threads(1);
}

TEST_CASE(
    "large matrices are turned whole: strides that are powers of two, lines that begin anywhere, ends of rows and columns") {
  for (DType dtype : {DType::f32, DType::f64, DType::u8})
    for (auto [rows, columns] : {std::pair{1023, 1023}, {1024, 1024}, {1500, 1504}, {4104, 70}, {64, 4096}}) {
      const std::int64_t times = dtype == DType::u8 ? 4 : 1;  // copies of 8 MiB and more are written past the caches
      const Shape shape{times * rows, columns};
      const Tensor x = cast(randint(0, 256, shape), dtype), turned = contiguous(transpose(x));
      CAPTURE(dtype);
      CAPTURE(shape);
      std::int64_t wrong = 0;
      for (std::int64_t axis : {0, 1})
        for (std::int64_t i = 0; i < shape[static_cast<int>(axis)]; ++i) {
          const Tensor line = slice(x, static_cast<int>(axis), i, i + 1),
                       other = slice(turned, static_cast<int>(1 - axis), i, i + 1);
          wrong += !equal_bits(contiguous(reshape(line, {line.numel()})), contiguous(reshape(other, {line.numel()})));
        }
      CHECK(wrong == 0);
    }
}

TEST_CASE("copies of axes in every order have the elements of the view") {
  const Tensor x = reshape(arange(5 * 66 * 3 * 70), {5, 66, 3, 70});
  std::array<int, 4> order{0, 1, 2, 3};
  do {
    const Tensor view = permute(x, {order[0], order[1], order[2], order[3]}), copy = contiguous(view);
    CAPTURE(view.shape());
    const auto size = [&](int axis) { return view.size(axis); };
    std::int64_t wrong = 0;
    for (std::int64_t a = 0; a < size(0); ++a)
      for (std::int64_t b = 0; b < size(1); ++b)
        for (std::int64_t c = 0; c < size(2); ++c)
          for (std::int64_t d = 0; d < size(3); ++d)
            wrong += copy.data<std::int64_t>()[((a * size(1) + b) * size(2) + c) * size(3) + d] !=
                     view.data<std::int64_t>()[a * view.strides()[0] + b * view.strides()[1] + c * view.strides()[2] +
                                               d * view.strides()[3]];
    CHECK(wrong == 0);
  } while (std::next_permutation(order.begin(), order.end()));
}
