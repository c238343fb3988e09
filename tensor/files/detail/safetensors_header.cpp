#include <weft/tensor/files/detail/safetensors_header.h>

#include <algorithm>
#include <array>

namespace weft {

namespace {

constexpr std::array kDtypes = {DType::f32, DType::f64, DType::i64, DType::i32, DType::u8, DType::boolean};

class HeaderParser {
 public:
  HeaderParser(const std::string& path, std::string_view json, std::size_t start) : path_(path), json_(json), start_(start) {}

  SafetensorsHeader parse() {
    SafetensorsHeader header;
    bool has_metadata = false;
    if (peek() != '{') fail("the header does not start with {");
    object([&](const std::string& name, std::size_t name_at) {
      if (name == "__metadata__") {
        if (std::exchange(has_metadata, true)) fail_at(name_at, "__metadata__ occurs twice");
        metadata(header.metadata);
        return;
      }
      if (header.entries.contains(name)) fail_at(name_at, "tensor \"" + name + "\" occurs twice");
      SafetensorsEntry& entry = header.entries[name];
      entry.position = start_ + name_at;
      tensor(name, entry);
    });
    skip_space();
    if (at_ != json_.size()) fail("something follows the header's }");
    return header;
  }

 private:
  [[noreturn]] void fail_at(std::size_t at, const std::string& reason) const {
    detail::fail<FormatError>(Where{}, path_, ": byte ", start_ + at, ": ", reason);
  }
  [[noreturn]] void fail(const std::string& reason) const { fail_at(at_, reason); }

  char peek() const { return at_ < json_.size() ? json_[at_] : '\0'; }
  void skip_space() {
    while (at_ < json_.size() && (json_[at_] == ' ' || json_[at_] == '\t' || json_[at_] == '\n' || json_[at_] == '\r')) ++at_;
  }
  bool accept(char c) {
    skip_space();
    if (at_ >= json_.size() || json_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (accept(c)) return;
    fail(at_ < json_.size() ? std::string("bad JSON: expected ") + c
                            : std::string("bad JSON: the header ends where ") + c + " is expected");
  }

  // Calls member(name, position of the name) for each member; it reads the value.
  template <class F>
  void object(F member) {
    expect('{');
    if (accept('}')) return;
    do {
      skip_space();
      std::size_t name_at = at_;
      std::string name = string();
      expect(':');
      member(name, name_at);
    } while (accept(','));
    expect('}');
  }
  template <class F>
  void array(F element) {
    expect('[');
    if (accept(']')) return;
    do element();
    while (accept(','));
    expect(']');
  }

  void metadata(std::map<std::string, std::string>& entries) {
    object([&](const std::string& name, std::size_t name_at) {
      if (entries.contains(name)) fail_at(name_at, "metadata \"" + name + "\" occurs twice");
      entries[name] = string();
    });
  }

  void tensor(const std::string& name, SafetensorsEntry& entry) {
    unsigned seen = 0;
    auto once = [&](unsigned bit, const std::string& field, std::size_t at) {
      if (seen & bit) fail_at(at, "tensor \"" + name + "\": " + field + " occurs twice");
      seen |= bit;
    };
    object([&](const std::string& field, std::size_t at) {
      if (field == "dtype") {
        once(1, field, at);
        dtype(name, entry);
      } else if (field == "shape") {
        once(2, field, at);
        shape(name, entry);
      } else if (field == "data_offsets") {
        once(4, field, at);
        offsets(name, entry);
      } else {
        fail_at(at, "tensor \"" + name + "\": unknown field \"" + field + "\"");
      }
    });
    if (seen != 7) fail("tensor \"" + name + "\" has no " + (!(seen & 1) ? "dtype" : !(seen & 2) ? "shape" : "data_offsets"));
  }

  void dtype(const std::string& name, SafetensorsEntry& entry) {
    skip_space();
    std::size_t at = at_;
    std::string text = string();
    auto found = std::find_if(kDtypes.begin(), kDtypes.end(), [&](DType d) { return text == safetensors_name(d); });
    if (found == kDtypes.end())
      fail_at(at, "tensor \"" + name + "\": dtype \"" + text + "\" is not one of F32, F64, I64, I32, U8, BOOL");
    entry.dtype = *found;
  }

  void shape(const std::string& name, SafetensorsEntry& entry) {
    array([&] {
      if (entry.shape.dims() == kMaxDims) fail("tensor \"" + name + "\": more than 8 dimensions");
      std::uint64_t size = number();
      if (size > std::uint64_t{1} << 62) fail("tensor \"" + name + "\": a size is too large");
      entry.shape.push_back(static_cast<std::int64_t>(size));
    });
  }

  void offsets(const std::string& name, SafetensorsEntry& entry) {
    std::array<std::uint64_t, 2> values{};
    std::size_t count = 0;
    array([&] {
      if (count == 2) fail("tensor \"" + name + "\": more than two data_offsets");
      values[count++] = number();
    });
    if (count != 2) fail("tensor \"" + name + "\": fewer than two data_offsets");
    entry.begin = values[0];
    entry.end = values[1];
  }

  std::uint64_t number() {
    skip_space();
    std::size_t first = at_;
    std::uint64_t value = 0;
    for (; peek() >= '0' && peek() <= '9'; ++at_)
      if (__builtin_mul_overflow(value, std::uint64_t{10}, &value) ||
          __builtin_add_overflow(value, static_cast<std::uint64_t>(peek() - '0'), &value))
        fail_at(first, "a number is too large");
    if (at_ == first || (json_[first] == '0' && at_ > first + 1)) fail_at(first, "bad JSON: expected a whole number");
    return value;
  }

  std::string string() {
    expect('"');
    std::string text;
    while (true) {
      if (at_ >= json_.size()) fail("bad JSON: the header ends inside a string");
      char c = json_[at_];
      if (c == '"') {
        ++at_;
        return text;
      }
      if (c == '\\') {
        escape(text);
        continue;
      }
      if (static_cast<unsigned char>(c) < 0x20) fail("bad JSON: a control character in a string");
      std::size_t length = utf8_length(json_.substr(at_));
      if (length == 0) fail("a string is not UTF-8");
      text.append(json_.substr(at_, length));
      at_ += length;
    }
  }

  void escape(std::string& text) {
    constexpr std::string_view kNames = "\"\\/bfnrt", kValues = "\"\\/\b\f\n\r\t";
    std::size_t first = at_++;
    if (peek() == 'u') {
      ++at_;
      append_utf8(text, code_point(first));
      return;
    }
    std::size_t i = at_ < json_.size() ? kNames.find(json_[at_]) : std::string_view::npos;
    if (i == std::string_view::npos) fail_at(first, "bad JSON: unknown escape");
    text.push_back(kValues[i]);
    ++at_;
  }
  // Reads what follows \u: four digits, or the two halves of a surrogate pair.
  std::uint32_t code_point(std::size_t first) {
    std::uint32_t code = hex4(first);
    if (code < 0xD800 || code > 0xDFFF) return code;
    bool pair = code < 0xDC00 && json_.substr(at_, 2) == "\\u";
    if (pair) {
      at_ += 2;
      std::uint32_t low = hex4(first);
      if (low >= 0xDC00 && low <= 0xDFFF) return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    fail_at(first, "bad JSON: half of a surrogate pair");
  }
  std::uint32_t hex4(std::size_t first) {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      char c = peek();
      std::size_t digit = kDigits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c);
      if (digit == std::string_view::npos) fail_at(first, "bad JSON: expected four hexadecimal digits after \\u");
      value = value * 16 + static_cast<std::uint32_t>(digit);
    }
    return value;
  }
  static void append_utf8(std::string& text, std::uint32_t code) {
    auto add = [&](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
    if (code < 0x80) return add(code);
    if (code < 0x800) {
      add(0xC0 | code >> 6);
    } else {
      if (code < 0x10000) {
        add(0xE0 | code >> 12);
      } else {
        add(0xF0 | code >> 18);
        add(0x80 | (code >> 12 & 0x3F));
      }
      add(0x80 | (code >> 6 & 0x3F));
    }
    add(0x80 | (code & 0x3F));
  }

  const std::string& path_;
  std::string_view json_;
  std::size_t start_, at_ = 0;
};

}  // namespace

SafetensorsHeader parse_safetensors_header(const std::string& path, std::string_view json, std::size_t start) {
  return HeaderParser(path, json, start).parse();
}

void write_json_string(std::string& json, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  json += '"';
  for (char c : text) {
    auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      json += {'\\', c};
    else if (code < 0x20)
      json += {'\\', 'u', '0', '0', kDigits[code >> 4], kDigits[code & 15]};
    else
      json += c;
  }
  json += '"';
}

const char* safetensors_name(DType dtype) {
  constexpr const char* names[] = {"F32", "F64", "I64", "I32", "U8", "BOOL"};
  return names[static_cast<int>(dtype)];
}

std::size_t utf8_length(std::string_view text) {
  auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  auto within = [&](std::size_t i, unsigned low, unsigned high) { return byte(i) >= low && byte(i) <= high; };
  unsigned first = byte(0);
  if (text.empty()) return 0;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return within(1, 0x80, 0xBF) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    bool second = within(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);  // no overlong forms, no surrogates
    return second && within(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    bool second = within(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
    return second && within(2, 0x80, 0xBF) && within(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace weft
