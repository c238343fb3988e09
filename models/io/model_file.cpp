#include <weft/models/io/detail/foreign_file.h>
#include <weft/models/io/model_file.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/base/plain_text.h>
#include <weft/tensor/base/suggestion.h>
#include <weft/tensor/files/atomic_file.h>
#include <weft/tensor/files/detail/input_file.h>

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace weft {

namespace {

constexpr const char* kChecksum = "checksum";

// Returns the CRC-32 (RFC 1952) of everything except the checksum itself, each string preceded by its length, as 8 hexadecimal
// digits.
std::string checksum(const std::map<std::string, Tensor>& tensors, const Metadata& metadata) {
  uLong sum = crc32(0, nullptr, 0);
  auto add = [&](const void* data, std::size_t bytes) { sum = crc32_z(sum, static_cast<const Bytef*>(data), bytes); };
  auto add_text = [&](const std::string& text) {
    const std::uint64_t size = text.size();
    add(&size, sizeof size);
    add(text.data(), text.size());
  };
  for (const auto& [key, value] : metadata) {
    if (key == kChecksum) continue;
    add_text(key);
    add_text(value);
  }
  for (const auto& [name, tensor] : tensors) {
    PlainText kind;
    kind << describe(tensor);
    add_text(name);
    add_text(kind.str());
    const Tensor whole = contiguous(tensor);
    add(whole.raw(), static_cast<std::size_t>(whole.numel() * size_of(whole.dtype())));
  }
  char text[9];
  std::snprintf(text, sizeof text, "%08lx", sum);
  return text;
}

}  // namespace

void check_writable(const std::string& path) { AtomicFile nothing(path); }

void save_checked(const std::string& path, const std::map<std::string, Tensor>& tensors, Metadata metadata) {
  metadata[kChecksum] = checksum(tensors, metadata);
  save_tensors(path, tensors, metadata);
}

std::map<std::string, Tensor> parameters_by_path(nn::Module& model, const std::string& subject) {
  std::map<std::string, Tensor> tensors;
  for (nn::Parameter* parameter : model.parameters())
    require<ValueError>(tensors.emplace(parameter->path(), parameter->tensor()).second, subject,
                        "two parameters of the model are called \"", parameter->path(), "\", so one would not be saved");
  return tensors;
}

void save_model(const std::string& path, nn::Module& model, const std::string& kind, Metadata metadata) {
  metadata["kind"] = kind;
  save_checked(path, parameters_by_path(model), std::move(metadata));
}

namespace {
// Loads a file. If it is not in safetensors format, the error names its kind where that is known.
TensorFile load_or_name_kind(const std::string& path) {
  try {
    return load_tensors(path);
  } catch (const FormatError&) {
    const InputFile file(path);
    text::refuse_foreign(file.text(0, std::min(file.size(), text::kForeignFront)), path);
    throw;
  }
}
}  // namespace

TensorFile read_model(const std::string& path, const std::string& kind) {
  TensorFile file = load_or_name_kind(path);
  auto found = file.metadata.find("kind");
  require<FormatError>(found != file.metadata.end(), path, ": is not a model of weft's programs");
  require<FormatError>(found->second == kind, path, ": is a model of \"", found->second, "\", not of \"", kind, "\"");
  if (const auto written = file.metadata.find(kChecksum); written != file.metadata.end()) {
    const std::string found_sum = checksum(file.tensors, file.metadata);
    require<FormatError>(written->second == found_sum, path, ": is damaged: its checksum is ", written->second,
                         ", but that of its contents is ", found_sum);
  }
  return file;
}

void check_weights(const std::string& path, const TensorFile& file, const std::string& name, const Shape& shape) {
  auto found = file.tensors.find(name);
  require<FormatError>(found != file.tensors.end(), path, ": lacks the weights ", name);
  require<FormatError>(found->second.shape() == shape, path, ": ", name, " is ", describe(found->second),
                       ", but the model's options require ", shape);
}

namespace {
std::vector<std::string> names_in(const TensorFile& file) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : file.tensors) names.push_back(name);
  return names;
}
}  // namespace

void load_weights(const std::string& path, const TensorFile& file, nn::Module& model) {
  std::vector<nn::Parameter*> parameters = model.parameters();
  std::map<std::string, Tensor> unknown = file.tensors;
  for (nn::Parameter* parameter : parameters) {
    auto found = file.tensors.find(parameter->path());
    require<FormatError>(found != file.tensors.end(), path, ": lacks the weights ", parameter->path(),
                         did_you_mean(parameter->path(), names_in(file)));
    unknown.erase(parameter->path());
    require<FormatError>(found->second.shape() == parameter->shape() && is_floating(found->second.dtype()), path, ": ",
                         parameter->path(), " is ", describe(found->second), ", but the model's is ",
                         describe(parameter->tensor()));
  }
  require<FormatError>(unknown.empty(), path,
                       ": has weights that the model lacks: ", unknown.empty() ? "" : unknown.begin()->first);
  for (nn::Parameter* parameter : parameters) copy_to(parameter->tensor(), file.tensors.at(parameter->path()));
}

std::string to_json(const std::vector<std::string>& list) { return nlohmann::json(list).dump(); }

std::vector<std::string> list_from_json(const std::string& path, const std::string& json) {
  try {
    return nlohmann::json::parse(json).get<std::vector<std::string>>();
  } catch (const nlohmann::json::exception&) {
    throw FormatError(path + ": a list of strings in the model's metadata is broken");
  }
}

const std::string& entry(const std::string& path, const Metadata& metadata, const std::string& key) {
  auto found = metadata.find(key);
  require<FormatError>(found != metadata.end(), path, ": the model's metadata lacks ", key);
  return found->second;
}

double number_entry(const std::string& path, const Metadata& metadata, const std::string& key, double least, double most) {
  const std::string& text = entry(path, metadata, key);
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  require<FormatError>(error == std::errc() && end == text.data() + text.size() && std::isfinite(value), path, ": ", key,
                       " is \"", text, "\", not a number");
  require<FormatError>(value >= least && value <= most, path, ": ", key, " is ", value, ", not from ", least, " to ", most);
  return value;
}

std::int64_t size_entry(const std::string& path, const Metadata& metadata, const std::string& key, std::int64_t largest,
                        std::int64_t least) {
  const double value = number_entry(path, metadata, key);
  require<FormatError>(value >= static_cast<double>(least) && value <= static_cast<double>(largest) && std::floor(value) == value,
                       path, ": ", key, " is ", value, ", not a size from ", least, " to ", largest);
  return static_cast<std::int64_t>(value);
}

bool flag_entry(const std::string& path, const Metadata& metadata, const std::string& key) {
  const std::string& text = entry(path, metadata, key);
  require<FormatError>(text == "0" || text == "1", path, ": ", key, " is \"", text, "\", not 0 or 1");
  return text == "1";
}

}  // namespace weft
