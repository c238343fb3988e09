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
#include <optional>
#include <streambuf>
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

// Writes nothing.
class NullBuffer : public std::streambuf {
  int_type overflow(int_type c) override { return traits_type::not_eof(c); }
};

// While it exists, streams on all ranks but the first write nothing.
class OneVoice {
 public:
  explicit OneVoice(const Communicator& ranks) {
    if (is_first_rank(&ranks)) return;
    out_ = std::cout.rdbuf(&nothing_);
    error_ = std::cerr.rdbuf(&nothing_);
  }
  OneVoice(const OneVoice&) = delete;
  OneVoice& operator=(const OneVoice&) = delete;
  ~OneVoice() {
    if (out_) std::cout.rdbuf(out_);
    if (error_) std::cerr.rdbuf(error_);
  }

 private:
  NullBuffer nothing_;
  std::streambuf *out_ = nullptr, *error_ = nullptr;
};

Mpi* running = nullptr;

// Makes the ranks known to ranks_of_run().
class KnownRanks {
 public:
  explicit KnownRanks(Mpi& ranks) { running = &ranks; }
  KnownRanks(const KnownRanks&) = delete;
  KnownRanks& operator=(const KnownRanks&) = delete;
  ~KnownRanks() { running = nullptr; }
};

void check_ranks(const Command& program) {
  if (!ranks_of_run()) return;
  bool shared = false;
  each_given(program, [&](const Command& command) { shared = shared || command.shares_work(); });
  require<ValueError>(shared, "runs on one rank, but mpirun started ", ranks_of_run()->size(), "; only train shares its work");
  require<ValueError>(standard_inputs(program) == 0, "several ranks cannot read standard input; name files instead");
}

void parse_and_act(Command& program, int argc, char** argv, const std::function<void()>& body) {
  if (!body) check_subcommand(program, argc, argv);
  if (!parse(program, argc, argv, !body)) return;
  check_ranks(program);
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

Mpi* ranks_of_run() { return running && running->size() > 1 ? running : nullptr; }

namespace {

struct Outcome {
  int code = 0;
  std::string message = {};
};

Outcome outcome_of(Command& program, int argc, char** argv, const std::function<void()>& body) {
  try {
    parse_and_act(program, argc, argv, body);
    flush_output();
    return {};
  } catch (const Stopped& stopped) {
    return {130, stopped.what()};
  } catch (const UsageError& error) {
    return {2, std::string(error.what()) + " (see --help)"};
  } catch (const OptionError& error) {
    return {2, program_message(program, error)};
  } catch (const std::bad_alloc&) {
    return {2, "there is not enough memory for these sizes"};
  } catch (const std::exception& error) {
    return {2, error.what()};
  }
}

Outcome outcome_on_ranks(Command& program, int argc, char** argv, const std::function<void()>& body, Mpi& ranks) {
  const KnownRanks known(ranks);
  const OneVoice voice(ranks);
  return outcome_of(program, argc, argv, body);
}

}  // namespace

int run(Command& program, int argc, char** argv, const std::function<void()>& body) {
  std::signal(SIGXFSZ, SIG_IGN);  // a write beyond the file size limit then fails with an error that names the file
  reserve_standard_streams();
  program.version(program.name() + " " + report::version());
  auto say = [&program](const std::string& message) {
    if (!errors_would_damage_input(program)) std::cerr << program.name() << ": " << message << std::endl;
  };
  std::optional<Mpi> ranks;
  try {
    ranks.emplace();
  } catch (const Error& error) {
    say(error.what());
    return 2;
  }
  const Outcome outcome = outcome_on_ranks(program, argc, argv, body, *ranks);
  const bool alone = outcome.code != 0 && !ranks->all_fail();
  if (!outcome.message.empty() && (alone || is_first_rank(&*ranks)))
    say((is_first_rank(&*ranks) ? "" : "rank " + std::to_string(ranks->rank()) + ": ") + outcome.message);
  if (alone) ranks->end_all();
  return outcome.code;
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
