#include <weft/models/report/confusion_tables.h>

#include <doctest/doctest.h>

using namespace weft;

TEST_CASE("scores are aligned in any script") {
  metrics::ConfusionMatrix matrix({"animal", "日本語", "a very long label"});
  for (int i = 0; i < 12; ++i) matrix.add(0, 0);
  for (int i = 0; i < 3; ++i) matrix.add(0, 1);
  matrix.add(1, 1);
  CHECK(report::scores_table(matrix) ==
        "label              precision  recall     f1  support\n"
        "animal                100.00   80.00  88.89       15\n"
        "日本語                 25.00  100.00  40.00        1\n"
        "a very long label       0.00    0.00   0.00        0\n"
        "macro                  62.50   90.00  64.44       16\n"
        "weighted               95.31   81.25  85.83       16\n");
}
