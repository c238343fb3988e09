#include <weft/tensor/memory/storage.h>

#include <new>

namespace weft {

Reference<Storage> Storage::make(std::size_t bytes) {
  static_assert(sizeof(Storage) <= kHeader);
  std::size_t block = kHeader + bytes;
  auto* at = static_cast<std::byte*>(memory::allocate(block));
  return Reference<Storage>(new (at) Storage(at + kHeader, bytes, block));
}

Reference<Storage> Storage::borrow(void* data, std::size_t bytes) {
  return Reference<Storage>(new (memory::allocate(kHeader)) Storage(data, bytes, kHeader));
}

void Storage::release() {
  std::size_t block = block_;
  this->~Storage();
  memory::release(this, block);
}

}  // namespace weft
