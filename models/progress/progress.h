// Progress of long work: one line that is rewritten on a terminal, nothing but finished lines elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>

namespace weft {

// "3.2 s", "4 min 10 s", "2 h 5 min".
std::string format_duration(double seconds);

// The width of a terminal in columns; 0: there is none.
using Columns = int (*)();
// That of standard error.
int stderr_columns();

// A stream that is no terminal.
inline int no_columns() { return 0; }

// A bar for one round of `total` steps on one line, cut to the terminal's width, at most ten times a second; where the total is
// not known and 0, the steps alone. Where `columns` says that there is no terminal, a plain line a minute.
class Progress {
 public:
  // `already` of the steps were done before.
  Progress(std::ostream& out, Columns columns, std::string label, std::int64_t total, std::int64_t already = 0);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `done` steps are over, in which `units` were met since this began, such as tokens, for the speed; `note` gives the line's
  // end, and is asked for lines that are shown.
  void update(std::int64_t done, std::int64_t units, const char* unit, const std::function<std::string()>& note = {});
  double seconds() const;
  // Takes the line off the terminal, so that another can be written there.
  void clear();

 private:
  std::ostream& out_;
  Columns columns_;
  std::string label_;
  std::int64_t total_, already_;
  bool line_stands_ = false;
  std::chrono::steady_clock::time_point start_, shown_;
};

// Shows on standard error how many `units` of all are read; 0: how many there are is not known. A function that does nothing
// unless this is to be `shown`.
std::function<void(std::int64_t done)> reading_progress(bool shown, const std::string& label, const char* units,
                                                        std::int64_t total = 0);

}  // namespace weft
