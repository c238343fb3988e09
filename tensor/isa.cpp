#include <weft/tensor/isa.h>

#include <atomic>
#include <cstdlib>
#include <string_view>

namespace weft {

namespace {

Isa supported() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return Isa::avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return Isa::avx2;
#endif
  return Isa::baseline;
}

Isa lower(Isa wanted) { return wanted < supported() ? wanted : supported(); }

Isa chosen() {
  const char* name = std::getenv("WEFT_ISA");
  std::string_view wanted = name ? name : "";
  if (wanted == "baseline") return Isa::baseline;
  if (wanted == "avx2") return lower(Isa::avx2);
  return supported();
}

std::atomic<Isa>& current() {
  static std::atomic<Isa> value = chosen();
  return value;
}

}  // namespace

Isa isa() { return current().load(std::memory_order_relaxed); }

Isa set_isa(Isa wanted) { return current() = lower(wanted); }

const char* isa_name(Isa isa) {
  const char* names[] = {"baseline", "avx2", "avx512"};
  return names[static_cast<int>(isa)];
}

}  // namespace weft
