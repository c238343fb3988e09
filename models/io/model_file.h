// A single file for a trained model: its weights and everything else that is needed to use it.
#pragma once

#include <weft/nn/module/module.h>
#include <weft/tensor/files/safetensors.h>

#include <limits>
#include <map>
#include <string>
#include <vector>

namespace weft {

// Text that belongs to a model: options, vocabularies (lists as JSON).
using Metadata = std::map<std::string, std::string>;

// Throws IoError if no file can be written there; call it before training rather than after. It leaves nothing behind.
void check_writable(const std::string& path);

// Writes a safetensors file with a checksum of names, metadata and elements in its metadata, by which read_model detects damage;
// the key "checksum" is reserved for it. Throws as save_tensors does.
void save_checked(const std::string& path, const std::map<std::string, Tensor>& tensors, Metadata metadata);

// Returns the model's parameters by their paths. Throws ValueError, which begins with `subject`, if two have the same path.
std::map<std::string, Tensor> parameters_by_path(nn::Module& model, const std::string& subject = "");

// Writes such a file of all parameters under their paths, with the metadata. `kind` identifies the program that reads it.
void save_model(const std::string& path, nn::Module& model, const std::string& kind, Metadata metadata);

// Reads the whole file. Throws FormatError if it contains another kind of model or is damaged; a file without a checksum is
// accepted as it is.
TensorFile read_model(const std::string& path, const std::string& kind);

// Fills the parameters from the file. Throws FormatError that names the first path that is missing, unknown or has another shape;
// then none are changed.
void load_weights(const std::string& path, const TensorFile& file, nn::Module& model);

// Throws FormatError, which names the file, unless it contains weights of this name and shape. Call it before building the model,
// so that a damaged file cannot cause a larger allocation than its weights.
void check_weights(const std::string& path, const TensorFile& file, const std::string& name, const Shape& shape);

// Lists of strings, in UTF-8, as metadata.
std::string to_json(const std::vector<std::string>& list);
std::vector<std::string> list_from_json(const std::string& path, const std::string& json);

// Return an entry: as text, as a finite number from `least` to `most`, as a whole number from `least` to `largest`, and as a flag
// that is 0 or 1. They throw FormatError if it is missing or invalid.
const std::string& entry(const std::string& path, const Metadata& metadata, const std::string& key);
double number_entry(const std::string& path, const Metadata& metadata, const std::string& key,
                    double least = std::numeric_limits<double>::lowest(), double most = std::numeric_limits<double>::max());
inline constexpr std::int64_t kLargestSize = std::int64_t{1} << 30;
std::int64_t size_entry(const std::string& path, const Metadata& metadata, const std::string& key,
                        std::int64_t largest = kLargestSize, std::int64_t least = 1);
bool flag_entry(const std::string& path, const Metadata& metadata, const std::string& key);

// Returns what read() returns; a ValueError about the metadata becomes a FormatError that names the file.
template <class Read>
auto from_metadata(const std::string& path, Read read) {
  try {
    return read();
  } catch (const ValueError& error) {
    throw FormatError(path + ": " + error.what());
  }
}

}  // namespace weft
