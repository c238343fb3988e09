// One file for a trained model: weights, and what else is needed to use it.
#pragma once

#include <weft/nn/module/module.h>
#include <weft/tensor/files/safetensors.h>

#include <limits>
#include <map>
#include <string>
#include <vector>

namespace weft {

// Text that belongs to a model: options, vocabularies (as JSON where they are lists).
using Metadata = std::map<std::string, std::string>;

// Throws IoError when no file can be written there: to be asked before training rather than after. Leaves nothing.
void check_writable(const std::string& path);

// Writes a safetensors file with a checksum of names, metadata and elements in its metadata, by which read_model knows damage:
// the key "checksum" is its own. Throws as save_tensors does.
void save_checked(const std::string& path, const std::map<std::string, Tensor>& tensors, Metadata metadata);

// The model's parameters by their paths. Throws ValueError, which begins with `subject`, when two have the same.
std::map<std::string, Tensor> parameters_by_path(nn::Module& model, const std::string& subject = "");

// Writes such a file of all parameters under their paths, with the metadata. `kind` says what program reads it.
void save_model(const std::string& path, nn::Module& model, const std::string& kind, Metadata metadata);

// The whole file, to build the model with. Throws FormatError when it holds another kind of model, or is not what was written; a
// file without a checksum is taken as it is.
TensorFile read_model(const std::string& path, const std::string& kind);

// Fills the parameters with the file's. Throws FormatError that names the first path that is missing, unknown or of another
// shape, and then changes none.
void load_weights(const std::string& path, const TensorFile& file, nn::Module& model);

// Throws FormatError, which names the file, unless it holds weights of this name and shape: models are built after their sizes
// were checked, so that a broken file cannot ask for more memory than it has weights.
void check_weights(const std::string& path, const TensorFile& file, const std::string& name, const Shape& shape);

// Lists of strings, in UTF-8, as metadata.
std::string to_json(const std::vector<std::string>& list);
std::vector<std::string> list_from_json(const std::string& path, const std::string& json);

// An entry, one that is a finite number from `least` to `most`, one that is a whole number from 1 to `largest`, and one that is 0
// or 1. Throw FormatError when it is not there or something else.
const std::string& entry(const std::string& path, const Metadata& metadata, const std::string& key);
double number_entry(const std::string& path, const Metadata& metadata, const std::string& key,
                    double least = std::numeric_limits<double>::lowest(), double most = std::numeric_limits<double>::max());
inline constexpr std::int64_t kLargestSize = std::int64_t{1} << 30;
std::int64_t size_entry(const std::string& path, const Metadata& metadata, const std::string& key,
                        std::int64_t largest = kLargestSize);
bool flag_entry(const std::string& path, const Metadata& metadata, const std::string& key);

// What read() gives, with a ValueError about the metadata as a FormatError that names the file.
template <class Read>
auto from_metadata(const std::string& path, Read read) {
  try {
    return read();
  } catch (const ValueError& error) {
    throw FormatError(path + ": " + error.what());
  }
}

}  // namespace weft
