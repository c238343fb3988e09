#include <weft/tensor/base/dtype.h>

namespace weft {

const char* name(DType dtype) {
  const char* names[] = {"f32", "f64", "i64", "i32", "u8", "bool"};
  return names[static_cast<int>(dtype)];
}

}  // namespace weft
