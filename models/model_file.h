// One file for a trained model: weights, and what else is needed to use it.
#pragma once

#include <weft/nn/module.h>

#include <map>
#include <string>

namespace weft {

// Text that belongs to a model: options, vocabularies (as JSON where they are lists).
using Metadata = std::map<std::string, std::string>;

// Throws IoError when no file can be written there: to be asked before training rather than after. Leaves nothing.
void check_writable(const std::string& path);

// Writes a safetensors file of all parameters under their paths, with the metadata. `kind` says what program reads it.
void save_model(const std::string& path, nn::Module& model, const std::string& kind, Metadata metadata);

// The metadata alone, to build the model with. Throws FormatError when the file holds another kind of model.
Metadata read_model_metadata(const std::string& path, const std::string& kind);

// Fills the parameters. Throws FormatError that names the first path that is missing, unknown or of another shape, and then
// changes none.
void load_weights(const std::string& path, nn::Module& model);

// Lists of strings as metadata.
std::string to_json(const std::vector<std::string>& list);
std::vector<std::string> list_from_json(const std::string& path, const std::string& json);

// An entry, one that is a number, and one that is a whole number from 1 on. Throw FormatError when it is not there or something
// else.
const std::string& entry(const std::string& path, const Metadata& metadata, const std::string& key);
double number_entry(const std::string& path, const Metadata& metadata, const std::string& key);
std::int64_t size_entry(const std::string& path, const Metadata& metadata, const std::string& key);

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
