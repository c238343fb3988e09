#include <weft/models/io/utf8.h>
#include <weft/models/metrics/bleu_tokenizer.h>
#include <weft/models/text/white_space.h>
#include <weft/tensor/base/error.h>

namespace weft::metrics {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_point(char c) { return c == '.' || c == ','; }

// Returns whether `c` is an ASCII symbol other than ' , - and .
bool is_symbol(char c) {
  return (c >= '{' && c <= '~') || (c >= '[' && c <= '`') || (c >= ' ' && c <= '&') || (c >= '(' && c <= '+') ||
         (c >= ':' && c <= '@') || c == '/';
}

void replace_all(std::string& line, std::string_view from, std::string_view to) {
  std::size_t begin = 0, at = line.find(from);
  if (at == std::string::npos) return;
  std::string replaced;
  for (; at != std::string::npos; at = line.find(from, begin)) {
    replaced.append(line, begin, at - begin).append(to);
    begin = at + from.size();
  }
  line = replaced.append(line, begin);
}

std::string split_symbols(const std::string& line) {
  std::string out;
  for (char c : line) {
    if (is_symbol(c)) {
      out += {' ', c, ' '};
    } else {
      out += c;
    }
  }
  return out;
}

// Replaces each pair of neighbours a, b for which fits(a, b) by before + a + between + b + after. Pairs do not overlap: the
// search continues after b. Working on bytes is correct because the conditions treat all bytes of a non-ASCII character alike.
template <class Fits>
std::string split_pairs(const std::string& line, Fits fits, const char* before, const char* between, const char* after) {
  std::string out;
  std::size_t i = 0;
  for (; i + 1 < line.size(); ++i) {
    if (fits(line[i], line[i + 1])) {
      out += before;
      out += line[i];
      out += between;
      out += line[++i];
      out += after;
    } else {
      out += line[i];
    }
  }
  if (i < line.size()) out += line[i];
  return out;
}

std::string tokenize_13a(std::string_view text) {
  std::string line = ' ' + std::string(text) + ' ';
  replace_all(line, "<skipped>", "");
  replace_all(line, "-\n", "");
  replace_all(line, "\n", " ");
  replace_all(line, "&quot;", "\"");
  replace_all(line, "&amp;", "&");
  replace_all(line, "&lt;", "<");
  replace_all(line, "&gt;", ">");
  line = split_symbols(line);
  line = split_pairs(
      line, [](char a, char b) { return !is_digit(a) && is_point(b); }, "", " ", " ");
  line = split_pairs(
      line, [](char a, char b) { return is_point(a) && !is_digit(b); }, " ", " ", "");
  return split_pairs(
      line, [](char a, char b) { return is_digit(a) && b == '-'; }, "", " ", " ");
}

std::string tokenize_characters(std::string_view text) {
  std::string line;
  for (text::CodePoint c : text::CodePoints(text)) {
    text::append_utf8(line, c.value);
    line += ' ';
  }
  return line;
}

}  // namespace

std::string to_string(BleuTokenizer tokenizer) { return name_in(kBleuTokenizerNames, tokenizer); }

std::string tokenize_for_bleu(std::string_view line, BleuTokenizer tokenizer) {
  const std::string clean = text::repair_utf8(line).text;
  const std::string_view text = text::trim_end(clean);
  if (tokenizer == BleuTokenizer::none) return std::string(text);
  return tokenizer == BleuTokenizer::mteval13a ? tokenize_13a(text) : tokenize_characters(text);
}

}  // namespace weft::metrics
