// The options for reading data files.
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

// The description of a data file in --help.
inline constexpr const char* kLabelledFile =
    "labelled texts: label<TAB>text, .csv, .jsonl or .ft (fastText), also .gz; -: standard input; several files are read as one, "
    "in "
    "their order";

// Adds --format, --columns and --header.
void add_file_options(Command& command, text::FileOptions& options, const std::vector<std::string>& formats,
                      const std::string& example, const std::string& which = "all from the second on");

// Adds the same and --label-prefix.
void add_labelled_options(Command& command, text::FileOptions& options);

// Adds --data-memory, in MiB.
void add_data_memory(Command& command, std::size_t& bytes);

// Add the options for files of word vectors and vocabularies.
Option& add_vectors(Command& command, const std::string& name, std::string& path, const std::string& what);
void add_word_files(Command& command, WordFiles& words);

// Without --embedding-dim, makes 0 its value, which stands for the dimension of the given vectors.
void take_dim_from_vectors(Command& command, std::int64_t& dim);

// With --vocab no words are counted: throws ValueError if it is given together with one of these options, which control the
// counting.
void check_vocabulary_options(Command& command, std::initializer_list<const char*> names);

}  // namespace weft::programs
