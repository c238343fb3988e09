// Marks the allocator's free memory for AddressSanitizer; these functions do nothing without it.
#pragma once

#include <cstddef>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WEFT_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define WEFT_ASAN 1
#endif

#if defined(WEFT_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/lsan_interface.h>
#endif

namespace weft::memory {

#if defined(WEFT_ASAN)
inline constexpr bool kPoisons = true;
inline void poison(const void* data, std::size_t bytes) { __asan_poison_memory_region(data, bytes); }
inline void unpoison(const void* data, std::size_t bytes) { __asan_unpoison_memory_region(data, bytes); }
inline bool poisoned(const void* byte) { return __asan_address_is_poisoned(byte); }
// Memory that only pointers in this range refer to is not a leak.
inline void look_for_pointers(const void* data, std::size_t bytes) { __lsan_register_root_region(data, bytes); }
#else
inline constexpr bool kPoisons = false;
inline void poison(const void*, std::size_t) {}
inline void unpoison(const void*, std::size_t) {}
inline bool poisoned(const void*) { return false; }
inline void look_for_pointers(const void*, std::size_t) {}
#endif

}  // namespace weft::memory
