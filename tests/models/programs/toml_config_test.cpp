// Configuration files, tested without running a program.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <weft/models/programs/command_line/parse.h>
#include <weft/models/programs/command_line/program_messages.h>
#include <weft/models/programs/command_line/toml_config.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using test::TemporaryFolder, test::write_file;

namespace {

// A program with options of each kind.
struct Options {
  std::string text, other = "given by default";
  std::vector<std::string> list;
  std::int64_t whole = 5;
  std::uint64_t seed = 0;
  double real = 0.25;
  bool flag = false, usual = true;
};

struct Program : Options {
  programs::Command program{"program", ""};
  programs::Command& train = program.subcommand("train", "");
  std::string ignored;

  explicit Program(std::chrono::milliseconds pipe_wait = text::kPipeWait) {
    train.option("--text", &text, "");
    train.option("--other", &other, "");
    train.option("--list", &list, "");
    train.option("--whole", &whole, "");
    train.option("--seed", &seed, "").range(0, std::numeric_limits<std::uint64_t>::max());
    train.option("--real", &real, "");
    train.flag("--flag", &flag, "");
    train.flag("--usual", "--unusual", &usual, "");
    program.subcommand("show", "");
    programs::add_config(program, pipe_wait);
  }
  // As in main(), but without the program's name.
  void parse(std::vector<std::string> arguments) {
    std::vector<char*> words{program_name};
    for (std::string& argument : arguments) words.push_back(argument.data());
    programs::parse(program, static_cast<int>(words.size()), words.data(), false);
  }
  std::string saved() const {
    return programs::to_toml("train", programs::effective_options(train, [](const programs::Option&) { return true; }));
  }
  std::string saved_if_given() const {
    return programs::to_toml("train",
                             programs::effective_options(train, [](const programs::Option& each) { return each.is_given(); }));
  }

 private:
  char program_name[8] = "program";
};

struct File {
  TemporaryFolder folder;
  std::string path = folder / "config.toml";
  explicit File(const std::string& toml) { write_file(path, toml); }
};

// Returns the values that a file sets, with `more` on the command line.
Options read(const std::string& toml, const std::vector<std::string>& more = {}) {
  File file(toml);
  Program program;
  std::vector<std::string> arguments{"train", "--config", file.path};
  arguments.insert(arguments.end(), more.begin(), more.end());
  program.parse(arguments);
  return program;
}

// Returns the message after the file's name.
template <class Kind>
std::string refusal(const std::string& toml) {
  File file(toml);
  Program program;
  try {
    program.parse({"train", "--config", file.path});
  } catch (const Kind& error) {
    const std::string message = error.what();
    CHECK(message.find('\n') == std::string::npos);
    return message.starts_with(file.path) ? message.substr(file.path.size()) : message;
  }
  FAIL_CHECK("no error: ", toml);
  return "";
}

}  // namespace

TEST_CASE("configuration: all kinds of values, comments and sections are read") {
  const Options all = read(R"(# of the whole file
[train]                # of a section
text = 'C:\a#b'        # literal: \ is itself
other = """
two
lines"""
list = [
  "x,y",  # a comment in a list
  'z',
]
whole = 0x1_0
seed = 1_000
real = -1.5e-3
flag = true
unusual = true

[show]
)");
  CHECK(all.text == "C:\\a#b");
  CHECK(all.other == "two\nlines");
  CHECK(all.list == std::vector<std::string>{"x,y", "z"});
  CHECK(all.whole == 16);
  CHECK(all.seed == 1000);
  CHECK(all.real == -1.5e-3);
  CHECK(all.flag);
  CHECK_FALSE(all.usual);
  CHECK(read("train.text = \"\\u00e9\\t\\\"\"").text == "é\t\"");
  CHECK(read("train = {text = 2024-05-01, list = 'one'}").text == "2024-05-01");
  CHECK(read("[train]\nlist = 'one'").list == std::vector<std::string>{"one"});
  CHECK(read("[train]\ntext = 12\nlist = [true, 1.5]\nreal = 3").text == "12");
  CHECK(read("[train]\nlist = [true, 1.5]").list == std::vector<std::string>{"true", "1.5"});
  CHECK(read("").other == "given by default");
}

TEST_CASE("configuration: a pipe with a slow writer is read, and a pipe without a writer is refused") {
  using namespace std::chrono_literals;
  TemporaryFolder folder;
  const std::string pipe = folder / "pipe", message = "cannot read " + pipe + ": no process writes to this pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_THROWS_WITH_AS(Program(150ms).parse({"train", "--config", pipe}), message.c_str(), IoError);
  const int writer = open(pipe.c_str(), O_RDWR | O_CLOEXEC);  // does not wait for a reader
  REQUIRE(writer >= 0);
  std::thread late([&] {
    std::this_thread::sleep_for(400ms);  // longer than a pipe without a writer would be waited for
    write_file(pipe, "[train]\nseed = 3\n");
    close(writer);
  });
  Program program(150ms);
  CHECK_NOTHROW(program.parse({"train", "--config", pipe}));
  late.join();
  CHECK(program.seed == 3);
}

TEST_CASE("configuration: the command line takes precedence over the file") {
  const Options all =
      read("[train]\ntext = 'file'\nlist = ['a', 'b']\nflag = true\nwhole = 7", {"--text", "line", "--list", "c"});
  CHECK(all.text == "line");
  CHECK(all.list == std::vector<std::string>{"c"});
  CHECK(all.flag);
  CHECK(all.whole == 7);
}

TEST_CASE("configuration: any saved value is read back unchanged") {
  const std::vector<std::string> texts{
      "",           "a#b",        "a\\b",    "a\"b",   "'",       "tab\there", "two\nlines", "cr\r\n", "\x1b\x7f",
      "é \u2028 😀", " spaces ",   "1e3",     "true",   "0x10",    "nan",       "inf",        "-1",     "007",
      "1_000",      "1979-05-27", "[train]", "a = 1",  "{}",      "# x",       "false",      "[]",     "null",
      "a,b",        "\"\"",       "'''",     "\"\"\"", "\\u00e9", "%%",        "-",          "=",      "."};
  for (const std::string& text : texts) {
    CAPTURE(text);
    Program first;
    if (text.empty())
      first.parse({"train", "--text", "", "--other", ""});
    else
      first.parse({"train", "--text=" + text, "--other=" + text, "--list=" + text + "."});
    CHECK(first.text == text);
    const Options again = read(first.saved());
    CHECK(again.text == text);
    CHECK(again.other == text);
    CHECK(again.list == first.list);
  }
  for (const std::vector<std::string>& list : {std::vector<std::string>{"a#b", "c\\d"}, {"1", "true", "nan"}, {"x,y", "", "z"}}) {
    Program first;
    std::vector<std::string> arguments{"train", "--list"};
    arguments.insert(arguments.end(), list.begin(), list.end());
    first.parse(arguments);
    CHECK(first.list == list);
    CHECK(read(first.saved()).list == list);
  }
}

TEST_CASE("configuration: numbers and flags are saved as numbers and booleans") {
  for (const char* number : {"0", "-7", "9223372036854775807", "-9223372036854775808"}) {
    Program first;
    first.parse({"train", std::string("--whole=") + number});
    CHECK(first.saved().find(std::string("\nwhole = ") + number + "\n") != std::string::npos);
    CHECK(read(first.saved()).whole == first.whole);
  }
  for (const char* seed : {"18446744073709551615", "9223372036854775808", "12"}) {  // the largest number in TOML is 2^63 - 1
    Program first;
    first.parse({"train", "--seed", seed});
    CHECK(read(first.saved()).seed == first.seed);
  }
  for (const char* number : {"-0.1", "1e-3", "0.30", "1e300", "-1e-300", "5e-324", "3", "0.1234567890123456789", "inf"}) {
    Program first;
    first.parse({"train", std::string("--real=") + number});
    CHECK(read(first.saved()).real == first.real);
    Program second;
    File file(first.saved());
    second.parse({"train", "--config", file.path});
    CHECK(second.saved() == first.saved());
  }
  Program usual, other;
  usual.parse({"train", "--real", "1e-3"});
  CHECK(usual.saved() == "[train]\nother = \"given by default\"\nreal = 0.001\nseed = 0\nusual = true\nwhole = 5\n");
  CHECK(usual.saved_if_given() == "[train]\nreal = 0.001\n");
  other.parse({"train", "--flag", "--unusual"});
  CHECK(other.saved().find("\nflag = true\n") != std::string::npos);
  CHECK(other.saved().find("\nusual = false\n") != std::string::npos);
  CHECK(read(other.saved()).flag);
  CHECK_FALSE(read(other.saved()).usual);
  Program bytes;
  bytes.parse({"train", "--text", "a\xff"});
  CHECK_THROWS_WITH_AS(bytes.saved(), "--text is not UTF-8, as configurations are: a\uFFFD", ValueError);
}

TEST_CASE("messages name options as the program does, with the line of an option from a file") {
  File file("[train]\nwhole = 1\n\nlearning-rate = 0\nshort = 3\ntext = \"a\"\n");
  Program program;
  double long_name = 0;
  program.train.option("--learning-rate", &program.ignored, "");
  program.train.option({.name = "long_name", .value = &long_name, .help = "described by the library", .flag = "--short"});
  program.parse({"train", "--config", file.path, "--text", "b"});
  auto message = [&](std::vector<OptionError::Part> parts) {
    return programs::program_message(program.program, OptionError(std::move(parts)));
  };
  const OptionError::Part rate{"learning_rate", true}, text{"--text", true}, whole{"--whole", true};
  CHECK(message({{"train: "}, rate, {" is 0"}}) == file.path + ":4: train: --learning-rate is 0");
  CHECK(message({{"train: "}, {"long_name", true}, {" is 3"}}) == file.path + ":5: train: --short is 3");
  CHECK(message({whole, {" 1 is below "}, rate}) == file.path + ":2: --whole 1 is below --learning-rate");
  CHECK(message({text, {" b is no word, "}, whole, {" 1"}}) == file.path + ":2: --text b is no word, --whole 1");
  CHECK(message({text, {": b is no word"}}) == "--text: b is no word");
  // Text, and names that no option has, are not replaced.
  CHECK(message({{"cannot open learning_rate.tsv, --whole 1"}}) == "cannot open learning_rate.tsv, --whole 1");
  CHECK(message({{"fit: "}, {"copied_ids", true}, {" is 0"}}) == "fit: copied_ids is 0");
}

TEST_CASE("configuration: a value that the command line could not have is reported with its line") {
  auto refused = [](const std::string& toml) { return refusal<programs::UsageError>(toml); };
  CHECK(refused("[train]\n\nwhole = 'many'\n").starts_with(":3: "));
  CHECK(refused("[train]\nreal = 1\nseed = -1\n").starts_with(":3: "));
}

TEST_CASE("a missing option is not blamed on the line of another one") {
  File file("[train]\nseed = 5\nflag = true\n");
  Program program;
  program.train.option("--model", &program.ignored, "").required();
  CHECK_THROWS_WITH_AS(program.parse({"train", "--config", file.path}), "--model is required", programs::UsageError);
}

TEST_CASE("an option that needs another one is named with its line") {
  File file("[train]\nseed = 5\nmore = \"a\"\n");
  Program program;
  programs::Option& other = program.train.option("--other-one", &program.ignored, "");
  program.train.option("--more", &program.ignored, "").needs(other);
  CHECK_THROWS_WITH_AS(program.parse({"train", "--config", file.path}), (file.path + ":3: --more requires --other-one").c_str(),
                       programs::UsageError);
}

TEST_CASE("configuration: errors name the place") {
  struct Case {
    const char *toml, *message;
  };
  for (const Case& each : {
           Case{"[train]\nwhole = 1\nwhoel = 2\n", ":3: no option is called train.whoel; did you mean \"whole\"?"},
           {"[train]\nwhole = 1\n[trian]\nwhole = 2\n", ":3: program has no subcommand for the section [trian]"},
           {"whole = 1\n", ":1: no option is called whole; options belong in sections, such as [train]"},
           {"\ntrain = 1\n", ":2: train must be a single section, [train]"},
           {"[[train]]\nwhole = 1\n", ":1: train must be a single section, [train]"},
           {"[train.whole]\nx = 1\n", ":1: train.whole is an option, not a section"},
           {"[train]\nlist = ['a', ['b']]\n", ":2: the value of an option cannot be a list of lists or of tables"},
           {"[train]\nhelp = true\n", ":2: train.help is allowed only on the command line"},
           {"[train]\nusual = true\nunusual = true\n", ":2: usual and unusual are the same option, which may be given only once"},
           {"[train]\nwhole = 1\nwhole = 2\n",
            ":3:9: Error while parsing key-value pair: cannot redefine existing integer 'whole'"},
           {"[train]\nwhole = 1\n[train]\n", ":3:1: Error while parsing table header: cannot redefine existing table 'train'"},
           {"[train]\ntext = many\n", ":2:8: Error while parsing value: could not determine value type"},
           {"[train]\ntext = \"\\q\"\n", ":2:10: Error while parsing string: unknown escape sequence '\\q'"},
           {"[train\n", ":1:7: Error while parsing table header: expected ']', saw '\\n'"},
           {"[train]\ntext = 'a\xff'\n", ":2:9: Encountered invalid utf-8 sequence"},
       })
    CHECK(refusal<FormatError>(each.toml) == each.message);
  for (const Case& each : {Case{"[train]\nwhole = 1.5", "--whole"},
                           {"[train]\nwhole = 'many'", "--whole"},
                           {"[train]\nwhole = [1, 2]", "--whole"},
                           {"[train]\nseed = -1", "\"-1\" is not a whole number from 0"},
                           {"[train]\nlist = []", "--list"},
                           {"[train]\nflag = [true, true]", "train.flag"},
                           {"[train]\nflag = 'perhaps'", "--flag"}}) {
    CAPTURE(each.toml);
    CHECK(refusal<programs::UsageError>(each.toml).find(each.message) != std::string::npos);
  }
}
