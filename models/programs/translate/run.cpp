// translate run.
#include <weft/models/options/option_error.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/file_use.h>
#include <weft/models/programs/command_line/input_lines.h>
#include <weft/models/programs/translate/command.h>
#include <weft/models/programs/translate/output.h>
#include <weft/models/programs/translate/search_options.h>

#include <iostream>
#include <memory>

namespace weft::programs {

namespace {

struct RunOptions {
  Paths models;
  SearchChoices search;
  std::string prefixes;
  OutputOptions output;
};

// Returns the next lines: waits for one, and adds those that have already arrived, up to a number. Empty at the end.
std::vector<std::string> next_block(text::LineReader& reader) {
  constexpr std::size_t kMost = 4096, kBytes = std::size_t{1} << 20;
  std::vector<std::string> lines;
  std::string_view line;
  std::size_t bytes = 0;
  while ((lines.empty() || reader.ready()) && lines.size() < kMost && bytes < kBytes && reader.next(line)) {
    lines.emplace_back(line);
    bytes += line.size();
  }
  return lines;
}

// Reads the line of each source from the file of prefixes.
class Prefixes {
 public:
  explicit Prefixes(const std::string& path) : path_(path) {
    if (!path.empty()) reader_ = open_lines(path);
  }
  std::vector<std::string> next(std::size_t count) {
    std::vector<std::string> lines;
    std::string_view line;
    for (std::size_t i = 0; reader_ && i < count; ++i) {
      require<FormatError>(reader_->next(line), path_, ": ", reader_->line(), " lines, but standard input has more");
      lines.emplace_back(line);
    }
    return lines;
  }
  void check_end(std::size_t lines) {
    std::string_view line;
    require<FormatError>(!reader_ || !reader_->next(line), path_, ": more than the ", lines, " lines of standard input");
  }

 private:
  std::string path_;
  std::unique_ptr<text::LineReader> reader_;
};

void run_translator(const RunOptions& options) {
  const SearchOptions search = options.search.chosen();
  Prefixes prefixes(options.prefixes);
  Translator translator = load_translator(options.models);
  require_option(!options.output.alignment || translator.has_attention(), OptionName{"--alignment"},
                 ": the model has no attention");
  OutputOptions form = options.output;
  form.source_pieces = translator.source_tokenizer().unit() == text::Unit::bpe;
  form.target_pieces = translator.target_tokenizer().unit() == text::Unit::bpe;
  TranslationOutput output(form);
  auto reader = open_lines("-");
  std::size_t first = 0;
  for (auto lines = next_block(*reader); !lines.empty(); lines = next_block(*reader)) {
    auto found = translator.translate_n_best(lines, search, {.prefixes = prefixes.next(lines.size()), .first_line = first});
    for (const auto& translations : found) output.write(first++, translations);
    output.flush();
  }
  output.flush();
  prefixes.check_end(first);
}

}  // namespace

void add_run(Command& program) {
  auto options = std::make_shared<RunOptions>();
  Command& command = program.subcommand("run", "Translate each line of standard input to one output line, as soon as it is read");
  add_models(command, options->models);
  add_search_options(command, options->search);
  Option& n_best = command
                       .option("--n-best", &options->search.options.n_best,
                               "this many outputs for each line, as \"line number ||| output ||| score\"; at most --beam, "
                               "or the number of draws of --sample")
                       .range(1, kMany)
                       .without_default();
  command.option("--prefix", &options->prefixes, "file with the beginning of the output for each input line")
      .reads_file(Input::maybe_empty);
  add_output_options(command, options->output);
  add_threads(command);
  command.action([options, &n_best, &program] {
    check_standard_input_is_free(program);
    options->output.n_best = n_best.is_given();
    run_translator(*options);
  });
}

}  // namespace weft::programs
