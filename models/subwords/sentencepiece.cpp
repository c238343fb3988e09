#include <weft/models/io/byte_stream.h>
#include <weft/models/subwords/sentencepiece.h>
#include <weft/tensor/base/error.h>

#ifdef WEFT_SENTENCEPIECE
#include <sentencepiece_processor.h>
#endif

namespace weft::text {

#ifdef WEFT_SENTENCEPIECE

class SentencePiece::Model {
 public:
  Model(const std::string& bytes, const std::string& origin) {
    auto status = processor_.LoadFromSerializedProto(bytes);
    require<FormatError>(status.ok(), origin, ": is not a SentencePiece model");
  }
  std::vector<std::string> tokens(std::string_view line) const { return processor_.EncodeAsPieces(line); }
  std::string text(const std::vector<std::string>& pieces) const { return processor_.DecodePieces(pieces); }

 private:
  sentencepiece::SentencePieceProcessor processor_;
};

bool has_sentencepiece() { return true; }

#else

class SentencePiece::Model {
 public:
  Model(const std::string&, const std::string& origin) {
    throw Error(origin + ": weft was built without SentencePiece: install libsentencepiece-dev (Debian, Ubuntu) and build again");
  }
  std::vector<std::string> tokens(std::string_view) const { return {}; }
  std::string text(const std::vector<std::string>&) const { return {}; }
};

bool has_sentencepiece() { return false; }

#endif

SentencePiece::SentencePiece(std::string bytes, const std::string& origin)
    : bytes_(std::make_shared<const std::string>(std::move(bytes))), model_(std::make_shared<const Model>(*bytes_, origin)) {}

SentencePiece SentencePiece::read(const std::string& path) {
  constexpr std::size_t kMost = std::size_t{1} << 28;  // many times the size of the largest models
  const auto file = open_bytes(path);
  std::string bytes, buffer(std::size_t{1} << 16, '\0');
  while (const std::size_t count = file->read(buffer)) {
    bytes.append(buffer, 0, count);
    require<FormatError>(bytes.size() <= kMost, path, ": is not a SentencePiece model: it has over ", kMost >> 20, " MiB");
  }
  return SentencePiece(std::move(bytes), path);
}

std::vector<std::string> SentencePiece::tokens(std::string_view line) const { return model_->tokens(line); }

std::string SentencePiece::text(const std::vector<std::string>& pieces) const { return model_->text(pieces); }

}  // namespace weft::text
