// SentencePiece models (Kudo, Richardson: SentencePiece: A simple and language independent subword tokenizer, 2018), read through
// their library (Debian: libsentencepiece-dev) if weft was built with it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weft::text {

// A loaded model. Copies share it; several threads may use one.
class SentencePiece {
 public:
  // Loads a .model file, or its bytes, which come from `origin`. Throws IoError; FormatError if it is not such a model; Error,
  // which names the package, if weft was built without the library.
  static SentencePiece read(const std::string& path);
  SentencePiece(std::string bytes, const std::string& origin);

  const std::string& bytes() const { return *bytes_; }

  // Returns the pieces of a line; the first piece of each word begins with "▁". Unknown text becomes a piece unchanged.
  std::vector<std::string> tokens(std::string_view line) const;
  // Returns the line that consists of these pieces.
  std::string text(const std::vector<std::string>& pieces) const;

 private:
  class Model;
  std::shared_ptr<const std::string> bytes_;
  std::shared_ptr<const Model> model_;
};

// Returns whether weft was built with the library.
bool has_sentencepiece();

}  // namespace weft::text
