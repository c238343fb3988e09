// Instruction sets: kernels are compiled once for each, and the best one that the processor supports is chosen at run time.
#pragma once

namespace weft {

// Tags of the instruction sets. Baseline is what the compiler targets without flags: SSE2 on x86-64, NEON on Arm.
struct Baseline {};
struct Avx2 {};    // AVX2 and FMA
struct Avx512 {};  // AVX-512 F, CD, BW, DQ, VL

// The set that this file is compiled for. Files for the default set contain no kernels of another set.
#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512VL__)
using Here = Avx512;
#elif defined(__AVX2__) && defined(__FMA__)
using Here = Avx2;
#else
using Here = Baseline;
#endif

enum class Isa { baseline, avx2, avx512 };

// Returns the set in use: the best that the processor supports, but no better than the one that the environment variable WEFT_ISA
// names (baseline, avx2, avx512).
Isa isa();

// Returns "baseline", "avx2" or "avx512".
const char* isa_name(Isa isa);

// Uses `isa` from now on, in all threads, or the next lower set that the processor supports and WEFT_ISA allows; for tests and
// measurements. Returns the set now in use.
Isa set_isa(Isa isa);

// Calls get(Kernel<Set>{}) for the set in use. A kernel is a class template over the set, with static functions that are defined
// in a file compiled once per set:
//     best<SoftmaxKernel>([](auto kernel) { return &decltype(kernel)::forward; })(arguments...)
template <template <class> class Kernel, class Get>
auto best(Get get) {
#if defined(__x86_64__)
  if (isa() == Isa::avx512) return get(Kernel<Avx512>{});
  if (isa() == Isa::avx2) return get(Kernel<Avx2>{});
#endif
  return get(Kernel<Baseline>{});
}

}  // namespace weft
