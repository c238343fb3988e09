#include <weft/models/io/detail/order.h>
#include <weft/models/io/line_reader.h>
#include <weft/models/io/place.h>
#include <weft/tensor/base/error.h>
#include <weft/tensor/base/plain_text.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace weft::text {

namespace {
constexpr std::string_view kMark = "\xEF\xBB\xBF";  // U+FEFF
}

std::string to_string(const BadBytes& bad) {
  PlainText text;
  text << Place{bad.file, bad.line};
  if (bad.kind == BadBytes::Kind::byte_order_mark) {
    if (bad.offset == 0)
      text << "a byte order mark, as in joined files: removed";
    else
      text << "a byte order mark at byte " << bad.offset << ", as in files joined without a line break: kept";
    return text.str();
  }
  if (bad.kind == BadBytes::Kind::nul) {
    text << "NUL at byte " << bad.offset << ": kept";
    return text.str();
  }
  text << "not UTF-8 at byte " << bad.offset << ": replaced by U+FFFD";
  if (bad.sequences > 1) text << " (" << bad.sequences << " places in this line)";
  return text.str();
}

void refuse_bad_bytes(const BadBytes& bad) {
  require<FormatError>(bad.kind != BadBytes::Kind::not_utf8, Place{bad.file, bad.line}, "not UTF-8 at byte ", bad.offset);
}

LineReader::LineReader(std::unique_ptr<ByteStream> bytes, std::string name, OnBadBytes on_bad_bytes, bool every_line)
    : bytes_(std::move(bytes)),
      name_(std::move(name)),
      on_bad_bytes_(std::move(on_bad_bytes)),
      buffer_(std::size_t{1} << 18),
      every_line_(every_line) {}

// Moves what the buffer holds to its front and reads more bytes after it; returns false at the end of the file.
bool LineReader::refill() {
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_), buffer_.begin() + static_cast<std::ptrdiff_t>(end_),
            buffer_.begin());
  end_ -= std::exchange(begin_, 0);
  if (end_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
  std::size_t room = buffer_.size() - end_;
  if (read_ < needed_) room = static_cast<std::size_t>(std::min<std::uint64_t>(room, needed_ - read_));
  const std::size_t count = bytes_->read(std::span(buffer_).subspan(end_, room));
  end_ += count;
  read_ += count;
  return count > 0;
}

void LineReader::go_to(const LinePosition& begin, const LinePosition& end) {
  bytes_->go_to(begin.offset);
  begin_ = end_ = 0;
  read_ = begin.offset;
  needed_ = end.offset;
  line_ = begin.line;
  begun_ = true;
}

void LineReader::begin() {
  begun_ = true;
  constexpr std::string_view kUtf16[] = {"\xFF\xFE", "\xFE\xFF"};
  // Reads no further than needed, so that a user who types a short first line gets an answer at once.
  auto may_be_mark = [&] { return end_ == 0 || (end_ < kMark.size() && static_cast<unsigned char>(buffer_[0]) >= 0xEF); };
  while (may_be_mark() && refill()) {
  }
  const std::string_view front(buffer_.data(), end_);
  const bool utf16 = front.starts_with(kUtf16[0]) || front.starts_with(kUtf16[1]);
  require<FormatError>(!utf16, name_, ":1: text must be UTF-8: the file begins with a byte order mark of UTF-16");
  if (front.starts_with(kMark)) begin_ = kMark.size();
}

// In UTF-16 every line end has a NUL before or after it, and the NULs of a line are either all at even or all at odd positions. A
// few NULs can look like that by chance, so that at least kEnough characters in this and the preceding such lines are required.
void LineReader::look_at_nuls(std::string_view line) {
  constexpr std::size_t kEnough = 3, kBytesOfWide = 4;
  std::size_t places[2] = {0, 0}, first = line.find('\0');
  for (std::size_t at = first; at != std::string_view::npos; at = line.find('\0', at + 1)) ++places[at % 2];
  const std::size_t nuls = places[0] + places[1];
  const bool one_kind = places[0] == 0 || places[1] == 0, starts = line.front() == '\0';
  const bool little_end = line_ == 1 ? first == 1 && begin_ < end_ && buffer_[begin_] == '\0' : starts && places[1] == 0;
  const bool big_end = line.ends_with(std::string_view("\0\n", 2)) && places[1] == 0 && line.size() % 2 == 0;
  const bool alone = line_ == 1 && begin_ == end_ && 2 * nuls + 2 > line.size() && line.size() > 3;
  // The NUL of the line end itself is not counted. Other scripts than Latin show themselves by other bytes: each Cyrillic letter
  // has a control character, and Chinese letters are hardly ever valid UTF-8.
  const auto controls = static_cast<std::size_t>(std::ranges::count_if(line, [](char c) { return c > 0 && c < '\t'; }));
  const std::size_t wide = controls + (is_valid_utf8(line) ? 0 : line.size() / kBytesOfWide);
  const bool alike = one_kind && (little_end || big_end || alone);
  if (!alike || line_ != utf16_line_ + 1) utf16_characters_ = 0;
  if (alike) {
    utf16_characters_ += nuls - (big_end || little_end ? 1 : 0) + wide;
    utf16_line_ = line_;
  }
  require<FormatError>(utf16_characters_ < kEnough, Place{name_, line_},
                       "text must be UTF-8: this looks like UTF-16 without a byte order mark");
  if (on_bad_bytes_) on_bad_bytes_({name_, line_, first, nuls, BadBytes::Kind::nul});
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
    line = {buffer_.data() + begin_, searched};
    begin_ += searched;
    if (hashes_) hash_ = hash(hash_, std::hash<std::string_view>()(line));
    if (std::memchr(line.data(), '\0', line.size())) look_at_nuls(line);
    if (every_line_) line = without_marks(line);
    line = repaired(line);
    return true;
  }
}

// Removes the byte order marks at the start of a line. Those inside a line are kept: they may be part of a word.
std::string_view LineReader::without_marks(std::string_view line) const {
  const std::size_t size = line.size();
  while (line.starts_with(kMark)) line.remove_prefix(kMark.size());
  if (!on_bad_bytes_) return line;
  if (line.size() < size) on_bad_bytes_({name_, line_, 0, 1, BadBytes::Kind::byte_order_mark});
  const std::size_t inside = line.find(kMark);
  if (inside != std::string_view::npos)
    on_bad_bytes_({name_, line_, size - line.size() + inside, 1, BadBytes::Kind::byte_order_mark});
  return line;
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
  if (on_bad_bytes_) on_bad_bytes_({name_, line_, repaired.first_offset, repaired.bad_sequences, BadBytes::Kind::not_utf8});
  repaired_ = std::move(repaired.text);
  return repaired_;
}

}  // namespace weft::text
