// No output of a program overwrites an input or another output, whatever its options are.
#include <unistd.h>

#include <map>
#include <regex>

#include "tests/models/programs/classify_files.h"

using namespace weft::test;

namespace {

// An option that names a file, as --help shows it.
struct Option {
  std::string name, needs;
  bool written = false, required = false, begins = false;
};

struct Command {
  std::string program, words;  // "translate", "train"
  std::vector<Option> options = {};
};

std::string help(const Command& command) { return run_program(command.program, command.words + " --help").out; }

void read_options(Command& command, const std::string& text) {
  static const std::regex file("^  (--[a-z-]+) (FILE|OUTFILE)\\b(.*)"), plain("^  (--[a-z-]+) TEXT( |=|$)");
  for (const std::string& line : lines_of(text)) {
    CAPTURE(line);
    CHECK_MESSAGE(!std::regex_search(line, plain), "the type of an option of free text says whether it names a file");
    std::smatch found;
    if (!std::regex_search(line, found, file)) continue;
    const std::string rest = found[3];
    command.options.push_back({found[1], rest.find("Needs: --alignment") == std::string::npos ? "" : " --alignment",
                               found[2] == "OUTFILE", rest.find("REQUIRED") != std::string::npos,
                               rest.find("OUTFILE-attention-SEED") != std::string::npos});
  }
}

// Returns the options of all programs, as --help shows them.
std::vector<Command> commands() {
  std::vector<Command> all;
  for (const char* program : {"classify", "translate", "demo"}) {
    const Command root{program, ""};
    const std::string text = help(root);
    bool listed = false;
    for (const std::string& line : lines_of(text)) {
      if (listed && line.starts_with("  ") && line[2] != ' ') all.push_back({program, line.substr(2, line.find(' ', 2) - 2)});
      listed = listed || line == "Subcommands:";
    }
    for (Command& command : all) {
      if (command.program != program) continue;
      read_options(command, help(command));
      if (command.program != "demo") read_options(command, text);  // every subcommand accepts --config
    }
    if (root.program == "demo") read_options(all.emplace_back(root), text);
  }
  return all;
}

class Clash {
  TemporaryFolder folder_;

 public:
  // `file` exists and must not be overwritten.
  const std::string file = folder_ / "f-attention-0", other = folder_ / "other";

  Clash() {
    write_file(file, kContent);
    write_file(other, "a\tb\n");
  }
  // Returns a command in which these options name the file and all other required options name something else.
  std::string arguments(const Command& command, const std::vector<Option>& named) const {
    std::string line = command.words == "write" ? "write labelled" : command.words;
    for (const Option& option : named) line += option.needs + " " + option.name + " " + (option.begins ? folder_ / "f" : file);
    for (const Option& option : command.options) {
      const bool is_named = std::ranges::any_of(named, [&](const Option& each) { return each.name == option.name; });
      if (option.required && !is_named) line += " " + option.name + " " + (option.written ? folder_ / "new" : other);
    }
    return line;
  }
  void refused(const Command& command, const std::vector<Option>& named, const std::string& redirection = "") const {
    const std::string line = arguments(command, named);
    CAPTURE(command.program);
    CAPTURE(line);
    CAPTURE(redirection);
    check_refused(run_program(command.program, line, "", redirection), "would replace another file of the same run, ");
    CHECK(read_file(file) == kContent);
    CHECK_FALSE(std::filesystem::exists(folder_ / "new"));
  }

 private:
  static constexpr const char* kContent = "# worth something\n";
};

}  // namespace

TEST_CASE("two options cannot name the same file if one of them writes it") {
  const Clash clash;
  std::size_t pairs = 0;
  for (const Command& command : commands())
    for (std::size_t i = 0; i < command.options.size(); ++i)
      for (std::size_t j = i + 1; j < command.options.size(); ++j) {
        const Option &a = command.options[i], &b = command.options[j];
        if (!a.written && !b.written) continue;
        clash.refused(command, {a, b});
        ++pairs;
      }
  CHECK(pairs > 100);  // otherwise the format of --help has changed
}

TEST_CASE("an empty file name is refused by every option") {
  const Clash clash;
  for (const Command& command : commands())
    for (const Option& option : command.options) {
      std::string line = clash.arguments(command, {option});
      const std::size_t begin = line.find(option.name + " ") + option.name.size() + 1;
      line.replace(begin, std::min(line.find(' ', begin), line.size()) - begin, "''");
      CAPTURE(line);
      check_refused(run_program(command.program, line), option.name + ": the file's path is empty");
    }
}

TEST_CASE("standard input and output count as files of a run") {
  const Clash clash;
  std::size_t options = 0;
  for (const Command& command : commands()) {
    for (const Option& option : command.options) {
      clash.refused(command, {option}, ">>" + clash.file);
      if (option.written) clash.refused(command, {option}, "<" + clash.file);
      ++options;
    }
    clash.refused(command, {}, "<" + clash.file + " >>" + clash.file);
  }
  CHECK(options > 50);
}

TEST_CASE("errors are not written where they would damage an input") {
  const Clash clash;
  for (const char* redirection : {" 2>>", " >/dev/null 2>>"}) {
    const Run run = run_program("classify", "predict --model " + clash.other, "", "<" + clash.file + redirection + clash.file);
    CHECK(run.code == 2);
    CHECK(read_file(clash.file) == "# worth something\n");
  }
}

TEST_CASE("files are compared by identity, not by name") {
  const Files files;
  const std::string before = read_file(files.train), folder = files.folder / "";
  std::filesystem::create_hard_link(files.train, folder + "hard");
  std::filesystem::create_symlink(files.train, folder + "soft");
  std::filesystem::create_directory_symlink(folder, folder + "here");
  std::filesystem::create_symlink(folder + "none yet", folder + "to none");
  const std::string replaces = "would replace another file of the same run, ";
  for (const char* name : {"hard", "soft", "here/train.tsv", "here/./here/soft"})
    check_refused(classify(files.training({{"--model", folder + name}})), replaces + files.train + " (--model and --train)");
  // Files that do not exist yet.
  check_refused(classify(files.training({{"--csv-log", folder + "here/model"}})), replaces);
  check_refused(classify(files.training({{"--csv-log", "'" + folder + "to none'"}, {"--report", "'" + folder + "none yet'"}})),
                replaces);
  // Checkpoints of the model, which training removes.
  const std::string checkpoint = files.model + ".000000007.checkpoint";
  std::filesystem::copy(files.dev, checkpoint);
  check_refused(classify(files.training({{"--dev", checkpoint}, {"--resume", ""}})), replaces + checkpoint);
  CHECK(std::filesystem::exists(checkpoint));
  // A leftover of a killed process, which is removed too.
  const std::string left = files.model + ".partial-2147483000-0";
  std::filesystem::copy(files.dev, left);
  std::filesystem::remove(checkpoint);
  check_refused(classify(files.training({{"--dev", left}})), replaces + left);
  CHECK(std::filesystem::exists(left));
  CHECK(read_file(files.train) == before);
  CHECK_FALSE(std::filesystem::exists(files.model));
}
