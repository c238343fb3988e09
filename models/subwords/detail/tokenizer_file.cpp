#include <weft/models/io/decimal.h>
#include <weft/models/options/stored_options.h>
#include <weft/models/subwords/detail/tokenizer_file.h>

#include <array>

namespace weft {

namespace {

// Base64 (RFC 4648, section 4), since metadata is text.
constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string to_base64(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t j = 0; j < 3; ++j) group = group << 8 | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) text += j <= count ? kDigits[group >> (18 - 6 * j) & 63] : '=';
  }
  return text;
}

std::string from_base64(std::string_view text, const std::string& path, const std::string& key) {
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  bool valid = text.size() % 4 == 0;
  std::string bytes;
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < text.size() && valid; ++i) {
    const std::size_t digit = i + padding < text.size() ? kDigits.find(text[i]) : 0;
    valid = digit != std::string_view::npos;
    group = group << 6 | static_cast<std::uint32_t>(digit & 63);
    if (i % 4 == 3)
      for (int shift : {16, 8, 0}) bytes += static_cast<char>(group >> shift & 255);
  }
  require<FormatError>(valid, path, ": ", key, " in the model's metadata is not base64");
  bytes.resize(bytes.size() - padding);
  return bytes;
}

}  // namespace

void add_tokenizer(Metadata& metadata, const std::string& name, const text::Tokenizer& tokenizer) {
  add_options(metadata, fields_of(tokenizer.options()), text::decimal, name + ".");
  if (const text::BpeCodes* codes = tokenizer.bpe_codes()) metadata[name + ".bpe_codes"] = to_json(to_lines(*codes));
  if (const text::SentencePiece* model = tokenizer.sentencepiece()) metadata[name + ".sentencepiece"] = to_base64(model->bytes());
}

text::Tokenizer read_tokenizer(const std::string& path, const Metadata& metadata, const std::string& name) {
  text::TokenizerOptions options;
  read_options(path, metadata, options.fields(), name + ".");
  return from_metadata(path, [&]() -> text::Tokenizer {
    if (options.unit == text::Unit::bpe)
      return {options, text::bpe_codes_from_lines(list_from_json(path, entry(path, metadata, name + ".bpe_codes")),
                                                  path + ": " + name + ".bpe_codes")};
    if (options.unit == text::Unit::sentencepiece) {
      const std::string key = name + ".sentencepiece";
      return {options, text::SentencePiece(from_base64(entry(path, metadata, key), path, key), path)};
    }
    return text::Tokenizer(options);
  });
}

}  // namespace weft
