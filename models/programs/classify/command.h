// What the subcommands of classify share.
#pragma once

#include <weft/models/generated/debian.h>
#include <weft/models/programs/command_line/data_options.h>

#include <string>

namespace weft::programs {

// --data, labelled texts that need no file.
inline void add_data(CLI::App* command, std::string& data, const std::string& part) {
  command->add_option("--data", data, "instead of " + part + " a built-in set; debian: what Debian's packages are, by section")
      ->check(CLI::IsMember({"debian"}))
      ->group(kDataGroup);
}

// The file of an option, or the part of --data. Throws ValueError when both are given, or neither.
inline std::unique_ptr<text::LabelledSource> labelled_source(const std::string& option, const std::string& path,
                                                             const std::string& data, text::DataPart part,
                                                             const text::FileOptions& options) {
  require<ValueError>(path.empty() != data.empty(), "expected ", option, " FILE or --data debian",
                      path.empty() ? "" : ", and not both");
  return path.empty() ? text::debian_source(part) : text::labelled_file(path, options);
}

// Throws ValueError for options of files where --data is all that is read.
inline void check_no_file_options(const text::FileOptions& options) {
  const text::FileOptions none;
  require<ValueError>(
      !options.format && options.columns.empty() && options.header == none.header && options.label_prefix == none.label_prefix,
      "--format, --columns, --header and --label-prefix are for files, and --data reads none");
}

void add_compare(CLI::App& app);
void add_train(CLI::App& app);
void add_show(CLI::App& app);
void add_evaluate(CLI::App& app);
void add_predict(CLI::App& app);

}  // namespace weft::programs
