#include <weft/tensor/copy.h>
#include <weft/tensor/files/atomic_file.h>
#include <weft/tensor/files/mapped_file.h>
#include <weft/tensor/files/npy.h>
#include <weft/tensor/files/npy_header.h>
#include <weft/tensor/files/zip.h>
#include <weft/tensor/views.h>

#include <algorithm>
#include <array>
#include <bit>

namespace weft {

namespace {

static_assert(std::endian::native == std::endian::little, "the files are little-endian");
constexpr std::string_view kSuffix = ".npy";

std::string_view elements(const Tensor& contiguous) {
  return {reinterpret_cast<const char*>(contiguous.raw()),
          static_cast<std::size_t>(contiguous.numel() * size_of(contiguous.dtype()))};
}

// The array in `size` bytes from `start` on.
Tensor read_array(const Reference<MappedFile>& file, const std::string& name, std::size_t start, std::size_t size) {
  NpyHeader header = parse_npy_header(name, file->bytes().substr(start, size), start);
  if (!header.fortran_order) return MappedFile::tensor(file, start + header.size, header.shape, header.dtype);
  int dims = header.shape.dims();
  Shape turned = header.shape;
  std::array<int, kMaxDims> order{};
  for (int i = 0; i < dims; ++i) {
    turned[i] = header.shape[dims - 1 - i];
    order[static_cast<std::size_t>(i)] = dims - 1 - i;
  }
  Tensor array = MappedFile::tensor(file, start + header.size, turned, header.dtype);
  return permute(array, std::span(order.data(), static_cast<std::size_t>(dims)));
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
  Reference<MappedFile> file = MappedFile::open(path);
  return read_array(file, path, 0, file->size());
}

void save_npz(const std::string& path, const std::map<std::string, Tensor>& tensors) {
  AtomicFile file(path);
  ZipWriter zip(path, file);
  for (const auto& [name, tensor] : tensors) {
    require<ValueError>(tensor.defined(), path, ": tensor \"", name, "\" is undefined");
    require<ValueError>(name.find('\0') == std::string::npos, path, ": \"", name, "\" is no name for a tensor");
    Tensor whole = contiguous(tensor);
    zip.add(name + std::string(kSuffix), npy_header(whole), elements(whole));
  }
  zip.finish();
  file.commit();
}

std::map<std::string, Tensor> load_npz(const std::string& path) {
  Reference<MappedFile> file = MappedFile::open(path);
  std::map<std::string, Tensor> tensors;
  for (const ZipEntry& entry : read_zip(path, file->bytes())) {
    require<FormatError>(entry.name.ends_with(kSuffix), path, ": byte ", entry.start, ": \"", entry.name, "\" is no .npy file");
    std::string name = entry.name.substr(0, entry.name.size() - kSuffix.size());
    tensors.emplace(name, read_array(file, path + " (" + entry.name + ")", entry.start, entry.size));
  }
  return tensors;
}

}  // namespace weft
