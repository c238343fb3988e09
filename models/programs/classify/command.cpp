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

std::unique_ptr<text::LabelledSource> labelled_source(const std::string& option, const std::string& path, const std::string& data,
                                                      text::DataPart part, const text::FileOptions& options) {
  require_option(path.empty() != data.empty(), "expected ", OptionName{option}, " FILE or ", OptionName{"--data"}, " debian",
                 path.empty() ? "" : ", and not both");
  return path.empty() ? text::debian_source(part) : text::labelled_file(path, options);
}

void check_no_file_options(const text::FileOptions& options) {
  const text::FileOptions none;
  require_option(
      !options.format && options.columns.empty() && options.header == none.header && options.label_prefix == none.label_prefix,
      OptionName{"--format"}, ", ", OptionName{"--columns"}, ", ", OptionName{"--header"}, " and ", OptionName{"--label-prefix"},
      " require files, but ", OptionName{"--data"}, " reads none");
}

}  // namespace weft::programs
