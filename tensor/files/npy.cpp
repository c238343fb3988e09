#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/files/atomic_file.h>
#include <weft/tensor/files/detail/input_file.h>
#include <weft/tensor/files/detail/npy_header.h>
#include <weft/tensor/files/detail/zip.h>
#include <weft/tensor/files/npy.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace weft {

namespace {

static_assert(std::endian::native == std::endian::little, "the files are little-endian");
constexpr std::string_view kSuffix = ".npy";

std::string_view elements(const Tensor& contiguous) {
  return {reinterpret_cast<const char*>(contiguous.raw()),
          static_cast<std::size_t>(contiguous.numel() * size_of(contiguous.dtype()))};
}

std::string_view as_text(const Tensor& bytes) {
  return {reinterpret_cast<const char*>(bytes.raw()), static_cast<std::size_t>(bytes.numel())};
}

// Returns the elements from byte `start` on, without a copy if their alignment permits.
Tensor elements_at(const Tensor& bytes, std::size_t start, const Shape& shape, DType dtype) {
  const std::int64_t at = static_cast<std::int64_t>(start), size = size_of(dtype);
  if (shape.numel() > 0 && at % size == 0) return {bytes.storage(), at / size, shape, row_major_strides(shape), dtype};
  Tensor copy(shape, dtype);
  if (shape.numel() > 0) std::memcpy(copy.raw_output(), bytes.raw() + at, static_cast<std::size_t>(shape.numel() * size));
  return copy;
}

// Returns the array of a .npy file whose bytes, u8 [size], start at position `start` of the file `name`.
Tensor array_from(const Tensor& bytes, const std::string& name, std::size_t start) {
  NpyHeader header = parse_npy_header(name, as_text(bytes), start);
  if (!header.fortran_order) return elements_at(bytes, header.size, header.shape, header.dtype);
  int dims = header.shape.dims();
  Shape turned = header.shape;
  std::array<int, kMaxDims> order{};
  for (int i = 0; i < dims; ++i) {
    turned[i] = header.shape[dims - 1 - i];
    order[static_cast<std::size_t>(i)] = dims - 1 - i;
  }
  Tensor array = elements_at(bytes, header.size, turned, header.dtype);
  return permute(array, std::span(order.data(), static_cast<std::size_t>(dims)));
}

Tensor read_bytes(const InputFile& file, std::size_t start, std::size_t size) {
  return file.tensor(start, {static_cast<std::int64_t>(size)}, DType::u8);
}

}  // namespace

void save_npy(const std::string& path, const Tensor& tensor) {
  require<ValueError>(tensor.defined(), path, ": the tensor is undefined");
  Tensor whole = contiguous(tensor);
  AtomicFile file(path);
  file.write(npy_header(whole));
  file.write(elements(whole));
  file.commit();
}

Tensor load_npy(const std::string& path) {
  const InputFile file(path);
  const Tensor bytes = read_bytes(file, 0, file.size());
  file.check_unchanged();
  return array_from(bytes, path, 0);
}

void save_npz(const std::string& path, const std::map<std::string, Tensor>& tensors) {
  AtomicFile file(path);
  ZipWriter zip(path, file);
  for (const auto& [name, tensor] : tensors) {
    require<ValueError>(tensor.defined(), path, ": tensor \"", name, "\" is undefined");
    require<ValueError>(name.find('\0') == std::string::npos, path, ": \"", name, "\" is not a valid name for a tensor");
    Tensor whole = contiguous(tensor);
    zip.add(name + std::string(kSuffix), npy_header(whole), elements(whole));
  }
  zip.finish();
  file.commit();
}

std::map<std::string, Tensor> load_npz(const std::string& path) {
  const InputFile file(path);
  std::map<std::string, Tensor> tensors;
  for (const ZipEntry& entry : read_zip(file)) {
    const Tensor bytes = read_bytes(file, entry.start, entry.size);
    require<FormatError>(crc32(as_text(bytes)) == entry.checksum, path, ": byte ", entry.start, ": \"", entry.name,
                         "\" does not have the checksum in the directory");
    require<FormatError>(entry.name.ends_with(kSuffix), path, ": byte ", entry.start, ": \"", entry.name,
                         "\" is not an .npy file");
    std::string name = entry.name.substr(0, entry.name.size() - kSuffix.size());
    tensors.emplace(name, array_from(bytes, path + " (" + entry.name + ")", entry.start));
  }
  file.check_unchanged();
  return tensors;
}

}  // namespace weft
