// A classifier's scores as a table of numbers for a terminal.
#pragma once

#include <weft/models/metrics/confusion_matrix.h>

#include <string>

namespace weft::report {

// Returns the precision, recall and F1 of each class, in per cent, and their averages:
//
//     label     precision  recall      f1  support
//     animal       100.00   80.00   88.89       15
//     plant         89.29  100.00   94.34       25
//     macro         94.64   90.00   91.61       40
//     weighted      93.30   92.50   92.30       40
std::string scores_table(const metrics::ConfusionMatrix& matrix);

}  // namespace weft::report
