// The content of a report about a text classifier.
#pragma once

#include <weft/models/classifier/classify.h>
#include <weft/models/report/report.h>

namespace weft::report {

// Adds the results of `classifier` on `texts`, given their `scores`: accuracy, macro F1 and loss, the confusion matrix, and at
// most `examples` texts with their words coloured by attention. Half of these are wrongly classified, the most confident first;
// the others are rightly classified.
void add_evaluation(Report& report, TextClassifier& classifier, std::span<const text::LabelledText> texts,
                    const ClassifierScores& scores, std::size_t examples = 24);

}  // namespace weft::report
