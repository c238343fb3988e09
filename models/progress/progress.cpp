#include <weft/models/io/utf8.h>
#include <weft/models/progress/progress.h>
#include <weft/tensor/base/plain_text.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>

namespace weft {

namespace {

using Clock = std::chrono::steady_clock;
double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

constexpr const char* kClearRest = "\033[K";  // clears the line after the cursor

std::string first_characters(const std::string& text, int count) {
  std::size_t end = 0;
  for (int i = 0; i < count && end < text.size(); ++i) end += text::decode_utf8(text, end).length;
  return text.substr(0, end);
}

std::string bar(double share) {
  constexpr int kWidth = 20;
  int full = static_cast<int>(share * kWidth);
  std::string text;
  for (int i = 0; i < kWidth; ++i) text += i < full ? "█" : "░";
  return text;
}

}  // namespace

std::string format_duration(double seconds) {
  PlainText text;
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

int stderr_columns() {
  constexpr int kUsual = 80;
  if (!isatty(STDERR_FILENO)) return 0;
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsual;
}

Progress::Progress(std::ostream& out, Columns columns, std::string label, std::int64_t total, std::int64_t already)
    : out_(out),
      columns_(columns),
      label_(std::move(label)),
      total_(total),
      already_(already),
      start_(Clock::now()),
      shown_(start_) {}

void Progress::clear() {
  if (line_stands_) out_ << '\r' << kClearRest << std::flush;
  line_stands_ = false;
}

double Progress::seconds() const { return since(start_); }

void Progress::update(std::int64_t done, std::int64_t units, const char* unit, const std::function<std::string()>& note) {
  constexpr double kRedraw = 0.1, kPlainLine = 60;  // seconds
  const double waited = since(shown_);
  if (waited < kRedraw && done != total_) return;
  const int columns = columns_();
  if (!columns && waited < kPlainLine) return;
  shown_ = Clock::now();
  const double spent = seconds(), here = static_cast<double>(std::max<std::int64_t>(done - already_, 1));
  PlainText line;
  line << label_ << ' ';
  if (columns && total_) line << bar(static_cast<double>(done) / static_cast<double>(total_)) << ' ';
  line << done;
  if (total_) line << '/' << total_;
  line << "  " << static_cast<std::int64_t>(static_cast<double>(units) / std::max(spent, 1e-9)) << ' ' << unit << "/s";
  if (total_) line << "  " << format_duration(spent * static_cast<double>(total_ - done) / here) << " left";
  if (note) line << "  " << note();
  if (!columns) {
    out_ << line.str() << std::endl;
    return;
  }
  // The last column is left free, because some terminals move to the next line after it is written.
  out_ << '\r' << first_characters(line.str(), columns - 1) << kClearRest << std::flush;
  line_stands_ = true;
}

std::function<void(std::int64_t done)> reading_progress(bool shown, const std::string& label, const char* units,
                                                        std::int64_t total) {
  if (!shown) return [](std::int64_t) {};
  auto progress = std::make_shared<Progress>(std::cerr, stderr_columns, label, total);
  return [progress, units](std::int64_t done) { progress->update(done, done, units); };
}

}  // namespace weft
