// Storage: the memory that one or more tensors share.
#pragma once

#include <weft/tensor/base/where.h>
#include <weft/tensor/memory/reference.h>

#include <cstddef>
#include <memory>

namespace weft {

// Data derived from a storage's contents and kept with it.
struct StorageNote {
  virtual ~StorageNote() = default;
};

// Memory with a version that every write increments. The header and the data share one block of the caching allocator, unless the
// data belongs to the caller.
class Storage : public Counted {
 public:
  static constexpr std::size_t kHeader = 64;  // bytes before the data in a block

  static Reference<Storage> make(std::size_t bytes);
  // Refers to the caller's memory, which must outlive every tensor on it.
  static Reference<Storage> borrow(void* data, std::size_t bytes);

  void* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }
  // Returns whether the data lies outside the storage's own block, so that other code may refer to it.
  bool borrowed() const { return data_ != static_cast<const void*>(reinterpret_cast<const std::byte*>(this) + kHeader); }

  std::uint32_t version() const { return version_.load(std::memory_order_relaxed); }
  // The line of the last write, for errors about stale tensors.
  Where last_write() const { return last_write_; }
  void touch(Where caller) {
    detail::bump(version_, 1u);
    last_write_ = caller;
  }

  // Null at first. The code that sets it must synchronize access and record the version it belongs to.
  std::unique_ptr<StorageNote>& note() { return note_; }

  void release();

 private:
  Storage(void* data, std::size_t bytes, std::size_t block) : data_(data), bytes_(bytes), block_(block) {}

  std::atomic<std::uint32_t> version_{0};
  void* data_;
  std::size_t bytes_;
  std::size_t block_;  // size of the allocator's block in bytes
  Where last_write_;
  std::unique_ptr<StorageNote> note_;
};

}  // namespace weft
