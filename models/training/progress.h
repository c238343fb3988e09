// Progress of long work: one line that is rewritten on a terminal, nothing but finished lines elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>

namespace weft {

// "3.2 s", "4 min 10 s", "2 h 5 min".
std::string format_duration(double seconds);

// The width of a terminal in columns; 0: there is none.
using Columns = int (*)();
// That of standard error.
int stderr_columns();

// A bar for one round of `total` steps on one line, cut to the terminal's width. Writes to `out` only when that is a terminal, at
// most ten times a second.
class Progress {
 public:
  Progress(std::ostream& out, Columns columns, std::string label, std::int64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `done` steps are over; `units` counts what the speed is given in, such as tokens; `note` stands at the line's end.
  void update(std::int64_t done, std::int64_t units, const char* unit, const std::string& note);
  double seconds() const;

 private:
  std::ostream& out_;
  Columns columns_;
  std::string label_;
  std::int64_t total_;
  bool line_stands_ = false;
  std::chrono::steady_clock::time_point start_, shown_;
};

}  // namespace weft
