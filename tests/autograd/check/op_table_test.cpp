// Every op is checked in the same way.
#include <tests/autograd/rows/rows.h>

#include <doctest/doctest.h>

using namespace weft;

namespace {
void check_rows(const std::vector<OpRow>& rows) {
  for (const OpRow& row : rows) CHECK(check_op(row));
}
}  // namespace

TEST_CASE("op table: arithmetic") { check_rows(arithmetic_rows()); }
TEST_CASE("op table: functions") { check_rows(function_rows()); }
TEST_CASE("op table: views") { check_rows(view_rows()); }
TEST_CASE("op table: products") { check_rows(product_rows()); }
TEST_CASE("op table: reductions") { check_rows(reduce_rows()); }
TEST_CASE("op table: max, min, logsumexp, var, norm") { check_rows(extreme_rows()); }
TEST_CASE("op table: softmax, cross_entropy, layer_norm") { check_rows(softmax_rows()); }
TEST_CASE("op table: trigonometry") { check_rows(trigonometry_rows()); }
TEST_CASE("op table: logarithms and combinations") { check_rows(logarithm_rows()); }
TEST_CASE("op table: rounding and remainders") { check_rows(rounding_rows()); }
TEST_CASE("op table: activations") { check_rows(activation_rows()); }
TEST_CASE("op table: einsum") { check_rows(einsum_rows()); }
TEST_CASE("op table: scans and order statistics") { check_rows(scan_rows()); }
TEST_CASE("op table: picking") { check_rows(pick_rows()); }
TEST_CASE("op table: axes") { check_rows(axes_rows()); }
TEST_CASE("op table: linear algebra") { check_rows(linalg_rows()); }
TEST_CASE("op table: attention") { check_rows(attention_rows()); }
TEST_CASE("op table: joining") { check_rows(join_rows()); }
TEST_CASE("op table: indexing") { check_rows(index_rows()); }
TEST_CASE("op table: order") { check_rows(sort_rows()); }
TEST_CASE("op table: losses") { check_rows(loss_rows()); }
TEST_CASE("op table: recurrent layers, checkpoint") { check_rows(recurrent_rows()); }
