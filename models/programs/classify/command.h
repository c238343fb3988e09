// What the subcommands of classify share.
#pragma once

#include <weft/models/generated/debian.h>
#include <weft/models/programs/command_line/data_options.h>
#include <weft/models/programs/command_line/tokenizer_options.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace weft::programs {

// --data, labelled texts that need no file.
void add_data(Command& command, std::string& data, const std::string& part);

// The file of an option, or the part of --data. Throws ValueError when both are given, or neither.
std::unique_ptr<text::LabelledSource> labelled_source(const std::string& option, const std::string& path, const std::string& data,
                                                      text::DataPart part, const text::FileOptions& options);

// Throws ValueError for options of files where --data is all that is read.
void check_no_file_options(const text::FileOptions& options);

// The tokenizer that the options ask for; what it has to learn comes from the texts, of which `show` is told how many were read.
text::Tokenizer classifier_tokenizer(const TokenizerArguments& arguments, const text::LabelledSource& texts,
                                     const std::function<void(std::int64_t)>& show = {});

void add_compare(Command& program);
void add_train(Command& program);
void add_show(Command& program);
void add_evaluate(Command& program);
void add_predict(Command& program);

}  // namespace weft::programs
