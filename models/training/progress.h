// Progress of long work: one line that is rewritten on a terminal, nothing but finished lines elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>

namespace weft {

// "3.2 s", "4 min 10 s", "2 h 5 min".
std::string format_duration(double seconds);

// A bar for one round of `total` steps. Writes to `out` only when that is a terminal, at most ten times a second.
class Progress {
 public:
  Progress(std::ostream& out, bool terminal, std::string label, std::int64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `done` steps are over; `units` counts what the speed is given in, such as tokens; `note` stands at the line's end.
  void update(std::int64_t done, std::int64_t units, const char* unit, const std::string& note);
  double seconds() const;

 private:
  void clear();

  std::ostream& out_;
  bool terminal_;
  std::string label_;
  std::int64_t total_;
  std::size_t width_ = 0;
  std::chrono::steady_clock::time_point start_, shown_;
};

// Whether standard error is a terminal.
bool stderr_is_terminal();

}  // namespace weft
