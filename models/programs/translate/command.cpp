#include <weft/models/options/option_error.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/translate/command.h>

#include <algorithm>

namespace weft::programs {

namespace {

// Returns whether each of the files holds pairs. Otherwise every two of them are SOURCE TARGET.
bool hold_pairs(const Paths& paths, const text::FileOptions& options) {
  return paths.size() == 1 || options.format || std::ranges::all_of(paths, text::names_a_format);
}

std::string joined_by_spaces(const Paths& paths) {
  std::string all;
  for (const std::string& path : paths) all += (all.empty() ? "" : " ") + path;
  return all;
}

}  // namespace

std::unique_ptr<text::PairSource> pair_source(const Paths& paths, const text::FileOptions& options) {
  text::JoinedSource<text::TextPair>::Parts parts;
  if (hold_pairs(paths, options)) {
    for (const std::string& path : paths) parts.push_back(text::pair_file(path, options));
    return std::make_unique<text::JoinedSource<text::TextPair>>(std::move(parts));
  }
  const std::string files = joined_by_spaces(paths);
  const bool plain = !options.format && options.columns.empty() && options.header == text::Header::automatic &&
                     options.context == text::ContextOptions{};
  require_option(plain, OptionName{"--format"}, ", ", OptionName{"--columns"}, ", ", OptionName{"--header"}, ", ",
                 OptionName{"--context"}, " and ", OptionName{"--separator"},
                 " are for files of pairs, not for SOURCE TARGET: ", files);
  for (const std::string& path : paths)
    require<ValueError>(!text::names_a_format(path),
                        "two files are SOURCE TARGET, with a sentence on each line, but the name of ", path,
                        " is that of a file of pairs: ", files);
  require<ValueError>(paths.size() % 2 == 0, "SOURCE TARGET are two files, or several times two, but not ", paths.size(), ": ",
                      files);
  for (std::size_t i = 0; i < paths.size(); i += 2)
    parts.push_back(text::parallel_files(paths[i], paths[i + 1], options.on_bad_bytes));
  return std::make_unique<text::JoinedSource<text::TextPair>>(std::move(parts));
}

Option& add_pairs(Command& command, const std::string& name, Paths& paths, const std::string& what) {
  return command
      .option(name, &paths,
              what +
                  ": a file with source<TAB>target, .csv, .jsonl or .chat, or SOURCE TARGET, two parallel files; also .gz; -: "
                  "standard input; several are read as one, in their order")
      .reads_file()
      .group(kDataGroup);
}

void add_context(Command& command, text::ContextOptions& options, const std::string& by_default) {
  command
      .option("--context", &options.lines,
              "chat: put this many earlier lines, of both sides, before the line that is answered; " + by_default)
      .range(0, kMany)
      .without_default();
  command.option("--separator", &options.separator, "chat: token between these lines; " + by_default)
      .type("TOKEN")
      .without_default();
}

void check_context(const Command& command) {
  require_option(!command.is_given("--separator") || command.is_given("--context"), OptionName{"--separator"},
                 " separates the lines of ", OptionName{"--context"}, ", which is not given");
}

void add_pair_options(Command& command, text::FileOptions& options, const std::string& default_context) {
  add_file_options(command, options, {"auto", "tsv", "csv", "jsonl", "chat"}, "source,target");
  add_context(command, options.context, default_context);
}

void complete_context(const Command& command, text::ContextOptions& options, const Translator& translator) {
  if (!command.is_given("--context")) options.lines = translator.context().lines;
  if (!command.is_given("--separator")) options.separator = translator.context().separator;
}

void complete_context(const Command& command, const Paths& paths, text::FileOptions& options, const Translator& translator) {
  const bool chat = std::ranges::any_of(paths, [&](const std::string& path) {
    return options.format.value_or(text::format_of_name(path)) == text::FileFormat::chat;
  });
  if (chat) complete_context(command, options.context, translator);
}

void add_beam(Command& command, SearchOptions& search) {
  constexpr std::uint64_t kWidest = 1000;
  for (OptionField field : search.fields())
    if (field.name == "beam") {
      field.most_typed = kWidest;
      command.option(field);
    }
}

void add_models(Command& command, Paths& models) {
  command.option("--model", &models, "file from train; several: an ensemble, whose probabilities are averaged")
      .reads_file(Input::model)
      .required();
}

Translator load_translator(const Paths& models) {
  Translator translator = Translator::load(models.front());
  for (std::size_t i = 1; i < models.size(); ++i) translator.add_model(Translator::load(models[i]));
  return translator;
}

}  // namespace weft::programs
