// One row per op, grouped as the ops' headers are. The op table test checks every row.
#pragma once

#include <weft/autograd/op_check.h>

namespace weft {

std::vector<OpRow> arithmetic_rows();
std::vector<OpRow> function_rows();
std::vector<OpRow> view_rows();
std::vector<OpRow> product_rows();
std::vector<OpRow> reduce_rows();
std::vector<OpRow> extreme_rows();
std::vector<OpRow> softmax_rows();
std::vector<OpRow> join_rows();
std::vector<OpRow> index_rows();
std::vector<OpRow> sort_rows();

}  // namespace weft
