// Runs the programs as a user runs them.
#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "tests/tensor/files/temporary_folder.h"

namespace weft::test {

struct Run {
  int code;
  std::string out, error;
};

// Runs `program` from the build's bin folder, with arguments for a shell and `input` on its standard input. `redirection`, such
// as
// "< /tmp", is put after all others.
inline Run run_program(const std::string& program, const std::string& arguments, const std::string& input = "",
                       const std::string& redirection = "") {
  TemporaryFolder folder;
  write_file(folder / "in", input);
  const std::string command = WEFT_BINARY_DIR "/bin/" + program + " " + arguments + " <" + (folder / "in") + " >" +
                              (folder / "out") + " 2>" + (folder / "error") + " " + redirection;
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(folder / "out"), read_file(folder / "error")};
}

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
