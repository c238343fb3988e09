// Reference: a pointer to an object that holds its own reference count. The objects come from the caching allocator.
#pragma once

#include <weft/tensor/memory/allocator.h>
#include <weft/tensor/memory/single_threaded.h>

#include <atomic>
#include <cstdint>
#include <utility>

namespace weft {

// Base of reference-counted objects. T::release() is called when the last reference is dropped; it frees the object.
class Counted {
 public:
  void retain() const { detail::bump(count_, 1u); }
  // Drops a reference. Returns true if it was the last one.
  bool drop() const {
    const std::uint32_t count = count_.load(std::memory_order_acquire);
    if (count == 1) return true;  // no other thread can add a reference now
    if (detail::single_threaded()) {
      count_.store(count - 1, std::memory_order_relaxed);
      return false;
    }
    return count_.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }
  bool unique() const { return count_.load(std::memory_order_acquire) == 1; }

 private:
  mutable std::atomic<std::uint32_t> count_{0};
};

template <class T>
class Reference {
 public:
  Reference() = default;
  explicit Reference(T* object) : object_(object) {
    if (object_) object_->retain();
  }
  Reference(const Reference& other) : Reference(other.object_) {}
  Reference(Reference&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Reference& operator=(Reference other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Reference() {
    if (object_ && object_->drop()) object_->release();
  }

  T* get() const { return object_; }
  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }
  explicit operator bool() const { return object_; }
  bool operator==(const Reference& other) const { return object_ == other.object_; }

 private:
  T* object_ = nullptr;
};

}  // namespace weft
