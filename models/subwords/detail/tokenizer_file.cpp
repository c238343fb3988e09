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
  const text::TokenizerOptions& options = tokenizer.options();
  metadata[name + ".unit"] = to_string(options.unit);
  metadata[name + ".normalization"] = to_string(options.normalization);
  metadata[name + ".lower_case"] = std::to_string(options.lower_case);
  metadata[name + ".split_punctuation"] = std::to_string(options.split_punctuation);
  if (options.split_unspaced) metadata[name + ".split_unspaced"] = std::to_string(true);
  if (!options.token_pattern.empty()) metadata[name + ".token_pattern"] = options.token_pattern;
  if (const text::BpeCodes* codes = tokenizer.bpe_codes()) metadata[name + ".bpe_codes"] = to_json(to_lines(*codes));
  if (const text::SentencePiece* model = tokenizer.sentencepiece()) metadata[name + ".sentencepiece"] = to_base64(model->bytes());
}

text::Tokenizer read_tokenizer(const std::string& path, const Metadata& metadata, const std::string& name) {
  auto text_of = [&](const char* key) { return entry(path, metadata, name + key); };
  auto flag = [&](const char* key) { return flag_entry(path, metadata, name + key); };
  return from_metadata(path, [&]() -> text::Tokenizer {
    const auto pattern = metadata.find(name + ".token_pattern");
    const text::TokenizerOptions options{.unit = text::unit_from_string(text_of(".unit")),
                                         .normalization = text::normalization_from_string(text_of(".normalization")),
                                         .lower_case = flag(".lower_case"),
                                         .split_punctuation = flag(".split_punctuation"),
                                         .split_unspaced = metadata.contains(name + ".split_unspaced") && flag(".split_unspaced"),
                                         .token_pattern = pattern == metadata.end() ? "" : pattern->second};
    if (options.unit == text::Unit::bpe)
      return {options,
              text::bpe_codes_from_lines(list_from_json(path, text_of(".bpe_codes")), path + ": " + name + ".bpe_codes")};
    if (options.unit == text::Unit::sentencepiece) {
      const std::string key = name + ".sentencepiece";
      return {options, text::SentencePiece(from_base64(entry(path, metadata, key), path, key), path)};
    }
    return text::Tokenizer(options);
  });
}

}  // namespace weft
