#include <weft/models/training/progress.h>

#include <unistd.h>

#include <algorithm>
#include <ostream>
#include <sstream>

namespace weft {

namespace {

using Clock = std::chrono::steady_clock;
double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::string bar(double share) {
  constexpr int kWidth = 20;
  int full = static_cast<int>(share * kWidth);
  std::string text;
  for (int i = 0; i < kWidth; ++i) text += i < full ? "█" : "░";
  return text;
}

}  // namespace

std::string format_duration(double seconds) {
  std::ostringstream text;
  auto whole = static_cast<std::int64_t>(seconds + 0.5);
  if (seconds < 60) {
    text.precision(1);
    text << std::fixed << seconds << " s";
  } else if (whole < 3600) {
    text << whole / 60 << " min " << whole % 60 << " s";
  } else {
    text << whole / 3600 << " h " << whole % 3600 / 60 << " min";
  }
  return text.str();
}

bool stderr_is_terminal() { return isatty(STDERR_FILENO); }

Progress::Progress(std::ostream& out, bool terminal, std::string label, std::int64_t total)
    : out_(out), terminal_(terminal), label_(std::move(label)), total_(total), start_(Clock::now()), shown_(start_) {}

Progress::~Progress() { clear(); }

double Progress::seconds() const { return since(start_); }

void Progress::clear() {
  if (terminal_ && width_) out_ << '\r' << std::string(width_, ' ') << '\r' << std::flush;
  width_ = 0;
}

void Progress::update(std::int64_t done, std::int64_t units, const char* unit, const std::string& note) {
  if (!terminal_ || (since(shown_) < 0.1 && done < total_)) return;
  shown_ = Clock::now();
  double share = total_ ? static_cast<double>(done) / static_cast<double>(total_) : 1, spent = seconds();
  std::ostringstream line;
  line << label_ << ' ' << bar(share) << ' ' << done << '/' << total_ << "  "
       << static_cast<std::int64_t>(static_cast<double>(units) / std::max(spent, 1e-9)) << ' ' << unit << "/s  "
       << format_duration(spent * (1 - share) / std::max(share, 1e-9)) << " left  " << note;
  std::size_t width = line.str().size();
  out_ << '\r' << line.str() << std::string(width_ > width ? width_ - width : 0, ' ') << std::flush;
  width_ = width;
}

}  // namespace weft
