#include <weft/tensor/array/copy.h>
#include <weft/tensor/files/atomic_file.h>
#include <weft/tensor/files/detail/input_file.h>
#include <weft/tensor/files/detail/safetensors_header.h>
#include <weft/tensor/files/safetensors.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace weft {

namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

constexpr std::size_t kPrefix = 8;                   // length of the header's size
constexpr std::size_t kLongestHeader = 100'000'000;  // the format's own limit
constexpr std::size_t kAlignment = 64;               // of the elements in files that weft writes

using Named = std::pair<const std::string*, const Tensor*>;

// Wider elements come first, so that all stay aligned without gaps, which the format forbids.
std::vector<Named> file_order(const std::map<std::string, Tensor>& tensors) {
  std::vector<Named> order;
  for (const auto& [name, tensor] : tensors) order.emplace_back(&name, &tensor);
  std::stable_sort(order.begin(), order.end(),
                   [](Named a, Named b) { return size_of(a.second->dtype()) > size_of(b.second->dtype()); });
  return order;
}

std::string header_text(const std::vector<Named>& order, const std::map<std::string, std::string>& metadata) {
  std::string json = "{";
  auto add_name = [&](const std::string& name) {
    if (json.back() != '{') json += ',';
    write_json_string(json, name);
    json += ':';
  };
  if (!metadata.empty()) {
    add_name("__metadata__");
    json += '{';
    for (const auto& [name, value] : metadata) {
      add_name(name);
      write_json_string(json, value);
    }
    json += '}';
  }
  std::int64_t at = 0;
  for (auto [name, tensor] : order) {
    add_name(*name);
    json += "{\"dtype\":\"";
    json += safetensors_name(tensor->dtype());
    json += "\",\"shape\":[";
    for (int i = 0; i < tensor->dims(); ++i) {
      if (i) json += ',';
      json += std::to_string(tensor->shape()[i]);
    }
    std::int64_t end = at + tensor->numel() * size_of(tensor->dtype());
    json += "],\"data_offsets\":[" + std::to_string(at) + "," + std::to_string(end) + "]}";
    at = end;
  }
  json += '}';
  json.append((kAlignment - (kPrefix + json.size()) % kAlignment) % kAlignment, ' ');
  return json;
}

// Checks that every entry lies within the file and has as many bytes as its shape says, and that there are no gaps or overlaps.
void check_layout(const std::string& path, const SafetensorsHeader& header, std::size_t data_bytes) {
  std::vector<std::pair<const std::string*, const SafetensorsEntry*>> order;
  for (const auto& [name, entry] : header.entries) {
    auto bad = [&, &name = name, &entry = entry](const auto&... reason) {
      detail::fail<FormatError>(Where{}, path, ": byte ", entry.position, ": tensor \"", name, "\": ", reason...);
    };
    if (entry.begin > entry.end || entry.end > data_bytes)
      bad("data_offsets ", entry.begin, ", ", entry.end, " are outside the file's ", data_bytes, " bytes of data");
    std::int64_t bytes = size_of(entry.dtype), nonzero = 1;  // strides must not overflow either
    for (std::int64_t size : entry.shape)
      if (__builtin_mul_overflow(bytes, std::max<std::int64_t>(size, 1), &bytes)) bad("its shape ", entry.shape, " is too large");
    for (std::int64_t size : entry.shape) nonzero = size ? nonzero : 0;
    if (static_cast<std::uint64_t>(bytes * nonzero) != entry.end - entry.begin)
      bad("shape ", entry.shape, " of ", entry.dtype, " has ", bytes * nonzero, " bytes, data_offsets have ",
          entry.end - entry.begin);
    order.emplace_back(&name, &entry);
  }
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second->begin, a.second->end) < std::pair(b.second->begin, b.second->end);
  });
  std::uint64_t at = 0;
  for (auto [name, entry] : order) {
    require<FormatError>(entry->begin == at, path, ": byte ", entry->position, ": tensor \"", *name, "\": its data starts at ",
                         entry->begin, entry->begin < at ? ", inside the tensor before, which ends at " : ", after a gap from ",
                         at);
    at = entry->end;
  }
  require<FormatError>(at == data_bytes, path, ": the tensors have ", at, " bytes of data, the file has ", data_bytes);
}

void check_truth(const std::string& path, const std::string& name, std::size_t start, const Tensor& tensor) {
  const auto* bytes = reinterpret_cast<const char*>(tensor.raw());
  const auto* end = bytes + tensor.numel();
  const auto* found = std::find_if(bytes, end, [](char c) { return c != 0 && c != 1; });
  require<FormatError>(found == end, path, ": byte ", start + static_cast<std::size_t>(found - bytes), ": tensor \"", name,
                       "\": a bool is neither 0 nor 1");
}

}  // namespace

void save_tensors(const std::string& path, const std::map<std::string, Tensor>& tensors,
                  const std::map<std::string, std::string>& metadata) {
  for (const auto& [name, tensor] : tensors) {
    require<ValueError>(tensor.defined(), path, ": tensor \"", name, "\" is undefined");
    require<ValueError>(is_utf8(name) && name != "__metadata__", path, ": \"", name, "\" is not a valid name for a tensor");
  }
  for (const auto& [name, value] : metadata)
    require<ValueError>(is_utf8(name) && is_utf8(value), path, ": metadata \"", name, "\" is not UTF-8");
  std::vector<Named> order = file_order(tensors);
  std::string header = header_text(order, metadata);
  require<ValueError>(header.size() <= kLongestHeader, path, ": names and metadata have ", header.size(),
                      " bytes, but the format allows only ", kLongestHeader);
  AtomicFile file(path);
  std::uint64_t length = header.size();
  file.write(&length, kPrefix);
  file.write(header);
  for (auto [name, tensor] : order) {
    Tensor whole = contiguous(*tensor);
    file.write(whole.raw(), static_cast<std::size_t>(whole.numel() * size_of(whole.dtype())));
  }
  file.commit();
}

TensorFile load_tensors(const std::string& path) {
  const InputFile file(path);
  require<FormatError>(file.size() >= kPrefix, path, ": byte 0: ", file.size(), " bytes are too few for a safetensors file");
  std::uint64_t length = 0;
  file.read(&length, 0, kPrefix);
  require<FormatError>(length <= file.size() - kPrefix, path, ": byte 0: a header of ", length,
                       " bytes goes past the end of the file, which has ", file.size());
  require<FormatError>(length <= kLongestHeader, path, ": byte 0: a header of ", length, " bytes, but the format allows only ",
                       kLongestHeader);
  std::size_t start = kPrefix + static_cast<std::size_t>(length);
  SafetensorsHeader header = parse_safetensors_header(path, file.text(kPrefix, start - kPrefix), kPrefix);
  check_layout(path, header, file.size() - start);
  TensorFile result{{}, std::move(header.metadata)};
  for (const auto& [name, entry] : header.entries) {
    std::size_t at = start + static_cast<std::size_t>(entry.begin);
    Tensor tensor = file.tensor(at, entry.shape, entry.dtype);
    if (entry.dtype == DType::boolean) check_truth(path, name, at, tensor);
    result.tensors.emplace(name, std::move(tensor));
  }
  file.check_unchanged();
  return result;
}

}  // namespace weft
