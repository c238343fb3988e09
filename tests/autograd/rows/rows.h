// One row for each op, grouped like the headers of the ops. The op table test checks every row.
#pragma once

#include <weft/autograd/check/op_check.h>

namespace weft {

std::vector<OpRow> arithmetic_rows();
std::vector<OpRow> function_rows();
std::vector<OpRow> trigonometry_rows();
std::vector<OpRow> logarithm_rows();
std::vector<OpRow> rounding_rows();
std::vector<OpRow> activation_rows();
std::vector<OpRow> view_rows();
std::vector<OpRow> product_rows();
std::vector<OpRow> einsum_rows();
std::vector<OpRow> linalg_rows();
std::vector<OpRow> reduce_rows();
std::vector<OpRow> extreme_rows();
std::vector<OpRow> softmax_rows();
std::vector<OpRow> attention_rows();
std::vector<OpRow> join_rows();
std::vector<OpRow> index_rows();
std::vector<OpRow> sort_rows();
std::vector<OpRow> scan_rows();
std::vector<OpRow> pick_rows();
std::vector<OpRow> axes_rows();
std::vector<OpRow> loss_rows();
std::vector<OpRow> recurrent_rows();

// Returns the row of an op that only Variables have; `function` and `reference` are as for op_row.
template <class F, class R>
OpRow graph_row(std::string name, F function, R reference, std::vector<OpInput> inputs, std::vector<OpShapes> shapes,
                OpShapes large = {}, OpBounds bounds = {}) {
  OpRow row{std::move(name), {}, {}, {}, std::move(inputs), std::move(shapes), std::move(large), bounds};
  row.variables = [function](const std::vector<Variable>& x) { return detail::listed(function(x)); };
  row.reference = [reference](const std::vector<Tensor>& x) { return detail::listed(reference(x)); };
  return row;
}

}  // namespace weft
