#include <weft/tensor/compare.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/create.h>
#include <weft/tensor/parallel.h>
#include <weft/tensor/views.h>

#include <doctest/doctest.h>

using namespace weft;

namespace {

// Whether `copy` has the elements of `view`, looked up one by one.
bool same_elements(const Tensor& copy, const Tensor& view) {
  if (!copy.is_contiguous() || copy.shape() != view.shape()) return false;
  for (std::int64_t i = 0; i < view.size(0); ++i)
    for (std::int64_t j = 0; j < view.size(1); ++j)
      for (std::int64_t k = 0; k < view.size(2); ++k)
        if (copy.at({i, j, k}) != view.at({i, j, k})) return false;
  return true;
}

}  // namespace

TEST_CASE("contiguous copies of turned and sliced axes have the view's elements, in every dtype") {
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

TEST_CASE("copies into turned views and by two threads") {
  const Tensor x = reshape(arange(400 * 300), {1, 400, 300});
  Tensor turned = zeros({1, 300, 400}, DType::i64), view = transpose(turned);
  copy_to(view, x);
  CHECK(same_elements(turned, transpose(x)));
  const Tensor alone = contiguous(transpose(x));
  set_threads(2);
  CHECK(equal_bits(contiguous(transpose(x)), alone));
  set_threads(1);
}
