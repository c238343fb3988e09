#include <weft/models/io/place.h>
#include <weft/models/text/word_vectors.h>
#include <weft/tensor/base/error.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace weft::text {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t'; }

std::string_view without_spaces_behind(std::string_view line) {
  while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
  return line;
}

// Removes the text before the next space, and the space, from `line`; returns that text.
std::string_view take_field(std::string_view& line) {
  const auto end = static_cast<std::size_t>(std::find_if(line.begin(), line.end(), is_space) - line.begin());
  const std::string_view field = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return field;
}

template <class Number>
std::optional<Number> number_from(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return {};
  return value;
}

// Returns whether the number, which is out of range for its type, is below 1.
bool is_tiny(std::string_view text) {
  const std::size_t mark = std::min(text.find_first_of("eE"), text.size());
  const std::string_view digits = text.substr(0, mark);
  std::int64_t exponent = 0;
  if (mark < text.size()) {
    const bool negative = text.substr(mark + 1).starts_with('-');
    exponent = number_from<std::int64_t>(text.substr(mark + 1 + (text.substr(mark + 1).find_first_of("+-") == 0)))
                   .value_or(std::numeric_limits<std::int32_t>::max());
    if (negative) exponent = -exponent;
  }
  const auto point = static_cast<std::int64_t>(std::min(digits.find('.'), digits.size()));
  const auto first = static_cast<std::int64_t>(std::min(digits.find_first_of("123456789"), digits.size()));
  return exponent + point - first <= 0;
}

// Parses a number as any program may write it, such as "+0.5". Numbers that are too small for f32 become 0.
std::optional<float> real_from(std::string_view text) {
  if (text.starts_with('+') && !text.substr(1).starts_with('-')) text.remove_prefix(1);
  float value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || end != text.data() + text.size() || error == std::errc::invalid_argument) return {};
  if (error == std::errc::result_out_of_range) return is_tiny(text) ? std::optional(0.0F) : std::nullopt;
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

// Returns how many fields at the end of a line, not counting the first field, are numbers.
std::int64_t numbers_behind(std::string_view line) {
  std::int64_t count = 0, run = 0;
  for (take_field(line); !line.empty(); count = run) run = real_from(take_field(line)) ? run + 1 : 0;
  return count;
}

class VectorsReader {
 public:
  VectorsReader(LineReader lines, const Vocabulary& vocabulary)
      : lines_(std::move(lines)), vocabulary_(vocabulary), known_(static_cast<std::size_t>(vocabulary.size())) {}

  WordVectors read() {
    for (std::string_view line; lines_.next(line);) {
      line = without_spaces_behind(line);
      const auto fields = std::count_if(line.begin(), line.end(), is_space) + 1;
      if (lines_.line() > 1 || !read_header(line, fields)) read_vector(line, fields);
    }
    check_lengths();
    require<FormatError>(vectors_ > 0, lines_.name(), ":1: expected lines of a word and its numbers: the file has no such line");
    require<FormatError>(!promised_ || *promised_ == vectors_, lines_.name(), ":1: the first line announces ",
                         promised_.value_or(0), " words, but the file has ", vectors_);
    return std::move(found_);
  }

 private:
  Place place() const { return {lines_.name(), lines_.line()}; }

  bool read_header(std::string_view line, std::int64_t fields) {
    if (fields != 2) return false;
    const auto words = number_from<std::int64_t>(take_field(line)), dim = number_from<std::int64_t>(line);
    if (!words || !dim) return false;
    require<FormatError>(*words >= 1 && *dim >= 1, place(), "expected at least one word and one number per word: ", *words, " ",
                         *dim);
    promised_ = *words;
    found_.dim = *dim;
    return true;
  }

  void read_vector(std::string_view line, std::int64_t fields) {
    check_first_phrase(line);
    if (found_.dim == 0) found_.dim = dim_of_first(line, fields);
    const bool complete = fields > found_.dim && found_.dim > 0;
    require<FormatError>(complete, place(), "expected a word and ", found_.dim > 0 ? std::to_string(found_.dim) : "its",
                         " numbers, found ", fields - 1, ": ", Excerpt{line});
    ++vectors_;
    if (fields != found_.dim + 1) note_length(line);
    const std::int64_t id = vocabulary_.id(std::string(take_field(line)));
    if (fields != found_.dim + 1 || id == kUnknownId || known_[static_cast<std::size_t>(id)]) return;
    known_[static_cast<std::size_t>(id)] = true;
    found_.ids.push_back(id);
    for (std::int64_t i = 0; i < found_.dim; ++i) {
      const std::string_view field = take_field(line);
      const auto number = real_from(field);
      require<FormatError>(number.has_value(), place(), "this is not a number: ", Excerpt{field});
      found_.values.push_back(*number);
    }
  }

  // Returns how many numbers the vectors have, if no header says so. The text before the numbers may be a phrase of several
  // words.
  std::int64_t dim_of_first(std::string_view line, std::int64_t fields) {
    const std::int64_t numbers = numbers_behind(line);
    const bool empty_field =
        std::adjacent_find(line.begin(), line.end(), [](char a, char b) { return is_space(a) && is_space(b); }) != line.end();
    begins_with_phrase_ = numbers > 0 && numbers < fields - 1 && !empty_field;
    return begins_with_phrase_ ? numbers : fields - 1;
  }
  // If the first line seems to begin with a phrase, the second line must have the same number of numbers. Otherwise the phrase
  // was a misspelt number.
  void check_first_phrase(std::string_view line) {
    if (!begins_with_phrase_ || vectors_ != 1) return;
    const std::int64_t numbers = numbers_behind(line);
    require<FormatError>(numbers == found_.dim, place(), "expected a word and ", found_.dim,
                         " numbers as in the line before, found ", numbers, ": ", Excerpt{line});
  }

  // A longer line begins with a phrase, unless it ends with more numbers than it should.
  void note_length(std::string_view line) {
    const std::int64_t numbers = numbers_behind(line);
    if (numbers <= found_.dim) return;
    if (longer_++ == 0) first_longer_ = lines_.line(), first_longer_numbers_ = numbers;
  }
  // A phrase can end with a number, as "route 66" does, but if half of the lines seem to, the first line is wrong.
  void check_lengths() const {
    require<FormatError>(longer_ == 0 || 2 * longer_ < vectors_, Place{lines_.name(), first_longer_}, "expected a word and ",
                         found_.dim,
                         promised_ ? " numbers as announced by the first line, found " : " numbers as in the first line, found ",
                         first_longer_numbers_);
  }

  LineReader lines_;
  const Vocabulary& vocabulary_;
  bool begins_with_phrase_ = false;
  std::vector<bool> known_;
  WordVectors found_;
  std::optional<std::int64_t> promised_;
  std::int64_t vectors_ = 0, longer_ = 0, first_longer_numbers_ = 0;  // longer: lines with more than a word and its numbers
  std::size_t first_longer_ = 0;                                      // the number of the first longer line
};

}  // namespace

WordVectors read_word_vectors(const std::string& path, const Vocabulary& vocabulary, OnBadBytes on_bad_bytes) {
  return VectorsReader(LineReader(open_bytes(path), name_of(path), std::move(on_bad_bytes), false), vocabulary).read();
}

}  // namespace weft::text
