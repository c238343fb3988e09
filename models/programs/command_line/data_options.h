// The options that say how data files are read.
#pragma once

#include <weft/models/data/record_reader.h>
#include <weft/models/programs/command_line/command.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace weft {
struct WordFiles;
}

namespace weft::programs {

// How option --help speaks of a data file.
inline constexpr const char* kLabelledFile =
    "labelled texts: label<TAB>text, .csv, .jsonl or .ft (fastText), also .gz; -: standard input";

// --format, --columns and --header.
void add_file_options(Command& command, text::FileOptions& options, const std::vector<std::string>& formats,
                      const std::string& example, const std::string& which = "all from the second on");

// The same, and --label-prefix.
void add_labelled_options(Command& command, text::FileOptions& options);

// --data-memory, in MiB.
void add_data_memory(Command& command, std::size_t& bytes);

// The files that words come from, for one side or for both.
Option& add_vectors(Command& command, const std::string& name, std::string& path, const std::string& what);
void add_word_files(Command& command, WordFiles& words);

// With vectors, and without --embedding-dim, there are as many numbers per word as the vectors have.
void take_dim_from_vectors(Command& command, std::int64_t& dim);

// With --vocab there are no words to count. Throws ValueError for the options that say which of them to know.
void check_vocabulary_options(Command& command, std::initializer_list<const char*> names);

}  // namespace weft::programs
