#include <weft/models/io/earlier_lines.h>
#include <weft/tensor/base/error.h>

#include <utility>

namespace weft::text {

EarlierLines::EarlierLines(const ContextOptions& options)
    : most_(options.lines), separator_(options.separator.empty() ? " " : ' ' + options.separator + ' ') {
  require<ValueError>(most_ >= 0, "chat: context ", most_, " is negative");
}

void EarlierLines::add(std::string line) {
  lines_.push_back(std::move(line));
  while (std::ssize(lines_) > most_) lines_.pop_front();
}

std::string EarlierLines::before(const std::string& line) const {
  std::string text;
  for (const std::string& earlier : lines_) text += earlier + separator_;
  return text += line;
}

}  // namespace weft::text
