// Functions that the subcommands of classify share.
#pragma once

#include <weft/models/data/example_source.h>
#include <weft/models/distributed/communicator.h>
#include <weft/models/generated/debian.h>
#include <weft/models/programs/command_line/data_options.h>
#include <weft/models/programs/command_line/tokenizer_options.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace weft::programs {

using Paths = std::vector<std::string>;
using LabelledFiles = text::JoinedSource<text::LabelledText>;

// Adds --data, for labelled texts that need no file.
void add_data(Command& command, std::string& data, const std::string& part);

// Returns the texts of an option's files, or the part of --data. Throws ValueError if both or neither are given.
LabelledFiles labelled_source(const std::string& option, const Paths& paths, const std::string& data, text::DataPart part,
                              const text::FileOptions& options);

// Throws ValueError for options that apply to files, if only --data is read.
void check_no_file_options(const text::FileOptions& options);

// Returns the texts of all files.
LabelledFiles labelled_files(const Paths& paths, const text::FileOptions& options);

// Throws FormatError if text::check_labels does for one of the files.
void check_labels(const LabelledFiles& files, const Paths& paths, const text::FileOptions& options);

// Returns the tokenizer that the options specify, which may be learnt from the texts by several ranks; `show` is called with the
// number of texts read.
text::Tokenizer classifier_tokenizer(const TokenizerArguments& arguments, const text::LabelledSource& texts,
                                     const std::function<void(std::int64_t)>& show = {}, Communicator* ranks = nullptr);

void add_compare(Command& program);
void add_train(Command& program);
void add_show(Command& program);
void add_evaluate(Command& program);
void add_predict(Command& program);

}  // namespace weft::programs
