#include <weft/models/io/decimal.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/file_use.h>
#include <weft/models/programs/command_line/parse.h>
#include <weft/models/programs/command_line/program_messages.h>
#include <weft/models/report/environment.h>
#include <weft/tensor/runtime/parallel.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <new>
#include <string>

namespace weft::programs {

namespace {

// Throws ValueError if the first word is not the name of a subcommand; the parser would only report that one is missing.
void check_subcommand(const Command& program, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-' || argv[1][0] == '\0') return;
  std::string names;
  for (const Command& command : program.subcommands()) {
    if (command.name() == argv[1]) return;
    (names += names.empty() ? "" : ", ") += command.name();
  }
  throw ValueError("unknown subcommand \"" + std::string(argv[1]) + "\"; the subcommands are " + names);
}

void parse_and_act(Command& program, int argc, char** argv, const std::function<void()>& body) {
  if (!body) check_subcommand(program, argc, argv);
  if (!parse(program, argc, argv, !body)) return;
  check_files(program);
  check_inputs(program);
  each_given(program, [](const Command& command) { command.act(); });
  if (body) body();
}

}  // namespace

void flush_output() {
  errno = 0;
  std::cout.flush();
  const bool written = std::cout.good() && std::fflush(stdout) == 0 && !std::ferror(stdout);
  if (!written && errno == 0) {  // an earlier write has failed: another one gives the reason
    std::fputc('\n', stdout);
    std::fflush(stdout);
  }
  require<IoError>(written, "cannot write to standard output", errno ? ": " : "", errno ? std::strerror(errno) : "");
}

int run(Command& program, int argc, char** argv, const std::function<void()>& body) {
  std::signal(SIGXFSZ, SIG_IGN);  // a write beyond the file size limit then fails with an error that names the file
  reserve_standard_streams();
  program.version(program.name() + " " + report::version());
  auto say = [&program](const std::string& message) {
    if (!errors_would_damage_input(program)) std::cerr << program.name() << ": " << message << std::endl;
  };
  try {
    parse_and_act(program, argc, argv, body);
    flush_output();
    return 0;
  } catch (const Stopped& stopped) {
    say(stopped.what());
    return 130;
  } catch (const UsageError& error) {
    say(std::string(error.what()) + " (see --help)");
  } catch (const OptionError& error) {
    say(program_message(program, error));
  } catch (const std::bad_alloc&) {
    say("there is not enough memory for these sizes");
  } catch (const std::exception& error) {
    say(error.what());
  }
  return 2;
}

void add_threads(Command& command) {
  constexpr int kMostThreads = 1024;
  command
      .option(
          "--threads", [](const std::string& count) { set_threads(std::stoi(count)); },
          "number of threads; results do not depend on it")
      .range(1, kMostThreads)
      .type("INT")
      .default_text("1")
      .group(kRunGroup);
}

void print_result(const std::string& name, double value, int digits) {
  std::cout << name << ' ' << text::fixed(value, digits) << '\n';
}

}  // namespace weft::programs
