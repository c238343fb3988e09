#include <weft/tensor/files/detail/npy_header.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace weft {

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kAlignment = 64;
constexpr std::array kDtypes = {DType::f32, DType::f64, DType::i64, DType::i32, DType::u8, DType::boolean};

const char* npy_name(DType dtype) {
  constexpr const char* names[] = {"<f4", "<f8", "<i8", "<i4", "|u1", "|b1"};
  return names[static_cast<int>(dtype)];
}

// Reads a Python dict such as {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
class DictParser {
 public:
  DictParser(const std::string& name, std::string_view text, std::size_t start) : name_(name), text_(text), start_(start) {}

  void parse(NpyHeader& header) {
    unsigned seen = 0;
    expect('{');
    while (!accept('}')) {
      std::size_t at = at_;
      std::string_view key = string();
      unsigned bit = key == "descr" ? 1 : key == "fortran_order" ? 2 : key == "shape" ? 4 : 0;
      if (!bit) fail_at(at, "unknown key '" + std::string(key) + "'");
      if (seen & bit) fail_at(at, "key '" + std::string(key) + "' occurs twice");
      seen |= bit;
      expect(':');
      bit == 1 ? descr(header) : bit == 2 ? fortran_order(header) : shape(header);
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (at_ != text_.size()) fail("something follows the header's }");
    if (seen != 7) fail(std::string("the header has no ") + (!(seen & 1) ? "descr" : !(seen & 2) ? "fortran_order" : "shape"));
  }

 private:
  [[noreturn]] void fail_at(std::size_t at, const std::string& reason) const {
    detail::fail<FormatError>(Where{}, name_, ": byte ", start_ + at, ": ", reason);
  }
  [[noreturn]] void fail(const std::string& reason) const { fail_at(at_, reason); }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  bool accept(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) fail(std::string("expected ") + c);
  }

  std::string_view string() {
    skip_space();
    char quote = accept('"') ? '"' : '\'';
    if (quote == '\'') expect('\'');
    std::size_t end = text_.find(quote, at_);
    if (end == std::string_view::npos) fail("a string does not end");
    std::string_view value = text_.substr(at_, end - at_);
    at_ = end + 1;
    return value;
  }

  void descr(NpyHeader& header) {
    skip_space();
    std::size_t at = at_;
    if (accept('[')) fail_at(at, "arrays of structures are not read");
    std::string_view text = string();
    auto found = std::find_if(kDtypes.begin(), kDtypes.end(), [&](DType d) { return text == npy_name(d); });
    if (found == kDtypes.end()) fail_at(at, "dtype '" + std::string(text) + "' is not one of <f4, <f8, <i8, <i4, |u1, |b1");
    header.dtype = *found;
  }

  void fortran_order(NpyHeader& header) {
    skip_space();
    for (std::string_view word : {"False", "True"})
      if (text_.substr(at_, word.size()) == word) {
        at_ += word.size();
        header.fortran_order = word == "True";
        return;
      }
    fail("expected True or False");
  }

  void shape(NpyHeader& header) {
    expect('(');
    while (!accept(')')) {
      if (header.shape.dims() == kMaxDims) fail("more than 8 dimensions");
      header.shape.push_back(number());
      if (accept(',')) continue;
      if (header.shape.dims() == 1) fail("expected ,");  // (3) is a number, (3,) is a tuple
      expect(')');
      break;
    }
  }
  std::int64_t number() {
    skip_space();
    std::size_t first = at_;
    std::int64_t value = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_)
      if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, text_[at_] - '0', &value))
        fail_at(first, "a size is too large");
    if (at_ == first || (text_[first] == '0' && at_ > first + 1)) fail_at(first, "expected a size");
    return value;
  }

  const std::string& name_;
  std::string_view text_;
  std::size_t start_, at_ = 0;
};

// Returns the size of the elements in bytes; checks that strides do not overflow either.
std::uint64_t data_bytes(const std::string& name, const NpyHeader& header) {
  std::int64_t bytes = size_of(header.dtype);
  for (std::int64_t size : header.shape)
    require<FormatError>(!__builtin_mul_overflow(bytes, std::max<std::int64_t>(size, 1), &bytes), name, ": its shape ",
                         header.shape, " is too large");
  return header.shape.numel() ? static_cast<std::uint64_t>(bytes) : 0;
}

}  // namespace

NpyHeader parse_npy_header(const std::string& name, std::string_view bytes, std::size_t start) {
  auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
  require<FormatError>(bytes.size() >= 12 && bytes.substr(0, kMagic.size()) == kMagic, name, ": byte ", start,
                       ": this is not an .npy file");
  std::size_t version = byte(6), length = byte(8) | byte(9) << 8, prefix = 10;
  require<FormatError>(version >= 1 && version <= 3 && byte(7) == 0, name, ": byte ", start + 6, ": version ", version, '.',
                       byte(7), " is not 1.0, 2.0 or 3.0");
  if (version > 1) {
    length |= byte(10) << 16 | byte(11) << 24;
    prefix = 12;
  }
  require<FormatError>(length <= bytes.size() - prefix, name, ": byte ", start + 8, ": a header of ", length,
                       " bytes goes past the end of the file");
  std::string_view text = bytes.substr(prefix, length);
  require<FormatError>(!text.empty() && text.back() == '\n', name, ": byte ", start + prefix + length,
                       ": the header does not end with a newline");
  NpyHeader header;
  DictParser(name, text, start + prefix).parse(header);
  header.size = prefix + length;
  std::uint64_t wanted = data_bytes(name, header), found = bytes.size() - header.size;
  require<FormatError>(wanted == found, name, ": byte ", start + header.size, ": shape ", header.shape, " of ", header.dtype,
                       " has ", wanted, " bytes, the file has ", found);
  if (header.dtype == DType::boolean) {
    auto bad = std::find_if(bytes.begin() + static_cast<std::ptrdiff_t>(header.size), bytes.end(),
                            [](char c) { return c != 0 && c != 1; });
    require<FormatError>(bad == bytes.end(), name, ": byte ", start + static_cast<std::size_t>(bad - bytes.begin()),
                         ": a bool is neither 0 nor 1");
  }
  return header;
}

std::string npy_header(const Tensor& tensor) {
  std::string text = "{'descr': '";
  text += npy_name(tensor.dtype());
  text += "', 'fortran_order': False, 'shape': (";
  for (int i = 0; i < tensor.dims(); ++i) {
    text += std::to_string(tensor.shape()[i]);
    if (i + 1 < tensor.dims() || i == 0) text += ',';
    if (i + 1 < tensor.dims()) text += ' ';
  }
  text += "), }";
  std::size_t prefix = 10, whole = (prefix + text.size() + 1 + kAlignment - 1) / kAlignment * kAlignment;
  text.append(whole - prefix - text.size() - 1, ' ');
  text += '\n';
  std::string header(kMagic);
  header += {'\1', '\0', static_cast<char>(text.size() & 255), static_cast<char>(text.size() >> 8)};
  return header + text;
}

}  // namespace weft
