// Tokenizers in model files.
#pragma once

#include <weft/models/io/model_file.h>
#include <weft/models/subwords/tokenizer.h>

#include <string>

namespace weft {

// Adds everything that the tokenizer consists of to the metadata, under keys that begin with `name` and a point. BPE codes and
// SentencePiece models are included completely, so that a model file needs no other file.
void add_tokenizer(Metadata& metadata, const std::string& name, const text::Tokenizer& tokenizer);

// Restores the tokenizer that add_tokenizer stored. Throws FormatError that names `path`, the file, and Error if weft was built
// without the library for a SentencePiece model.
text::Tokenizer read_tokenizer(const std::string& path, const Metadata& metadata, const std::string& name);

}  // namespace weft
