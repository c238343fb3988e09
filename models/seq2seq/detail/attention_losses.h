// Losses of where a decoder looks, beside that of what it writes.
#pragma once

#include <weft/autograd/graph/variable.h>

namespace weft {

// What attention spends where it has been: the sum over the words t of all targets and the places j of their sources of
// min(a_tj, c_tj), where c_tj is the sum of a_j over the words before t. See et al. 2017, equation 12. weights [batch, target
// time, source time], lengths i64 [batch] of the targets -> one number. Throws ShapeError, DtypeError, IndexError.
Variable coverage_loss(const Variable& weights, const Tensor& target_lengths, Where where = Where::here());

// How far attention is from an alignment that is known, as from an aligner: the cross-entropy -sum over t, j of A_tj ln(a_tj +
// 1e-9), as Chen et al. 2016 guide attention. Words without links, whose row of A is zero, do not count. weights and alignment
// [batch, target time, source time], of one floating dtype -> one number. Throws ShapeError, DtypeError.
Variable alignment_loss(const Variable& weights, const Tensor& alignment, Where where = Where::here());

}  // namespace weft
