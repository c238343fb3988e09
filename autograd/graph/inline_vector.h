// InlineVector: a list that stores its first N elements inline. Nodes and argument lists are short.
#pragma once

#include <weft/tensor/memory/allocator.h>

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <new>
#include <utility>

namespace weft {

template <class T, std::size_t N>
class InlineVector {
 public:
  InlineVector() = default;
  InlineVector(std::initializer_list<T> values) : InlineVector(values.begin(), values.end()) {}
  template <class Iterator>
  InlineVector(Iterator begin, Iterator end) {
    reserve(static_cast<std::size_t>(std::distance(begin, end)));
    for (; begin != end; ++begin) push_back(*begin);
  }
  InlineVector(const InlineVector& other) : InlineVector(other.begin(), other.end()) {}
  InlineVector(InlineVector&& other) noexcept { take(other); }
  InlineVector& operator=(InlineVector other) noexcept {
    free();
    take(other);
    return *this;
  }
  ~InlineVector() { free(); }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* data() { return data_; }
  const T* data() const { return data_; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }

  void push_back(T value) {
    if (size_ == capacity_) reserve(2 * capacity_);
    new (data_ + size_) T(std::move(value));
    ++size_;
  }
  void resize(std::size_t size) {
    reserve(size);
    for (; size_ < size; ++size_) new (data_ + size_) T();
    while (size_ > size) data_[--size_].~T();
  }
  void clear() { resize(0); }

 private:
  T* inline_data() { return reinterpret_cast<T*>(inline_); }

  void reserve(std::size_t capacity) {
    if (capacity <= capacity_) return;
    T* grown = static_cast<T*>(memory::allocate(capacity * sizeof(T)));
    std::uninitialized_move(begin(), end(), grown);
    std::destroy(begin(), end());
    if (data_ != inline_data()) memory::release(data_, capacity_ * sizeof(T));
    data_ = grown;
    capacity_ = capacity;
  }
  void free() {
    clear();
    if (data_ != inline_data()) memory::release(data_, capacity_ * sizeof(T));
    data_ = inline_data();
    capacity_ = N;
  }
  // Moves other's elements into this empty list.
  void take(InlineVector& other) {
    if (other.data_ != other.inline_data()) {
      data_ = std::exchange(other.data_, other.inline_data());
      capacity_ = std::exchange(other.capacity_, N);
      size_ = std::exchange(other.size_, 0);
      return;
    }
    std::uninitialized_move(other.begin(), other.end(), data_);
    size_ = other.size_;
    other.clear();
  }

  alignas(T) std::byte inline_[N * sizeof(T)];
  T* data_ = inline_data();
  std::size_t size_ = 0, capacity_ = N;
};

}  // namespace weft
