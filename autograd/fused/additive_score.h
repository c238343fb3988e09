// The scores of additive attention for Variables: those of tensor/fused/additive_score.h, recorded in the graph.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/fused/additive_score.h>

namespace weft {

Variable additive_score(const Variable& query, const Variable& key, const Variable& v, Where caller = Where::here());

}  // namespace weft
