#include <weft/autograd/basics/elementwise.h>
#include <weft/autograd/functions/classify.h>
#include <weft/tensor/arithmetic/detail/integer.h>
#include <weft/tensor/elementwise/detail/piecewise_ops.h>
#include <weft/tensor/functions/detail/largest_number.h>

namespace weft {

Variable nan_to_num(const Variable& x, const NanReplacements& replacements, Where caller) {
  check_defined("nan_to_num", x.tensor(), caller);
  if (integer::alone(x.tensor())) return nan_to_num(x.tensor(), replacements, caller);
  const double most = largest_number(x.dtype());
  return nan_to_num_op(x, replacements.nan, replacements.posinf.value_or(most), replacements.neginf.value_or(-most), caller);
}

}  // namespace weft
