#include <weft/models/data/label_check.h>
#include <weft/models/options/option_error.h>
#include <weft/models/programs/classify/command.h>
#include <weft/tensor/base/error.h>

namespace weft::programs {

void add_data(Command& command, std::string& data, const std::string& part) {
  command
      .option("--data", &data,
              "built-in data to use instead of " + part + "; debian: descriptions of Debian packages, labelled by section")
      .choices({"debian"})
      .group(kDataGroup);
}

LabelledFiles labelled_source(const std::string& option, const Paths& paths, const std::string& data, text::DataPart part,
                              const text::FileOptions& options) {
  require_option(paths.empty() != data.empty(), "expected ", OptionName{option}, " FILE or ", OptionName{"--data"}, " debian",
                 paths.empty() ? "" : ", and not both");
  if (!paths.empty()) return labelled_files(paths, options);
  LabelledFiles::Parts parts;
  parts.push_back(text::debian_source(part));
  return LabelledFiles(std::move(parts));
}

LabelledFiles labelled_files(const Paths& paths, const text::FileOptions& options) {
  LabelledFiles::Parts parts;
  for (const std::string& path : paths) parts.push_back(text::labelled_file(path, options));
  return LabelledFiles(std::move(parts));
}

void check_labels(const LabelledFiles& files, const Paths& paths, const text::FileOptions& options) {
  for (std::size_t i = 0; i < paths.size(); ++i) text::check_labels(*files.parts()[i], paths[i], options);
}

void check_no_file_options(const text::FileOptions& options) {
  const text::FileOptions none;
  require_option(
      !options.format && options.columns.empty() && options.header == none.header && options.label_prefix == none.label_prefix,
      OptionName{"--format"}, ", ", OptionName{"--columns"}, ", ", OptionName{"--header"}, " and ", OptionName{"--label-prefix"},
      " require files, but ", OptionName{"--data"}, " reads none");
}

}  // namespace weft::programs
