// Progress of long work: one line that is rewritten on a terminal, and plain complete lines elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>

namespace weft {

// "3.2 s", "4 min 10 s", "2 h 5 min".
std::string format_duration(double seconds);

// Returns the width of a terminal in columns, or 0 if there is none.
using Columns = int (*)();
// Returns the width for standard error.
int stderr_columns();

// For a stream that is not a terminal.
inline int no_columns() { return 0; }

// A bar for one round of `total` steps on one line, cut to the terminal's width and updated at most ten times a second; if the
// total is 0, which means unknown, only the steps are shown. If `columns` returns 0, there is no terminal and a plain line is
// printed every minute.
class Progress {
 public:
  // `already` is the number of steps done before.
  Progress(std::ostream& out, Columns columns, std::string label, std::int64_t total, std::int64_t already = 0);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Reports that `done` steps are complete. `units`, such as tokens, is the number processed since the beginning, for the speed.
  // `note` returns the end of the line, and is called only for lines that are shown.
  void update(std::int64_t done, std::int64_t units, const char* unit, const std::function<std::string()>& note = {});
  double seconds() const;
  // Removes the line from the terminal, so that another one can be written.
  void clear();

 private:
  std::ostream& out_;
  Columns columns_;
  std::string label_;
  std::int64_t total_, already_;
  bool line_stands_ = false;
  std::chrono::steady_clock::time_point start_, shown_;
};

// Shows on standard error how many `units` of all have been read; 0 means that the total is unknown. Returns a function that does
// nothing unless `shown` is true.
std::function<void(std::int64_t done)> reading_progress(bool shown, const std::string& label, const char* units,
                                                        std::int64_t total = 0);

}  // namespace weft
