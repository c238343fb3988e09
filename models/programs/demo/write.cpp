// demo write.
#include <weft/models/generated/generate_dialogues.h>
#include <weft/models/generated/generate_english_french.h>
#include <weft/models/generated/generate_headlines.h>
#include <weft/models/generated/generate_labelled.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/demo/command.h>
#include <weft/tensor/files/atomic_file.h>

#include <array>
#include <iostream>
#include <memory>

namespace weft::programs {

namespace {

std::string lines_of(const std::vector<text::TextPair>& pairs) {
  std::string lines;
  for (const text::TextPair& pair : pairs) lines += pair.source + '\t' + pair.target + '\n';
  return lines;
}

std::string lines_of(const std::vector<text::LabelledText>& texts) {
  std::string lines;
  for (const auto& [label, text] : texts) lines += label + '\t' + text + '\n';
  return lines;
}

std::string lines_of(const std::vector<text::Dialogue>& dialogues) {
  std::string lines;
  for (const text::Dialogue& dialogue : dialogues) {
    if (!lines.empty()) lines += '\n';
    for (const std::string& line : dialogue) lines += line + '\n';
  }
  return lines;
}

constexpr std::array kKinds{"dialogues", "english-french", "headlines", "labelled"};

// Returns the content of a file.
std::string generated(const std::string& kind, std::size_t count, std::uint64_t seed) {
  if (kind == "dialogues") return lines_of(text::generate_dialogues(count, seed));
  if (kind == "english-french") return lines_of(text::generate_pairs(count, seed));
  if (kind == "headlines") return lines_of(text::generate_headlines(count, seed));
  return lines_of(text::generate_labelled(count, seed));
}

void write_file(const std::string& path, const std::string& content) {
  AtomicFile file(path);
  file.write(content);
  file.commit();
}

}  // namespace

void add_write(Command& program) {
  struct Options {
    std::string what, output;
    std::size_t count = 5000;
    std::uint64_t seed = 1;
  };
  auto options = std::make_shared<Options>();
  Command& command = program.subcommand("write", "Write generated data to a file, for classify and translate");
  command
      .option("data", &options->what,
              "english-french, headlines: source<TAB>target; labelled: label<TAB>text; dialogues: lines and answers")
      .required()
      .choices(std::vector<std::string>(kKinds.begin(), kKinds.end()));
  command.option("--count", &options->count, "number of examples; a smaller number gives the beginning of the same list")
      .range(1, kMany);
  command.option("--seed", &options->seed, "seed of the examples; use another one for test data").range(0, kLargestSeed);
  command.option("--output", &options->output, "file to write; by default standard output").writes_file();
  command.action([options, &program] {
    for (const Option& option : program.options())
      require<ValueError>(!option.is_given(), option.name(), " is not an option of demo write");
    const std::string content = generated(options->what, options->count, options->seed);
    if (options->output.empty())
      std::cout << content;
    else
      write_file(options->output, content);
  });
}

}  // namespace weft::programs
