// What the subcommands of classify share.
#pragma once

#include <weft/models/generated/debian.h>
#include <weft/models/programs/command_line/data_options.h>

#include <string>

namespace weft::programs {

// --data, labelled texts that need no file.
void add_data(Command& command, std::string& data, const std::string& part);

// The file of an option, or the part of --data. Throws ValueError when both are given, or neither.
std::unique_ptr<text::LabelledSource> labelled_source(const std::string& option, const std::string& path, const std::string& data,
                                                      text::DataPart part, const text::FileOptions& options);

// Throws ValueError for options of files where --data is all that is read.
void check_no_file_options(const text::FileOptions& options);

void add_compare(Command& program);
void add_train(Command& program);
void add_show(Command& program);
void add_evaluate(Command& program);
void add_predict(Command& program);

}  // namespace weft::programs
