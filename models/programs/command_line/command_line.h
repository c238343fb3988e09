// What the programs' command lines have in common.
#pragma once

#include <weft/models/io/decimal.h>
#include <weft/models/programs/command_line/file_use.h>
#include <weft/models/programs/command_line/program_messages.h>
#include <weft/models/report/environment.h>
#include <weft/tensor/base/error.h>
#include <weft/tensor/base/suggestion.h>
#include <weft/tensor/runtime/parallel.h>

#include <CLI/CLI.hpp>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <functional>
#include <iostream>
#include <limits>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace weft::programs {

// Everything that was written so far is where it belongs. Throws IoError when it is not: the disk may be full.
inline void flush_output() {
  errno = 0;
  std::cout.flush();
  const bool written = std::cout.good() && std::fflush(stdout) == 0 && !std::ferror(stdout);
  if (!written && errno == 0) {  // an earlier write was lost: another one tells why
    std::fputc('\n', stdout);
    std::fflush(stdout);
  }
  require<IoError>(written, "cannot write to standard output", errno ? ": " : "", errno ? std::strerror(errno) : "");
}

// A training that was asked to stop, and has saved what it had.
class Stopped : public Error {
 public:
  using Error::Error;
};

// Throws ValueError for a first word that is no subcommand's name; the parser would only say that one is missing.
inline void check_subcommand(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-' || argv[1][0] == '\0') return;
  std::string names;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_name() == argv[1]) return;
    (names += names.empty() ? "" : ", ") += command->get_name();
  }
  throw ValueError("there is no subcommand \"" + std::string(argv[1]) + "\": " + names);
}

// Runs a program: parses the command line, checks the files that its options name, then calls its subcommand's callback, or
// `body` for a program without subcommands. One clear line on standard error and exit code 2 for unknown options, bad values, bad
// files and output that is lost; 130 for a training that was asked to stop.
inline int run(CLI::App& app, int argc, char** argv, const std::function<void()>& body = {}) {
  std::signal(SIGXFSZ, SIG_IGN);  // a write beyond the limit of a file's size fails then, and the error names the file
  reserve_standard_streams();
  if (!body) app.require_subcommand(1);
  app.get_formatter()->column_width(44);
  app.set_version_flag("--version", app.get_name() + " " + report::version(), "print the version and exit");
  app.parse_complete_callback([&app] {
    check_files(app);
    check_inputs(app);
  });
  auto say = [&app](const std::string& message) {
    if (!errors_would_damage_input(app)) std::cerr << app.get_name() << ": " << message << std::endl;
  };
  try {
    try {
      if (!body) check_subcommand(app, argc, argv);
      app.parse(argc, argv);
      if (body) body();
    } catch (const CLI::Success& help) {
      app.exit(help);
    }
    flush_output();
    return 0;
  } catch (const Stopped& stopped) {
    say(stopped.what());
    return 130;
  } catch (const CLI::ParseError& error) {
    const std::vector<std::string> unknown = app.remaining(true);  // a slip in a name can be why another option is missing
    say((unknown.empty() ? program_message(app, error.what())
                         : "there is no option or argument " + unknown[0] + did_you_mean(unknown[0], option_names(app))) +
        " (see --help)");
  } catch (const ValueError& error) {
    say(program_message(app, error.what()));
  } catch (const std::bad_alloc&) {
    say("there is not enough memory for these sizes");
  } catch (const std::exception& error) {
    say(error.what());
  }
  return 2;
}

// A check for options that take a whole number.
inline CLI::Validator whole_number(std::uint64_t smallest, std::uint64_t largest) {
  return CLI::Validator(
      [=](const std::string& text) {
        std::uint64_t value = 0;
        const char* end = text.data() + text.size();
        auto [stop, error] = std::from_chars(text.data(), end, value);
        if (error == std::errc() && stop == end && value >= smallest && value <= largest) return std::string();
        return "\"" + text + "\" is no whole number from " + std::to_string(smallest) + " to " + std::to_string(largest);
      },
      "");
}

inline bool is_flag(const CLI::Option& option) { return option.get_expected_max() == 0; }
// Whether a flag is on, given or by default.
inline bool is_on(const CLI::Option& flag) { return flag.count() > 0 ? flag.as<bool>() : flag.get_default_str() == "true"; }

// A check for options whose text parse() reads or refuses.
template <class Parse>
CLI::Validator parsed_by(Parse parse) {
  return CLI::Validator(
      [parse](const std::string& text) {
        try {
          parse(text);
          return std::string();
        } catch (const ValueError& error) {
          return std::string(error.what());
        }
      },
      "");
}

// An option that takes a whole number and shows its default.
template <class Integer>
void add_whole_number(CLI::App* command, const std::string& name, Integer& value, std::uint64_t smallest, std::uint64_t largest,
                      const std::string& what) {
  command->add_option(name, value, what)->check(whole_number(smallest, largest))->capture_default_str();
}
inline constexpr std::uint64_t kLargestSeed = std::numeric_limits<std::uint64_t>::max();
// What is above these is a slip: counts that have no natural end, rows of an embedding, numbers of a vector.
inline constexpr std::uint64_t kMany = 1'000'000'000, kMostRows = 100'000'000, kMostNumbers = 100'000;

// Groups of options in --help. What stands in them tells where data is and how a program is run, and is no part of what a model
// was made by.
inline constexpr const char *kDataGroup = "Data", *kRunGroup = "Running";

// While it lives, options that are added to the subcommand belong to the group.
class InGroup {
 public:
  InGroup(CLI::App* command, const char* group) : command_(command), before_(command->option_defaults()->get_group()) {
    command->option_defaults()->group(group);
  }
  ~InGroup() { command_->option_defaults()->group(before_); }
  InGroup(const InGroup&) = delete;
  InGroup& operator=(const InGroup&) = delete;

 private:
  CLI::App* command_;
  std::string before_;
};

// An option whose values are names.
template <class Kind, class Parse>
void add_named(CLI::App* command, const std::string& name, Kind& value, Parse parse, std::vector<std::string> names,
               const std::string& what) {
  command
      ->add_option_function<std::string>(
          name, [&value, parse](const std::string& text) { value = parse(text); }, what)
      ->check(CLI::IsMember(std::move(names)))
      ->default_str(to_string(value));
}

// --threads for a subcommand; takes effect as it is read.
inline void add_threads(CLI::App* command) {
  InGroup run(command, kRunGroup);
  command
      ->add_option_function<int>(
          "--threads", [](int count) { set_threads(count); }, "threads to use; results do not depend on it")
      ->default_str("1")
      ->check(whole_number(1, 1024));
}

// A result line: "name 12.34", with `digits` after the point.
inline void print_result(const std::string& name, double value, int digits) {
  std::cout << name << ' ' << text::fixed(value, digits) << '\n';
}

}  // namespace weft::programs
