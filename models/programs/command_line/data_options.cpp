#include <weft/models/options/option_error.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/data_options.h>
#include <weft/models/programs/command_line/input_lines.h>
#include <weft/models/subwords/word_files.h>

#include <iostream>

namespace weft::programs {

void add_file_options(Command& command, text::FileOptions& options, const std::vector<std::string>& formats,
                      const std::string& example, const std::string& which) {
  InGroup data(command, kDataGroup);
  command
      .option({.name = "format",
               .value = named_option(options.format, text::kFileFormatNames),
               .help = "format of the data files; auto: by their names"})
      .choices(formats);
  command
      .option("--columns", &options.columns,
              "columns of the data files, by name or by number from 1, as in " + example + "; " + which +
                  " are the text, joined by spaces")
      .separated_by(',')
      .type("NAME,NAME");
  command.option({.name = "header",
                  .value = named_option(options.header, text::kHeaderNames),
                  .help = "whether csv and tsv files begin with a header row"});
  options.on_bad_bytes = report_bad_bytes;
}

void add_labelled_options(Command& command, text::FileOptions& options) {
  add_file_options(command, options, {"auto", "tsv", "csv", "fasttext", "jsonl"}, "label,text");
  InGroup data(command, kDataGroup);
  command.option("--label-prefix", &options.label_prefix, "prefix of the labels in fastText files").type("PREFIX");
}

void add_data_memory(Command& command, std::size_t& bytes) {
  constexpr int kMebibyte = 20;
  constexpr std::uint64_t kMost = std::uint64_t{1} << 30;
  command
      .option(
          "--data-memory", [&bytes](const std::string& mebibytes) { bytes = std::stoull(mebibytes) << kMebibyte; },
          "MiB of token ids to keep in memory; the rest goes to a temporary file, with the same results")
      .range(0, kMost)
      .type("UINT")
      .default_text(std::to_string(bytes >> kMebibyte))
      .group(kRunGroup);
}

Option& add_vectors(Command& command, const std::string& name, std::string& path, const std::string& what) {
  return command.option(name, &path, "word2vec or GloVe text file, also .gz, with the initial embedding of " + what)
      .group(kDataGroup)
      .reads_file();
}

void add_word_files(Command& command, WordFiles& words) {
  words.report = [](const std::string& line) { std::cerr << line << '\n'; };
  command.flag("--freeze-vectors", &words.freeze_vectors, "do not train the embedding that --vectors initialises");
  InGroup data(command, kDataGroup);
  command
      .option("--vocab", &words.vocabulary,
              "vocabulary file, one word per line; without it the vocabulary is made from the training texts")
      .reads_file();
  command.option("--save-vocab", &words.save_vocabulary, "file to write the vocabulary to, with the counts of its words")
      .writes_file();
  add_vectors(command, "--vectors", words.vectors, "the words");
}

void take_dim_from_vectors(Command& command, std::int64_t& dim) {
  if (command.is_given("--embedding-dim")) return;
  dim = 0;
  command.find("--embedding-dim")->default_text("0");
}

void check_vocabulary_options(Command& command, std::initializer_list<const char*> names) {
  if (!command.is_given("--vocab")) return;
  for (const char* name : names) {
    require_option(!command.is_given(name), OptionName{name}, " and ", OptionName{"--vocab"},
                   " exclude each other: the file determines the vocabulary");
    command.find(name)->without_default();
  }
}

}  // namespace weft::programs
