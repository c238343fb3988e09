#include <weft/models/io/place.h>
#include <weft/models/text/regex.h>
#include <weft/tensor/base/error.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <cstdint>

namespace weft::text {

namespace {

PCRE2_SPTR bytes_of(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

std::string message_of(int error) {
  std::array<PCRE2_UCHAR, 256> buffer{};
  pcre2_get_error_message(error, buffer.data(), buffer.size());
  return reinterpret_cast<const char*>(buffer.data());
}

}  // namespace

class Regex::Code {
 public:
  struct Free {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
  };

  explicit Code(const std::string& pattern) {
    require<ValueError>(is_valid_utf8(pattern), "regular expression ", Excerpt{repair_utf8(pattern).text}, ": is not UTF-8");
    int error = 0;
    PCRE2_SIZE place = 0;
    code_.reset(pcre2_compile(bytes_of(pattern), pattern.size(), PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &error, &place,
                              nullptr));
    require<ValueError>(code_ != nullptr, "regular expression ", Excerpt{pattern}, ": ", message_of(error), ", at byte ", place);
    pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE);  // without a JIT compiler the pattern is interpreted
  }

  // Returns PCRE2's result for the first non-empty match at or after `start`; `data` receives the position of the match.
  int match(std::string_view text, std::size_t start, pcre2_match_data* data) const {
    const std::uint32_t options = PCRE2_NOTEMPTY | PCRE2_NO_UTF_CHECK;
    const int result = pcre2_match(code_.get(), bytes_of(text), text.size(), start, options, data, nullptr);
    if (result != PCRE2_ERROR_JIT_STACKLIMIT) return result;
    return pcre2_match(code_.get(), bytes_of(text), text.size(), start, options | PCRE2_NO_JIT, data, nullptr);
  }

 private:
  std::unique_ptr<pcre2_code, Free> code_;
};

Regex::Regex(const std::string& pattern) : pattern_(pattern), code_(std::make_shared<const Code>(pattern)) {}

std::vector<std::string_view> Regex::matches(std::string_view text) const {
  std::vector<std::string_view> found;
  const std::unique_ptr<pcre2_match_data, Code::Free> data(pcre2_match_data_create(1, nullptr));
  for (std::size_t start = 0;;) {
    const int result = code_->match(text, start, data.get());
    if (result == PCRE2_ERROR_NOMATCH) return found;
    require<ValueError>(result >= 0, "regular expression ", Excerpt{pattern_}, ": ", message_of(result), ", in ", Excerpt{text});
    const PCRE2_SIZE* place = pcre2_get_ovector_pointer(data.get());
    require<ValueError>(place[0] >= start && place[0] < place[1], "regular expression ", Excerpt{pattern_},
                        ": \\K moves the start of a match out of it, in ", Excerpt{text});
    found.push_back(text.substr(place[0], place[1] - place[0]));
    start = place[1];
  }
}

}  // namespace weft::text
