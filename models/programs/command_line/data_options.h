// The options that say how data files are read, and the sources they make.
#pragma once

#include <weft/models/data/example_source.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/input_lines.h>
#include <weft/models/subwords/word_files.h>

#include <memory>
#include <string>

namespace weft::programs {

// How option --help speaks of a data file.
inline constexpr const char* kLabelledFile =
    "labelled texts: label<TAB>text, .csv, .jsonl or .ft (fastText), also .gz; -: standard input";

// --format, --columns and --header.
inline void add_file_options(CLI::App* command, text::FileOptions& options, const std::vector<std::string>& formats,
                             const std::string& example, const std::string& which = "all from the second on") {
  InGroup data(command, kDataGroup);
  command
      ->add_option_function<std::string>(
          "--format",
          [&options](const std::string& name) {
            if (name != "auto") options.format = text::file_format_from_string(name);
          },
          "of the data files; auto: by their names")
      ->check(CLI::IsMember(formats))
      ->default_str("auto");
  command
      ->add_option("--columns", options.columns,
                   "columns of the data files, by name or by number from 1, as in " + example + "; " + which +
                       " are the text, joined by spaces")
      ->delimiter(',')
      ->type_name("NAME,NAME");
  add_named(command, "--header", options.header, text::header_from_string, {"auto", "yes", "no"},
            "whether csv and tsv files begin with their columns' names");
  options.on_bad_bytes = report_bad_bytes;
}

// The same, and --label-prefix.
inline void add_labelled_options(CLI::App* command, text::FileOptions& options) {
  add_file_options(command, options, {"auto", "tsv", "csv", "fasttext", "jsonl"}, "label,text");
  InGroup data(command, kDataGroup);
  command->add_option("--label-prefix", options.label_prefix, "how labels begin in fastText files")
      ->type_name("PREFIX")
      ->capture_default_str();
}

// --data-memory, in MiB.
inline void add_data_memory(CLI::App* command, std::size_t& bytes) {
  constexpr int kMebibyte = 20;
  constexpr std::uint64_t kMost = std::uint64_t{1} << 30;
  command
      ->add_option_function<std::size_t>(
          "--data-memory", [&bytes](std::size_t mebibytes) { bytes = mebibytes << kMebibyte; },
          "MiB of token ids that are kept in memory; more go to a temporary file, which changes no result")
      ->check(whole_number(0, kMost))
      ->default_str(std::to_string(bytes >> kMebibyte))
      ->group(kRunGroup);
}

// The files that words come from, for one side or for both.
inline CLI::Option* add_vectors(CLI::App* command, const std::string& name, std::string& path, const std::string& what) {
  return reads_file(
      command->add_option(name, path, "word2vec or GloVe text file, also .gz: what the embedding of " + what + " begins with")
          ->group(kDataGroup));
}
inline void add_word_files(CLI::App* command, WordFiles& words) {
  words.report = [](const std::string& line) { std::cerr << line << '\n'; };
  command->add_flag("--freeze-vectors", words.freeze_vectors, "the embedding, which begins with --vectors, is not trained");
  InGroup data(command, kDataGroup);
  reads_file(
      command->add_option("--vocab", words.vocabulary, "the words to know, one a line, instead of those of the training texts"));
  writes_file(command->add_option("--save-vocab", words.save_vocabulary, "file to write the words to, with their counts"));
  add_vectors(command, "--vectors", words.vectors, "these words");
}

// With vectors, and without --embedding-dim, there are as many numbers per word as the vectors have.
inline void take_dim_from_vectors(CLI::App* command, std::int64_t& dim) {
  if (command->count("--embedding-dim") > 0) return;
  dim = 0;
  command->get_option("--embedding-dim")->default_str("0");
}

// With --vocab there are no words to count. Throws ValueError for the options that say which of them to know.
inline void check_vocabulary_options(CLI::App* command, std::initializer_list<const char*> names) {
  if (command->count("--vocab") == 0) return;
  for (const char* name : names) {
    require<ValueError>(command->count(name) == 0, name, " and --vocab exclude each other: the file says which words there are");
    command->get_option(name)->default_str("");
  }
}

}  // namespace weft::programs
