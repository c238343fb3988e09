// Whether a file of labelled texts looks misread.
#pragma once

#include <weft/models/data/example_source.h>

#include <string>

namespace weft::text {

// Reads the CSV or TSV file at `path` and throws FormatError, with the place of its first row, where training on it would be a
// slip: where `options` choose no columns and no header names them, and 10 texts or more have over half as many labels as texts,
// as texts that stand for labels do; and where it is open whether there is a header, and of all labels the first row's alone
// stands once, as a header's does. Files of other formats say themselves what is a label.
void check_labels(const LabelledSource& texts, const std::string& path, const FileOptions& options);

}  // namespace weft::text
