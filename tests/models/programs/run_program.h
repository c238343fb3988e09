// Runs the programs as a user runs them.
#pragma once

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include "tests/tensor/files/temporary_folder.h"

namespace weft::test {

struct Run {
  int code;
  std::string out, error;
};

// Runs a command of the shell.
inline Run run_command(const std::string& command, const std::string& redirection = "") {
  TemporaryFolder folder;
  const std::string whole = command + " >" + (folder / "out") + " 2>" + (folder / "error") + " " + redirection;
  const int status = std::system(whole.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(folder / "out"), read_file(folder / "error")};
}

// Runs `program` from the build's bin folder, with arguments for a shell and `input` on its standard input. `redirection`, such
// as "< /tmp", is put after all others.
inline Run run_program(const std::string& program, const std::string& arguments, const std::string& input = "",
                       const std::string& redirection = "") {
  TemporaryFolder folder;
  write_file(folder / "in", input);
  return run_command(WEFT_BINARY_DIR "/bin/" + program + " " + arguments + " <" + (folder / "in"), redirection);
}

// A command that runs in parallel with the test.
class Background {
 public:
  explicit Background(const std::string& command) {
    const std::string whole = "exec " + command + " >" + (folder_ / "out") + " 2>" + (folder_ / "error");
    process_ = fork();
    if (process_ == 0) {
      for (int ignored : {SIGINT, SIGHUP}) signal(ignored, SIG_DFL);  // tests that run in the background inherit ignored signals
      execl("/bin/sh", "sh", "-c", whole.c_str(), nullptr);
      _exit(127);
    }
  }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  // Waits until the output contains the text, but not forever, because the program may have failed.
  void wait_for(const std::string& text) const {
    for (int i = 0; i < 3000 && read_file(folder_ / "out").find(text) == std::string::npos; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  Run end(int signal) {
    kill(process_, signal);
    int status = 0;
    waitpid(process_, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_file(folder_ / "out"),
            read_file(folder_ / "error")};
  }

 private:
  TemporaryFolder folder_;
  pid_t process_;
};

inline std::int64_t lines_in(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

// Checks that the program printed only one error line, which contains `part`, and exited with code 2.
inline void check_refused(const Run& run, const std::string& part) {
  CAPTURE(part);
  CAPTURE(run.error);
  CHECK(run.code == 2);
  CHECK(run.out.empty());
  CHECK(lines_in(run.error) == 1);
  CHECK(run.error.find(part) != std::string::npos);
}

}  // namespace weft::test
