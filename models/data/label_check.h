// Detects files of labelled texts that are misread.
#pragma once

#include <weft/models/data/example_source.h>

#include <string>

namespace weft::text {

// Checks the CSV or TSV file at `path` and throws FormatError, with the position of its first row, if training on it would be a
// mistake. That is assumed if `options` choose no columns, no header names them, and 10 or more texts have over half as many
// labels as texts, which happens when texts are taken for labels. It is also assumed if it is unknown whether there is a header
// and the first row's label is the only one that occurs once, as a header's would be. In files of other formats the labels are
// marked.
void check_labels(const LabelledSource& texts, const std::string& path, const FileOptions& options);

}  // namespace weft::text
