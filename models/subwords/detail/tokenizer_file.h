// Tokenizers in model files.
#pragma once

#include <weft/models/io/model_file.h>
#include <weft/models/subwords/tokenizer.h>

#include <string>

namespace weft {

// Adds what makes the tokenizer to the metadata, under keys that begin with `name` and a point. BPE codes and SentencePiece
// models go in as a whole, so that a model file needs no other file.
void add_tokenizer(Metadata& metadata, const std::string& name, const text::Tokenizer& tokenizer);

// The tokenizer that add_tokenizer put there. Throws FormatError that names `path`, the file, and Error where weft was built
// without the library of a SentencePiece model.
text::Tokenizer read_tokenizer(const std::string& path, const Metadata& metadata, const std::string& name);

}  // namespace weft
