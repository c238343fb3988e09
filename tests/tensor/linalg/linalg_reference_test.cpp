#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/functions/rounding.h>
#include <weft/tensor/indexing/axes.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/linalg/linalg.h>
#include <weft/tensor/reduction/reduce.h>

#include <doctest/doctest.h>

#include "tests/reference/recorded.h"

using namespace weft;

namespace {

void check_close(const Tensor& ours, const Tensor& theirs) {
  REQUIRE(ours.numel() == theirs.numel());
  CHECK(all_close(reshape(ours, theirs.shape()), theirs, 1e-12, 1e-13));
}

// The sign of the largest number of each column.
Tensor signs(const Tensor& columns) { return sign(squeeze(gather(columns, 0, argmax(abs(columns), 0, true)), 0)); }

}  // namespace

TEST_CASE("linalg gives SciPy's numbers for general and triangular matrices") {
  const Recorded general("linalg.safetensors", "general");
  const Tensor &a = general["a"], &b = general["b"];
  check_close(linalg::inv(a), general["inv"]);
  check_close(linalg::solve(a, b), general["solve"]);
  check_close(linalg::det(a), general["det"]);
  check_close(linalg::slogdet(a).sign, general["sign"]);
  check_close(linalg::slogdet(a).logabsdet, general["logabsdet"]);
  check_close(linalg::matrix_power(a, 5), general["power"]);
  check_close(linalg::solve_triangular(a, b, true), general["upper"]);
  check_close(linalg::solve_triangular(a, b, false), general["lower"]);
}

TEST_CASE("linalg gives SciPy's numbers for symmetric matrices") {
  const Recorded definite("linalg.safetensors", "definite");
  check_close(linalg::cholesky(definite["a"]), definite["cholesky"]);
  const auto [values, vectors] = linalg::eigh(definite["a"]);
  check_close(values, definite["values"]);
  check_close(vectors * signs(vectors), definite["vectors"]);
}

TEST_CASE("linalg gives SciPy's numbers for tall and wide matrices") {
  for (const char* name : {"tall", "wide"}) {
    CAPTURE(name);
    const Recorded of("linalg.safetensors", name);
    const auto [q, r] = linalg::qr(of["a"]);
    const Tensor positive = sign(diagonal(r));
    check_close(q * positive, of["q"]);
    check_close(r * unsqueeze(positive, 1), of["r"]);
    const auto [u, s, vh] = linalg::svd(of["a"]);
    check_close(u * signs(u), of["u"]);
    check_close(s, of["s"]);
    check_close(vh * unsqueeze(signs(u), 1), of["vh"]);
    check_close(linalg::pinv(of["a"]), of["pinv"]);
  }
  const Recorded tall("linalg.safetensors", "tall");
  check_close(linalg::lstsq(tall["a"], tall["right"]), tall["lstsq"]);
}
