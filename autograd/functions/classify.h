// nan_to_num of Variables, as in tensor/functions/classify.h. What was replaced gets no gradient.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/functions/classify.h>

namespace weft {

Variable nan_to_num(const Variable& x, const NanReplacements& replacements = {}, Where caller = Where::here());

}  // namespace weft
