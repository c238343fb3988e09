#include <weft/tensor/runtime/isa.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <string_view>

namespace weft {

namespace {

Isa supported() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return Isa::avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return Isa::avx2;
#endif
  return Isa::baseline;
}

// Returns the best set that the processor supports and WEFT_ISA allows.
Isa highest() {
  const char* name = std::getenv("WEFT_ISA");
  std::string_view wanted = name ? name : "";
  Isa allowed = wanted == "baseline" ? Isa::baseline : wanted == "avx2" ? Isa::avx2 : Isa::avx512;
  return std::min(allowed, supported());
}

std::atomic<Isa>& current() {
  static std::atomic<Isa> value = highest();
  return value;
}

}  // namespace

Isa isa() { return current().load(std::memory_order_relaxed); }

Isa set_isa(Isa wanted) { return current() = std::min(wanted, highest()); }

const char* isa_name(Isa isa) {
  const char* names[] = {"baseline", "avx2", "avx512"};
  return names[static_cast<int>(isa)];
}

}  // namespace weft
