#include <weft/models/text/place.h>
#include <weft/models/text/word_vectors.h>
#include <weft/tensor/error.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace weft::text {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t'; }

std::string_view without_spaces_behind(std::string_view line) {
  while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
  return line;
}

// Cuts off the text before the next space.
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
    require<FormatError>(vectors_ > 0, lines_.name(), ":1: expected lines of a word and its numbers: the file has none");
    require<FormatError>(!promised_ || *promised_ == vectors_, lines_.name(), ":1: the first line promises ",
                         promised_.value_or(0), " words, the file has ", vectors_);
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
    if (found_.dim == 0) found_.dim = fields - 1;
    const bool complete = fields > found_.dim && found_.dim > 0;
    require<FormatError>(complete, place(), "expected a word and ", found_.dim > 0 ? std::to_string(found_.dim) : "its",
                         " numbers, found ", fields - 1, ": ", Excerpt{line});
    ++vectors_;
    const std::int64_t id = vocabulary_.id(std::string(take_field(line)));
    if (fields != found_.dim + 1 || id == kUnknownId || known_[static_cast<std::size_t>(id)]) return;
    known_[static_cast<std::size_t>(id)] = true;
    found_.ids.push_back(id);
    for (std::int64_t i = 0; i < found_.dim; ++i) {
      const std::string_view field = take_field(line);
      const auto number = number_from<float>(field);
      require<FormatError>(number && std::isfinite(*number), place(), "this is no number: ", Excerpt{field});
      found_.values.push_back(*number);
    }
  }

  LineReader lines_;
  const Vocabulary& vocabulary_;
  std::vector<bool> known_;
  WordVectors found_;
  std::optional<std::int64_t> promised_;
  std::int64_t vectors_ = 0;
};

}  // namespace

WordVectors read_word_vectors(const std::string& path, const Vocabulary& vocabulary, OnBadBytes on_bad_bytes) {
  return VectorsReader(LineReader(open_bytes(path), name_of(path), std::move(on_bad_bytes), false), vocabulary).read();
}

}  // namespace weft::text
