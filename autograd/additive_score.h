// The scores of additive attention, of Variables: those of tensor/additive_score.h, entered into the graph.
#pragma once

#include <weft/autograd/variable.h>
#include <weft/tensor/additive_score.h>

namespace weft {

Variable additive_score(const Variable& query, const Variable& key, const Variable& v, Where where = Where::here());

}  // namespace weft
