// The content of a report about a text classifier.
#pragma once

#include <weft/models/classifier/classify.h>
#include <weft/models/report/report.h>

namespace weft::report {

// Adds how `classifier` did on `texts`, of which `scores` are: accuracy, macro F1 and loss, the confusion matrix, and at most
// `examples` texts with their words coloured by attention: half of them classified wrongly, the surest first, the others rightly.
void add_evaluation(Report& report, TextClassifier& classifier, std::span<const text::LabelledText> texts,
                    const ClassifierScores& scores, std::size_t examples = 24);

}  // namespace weft::report
