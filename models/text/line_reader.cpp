#include <weft/models/text/line_reader.h>
#include <weft/models/text/place.h>
#include <weft/tensor/error.h>
#include <weft/tensor/plain_text.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace weft::text {

std::string to_string(const BadBytes& bad) {
  PlainText text;
  text << Place{bad.file, bad.line} << "not UTF-8 at byte " << bad.offset << ": replaced by U+FFFD";
  if (bad.sequences > 1) text << " (" << bad.sequences << " places in this line)";
  return text.str();
}

LineReader::LineReader(std::unique_ptr<ByteStream> bytes, std::string name, OnBadBytes on_bad_bytes)
    : bytes_(std::move(bytes)), name_(std::move(name)), on_bad_bytes_(std::move(on_bad_bytes)), buffer_(std::size_t{1} << 18) {}

// Reads more behind what the buffer holds, which moves to its front; false at the end of the file.
bool LineReader::refill() {
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_), buffer_.begin() + static_cast<std::ptrdiff_t>(end_),
            buffer_.begin());
  end_ -= std::exchange(begin_, 0);
  if (end_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
  const std::size_t count = bytes_->read(std::span(buffer_).subspan(end_));
  end_ += count;
  return count > 0;
}

void LineReader::begin() {
  begun_ = true;
  constexpr std::string_view kUtf8 = "\xEF\xBB\xBF", kUtf16[] = {"\xFF\xFE", "\xFE\xFF"};
  // A short first line of someone who waits for an answer is not kept waiting for more.
  auto may_be_mark = [&] { return end_ == 0 || (end_ < kUtf8.size() && static_cast<unsigned char>(buffer_[0]) >= 0xEF); };
  while (may_be_mark() && refill()) {
  }
  const std::string_view front(buffer_.data(), end_);
  const bool utf16 = front.starts_with(kUtf16[0]) || front.starts_with(kUtf16[1]);
  require<FormatError>(!utf16, name_, ":1: text must be UTF-8: the file begins with a byte order mark of UTF-16");
  if (front.starts_with(kUtf8)) begin_ = kUtf8.size();
}

bool LineReader::next_with_end(std::string_view& line) {
  if (!begun_) begin();
  std::size_t searched = 0;
  for (;;) {
    const char* start = buffer_.data() + begin_;
    const std::size_t available = end_ - begin_;
    const void* found = available > searched ? std::memchr(start + searched, '\n', available - searched) : nullptr;
    searched = found ? static_cast<std::size_t>(static_cast<const char*>(found) - start) + 1 : available;
    require<FormatError>(searched <= kLongestLine, Place{name_, line_ + 1}, "a line is longer than ", kLongestLine >> 20, " MiB");
    if (!found && refill()) continue;
    if (searched == 0) return false;
    ++line_;
    line = repaired({buffer_.data() + begin_, searched});
    begin_ += searched;
    return true;
  }
}

bool LineReader::next(std::string_view& line) {
  if (!next_with_end(line)) return false;
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return true;
}

bool LineReader::ready() const { return std::memchr(buffer_.data() + begin_, '\n', end_ - begin_) != nullptr; }

std::string_view LineReader::repaired(std::string_view line) {
  if (is_valid_utf8(line)) return line;
  RepairedText repaired = repair_utf8(line);
  if (on_bad_bytes_) on_bad_bytes_({name_, line_, repaired.first_offset, repaired.bad_sequences});
  repaired_ = std::move(repaired.text);
  return repaired_;
}

}  // namespace weft::text
