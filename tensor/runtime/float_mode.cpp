#include <weft/tensor/runtime/float_mode.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace weft {

namespace {

thread_local int keepers = 0;

#if defined(__x86_64__)
constexpr unsigned long long kFlush = 0x8040;  // flush to zero, denormals are zero
unsigned long long mode() { return _mm_getcsr(); }
void set_mode(unsigned long long mode) { _mm_setcsr(static_cast<unsigned>(mode)); }
#elif defined(__aarch64__)
constexpr unsigned long long kFlush = 1ull << 24;  // FPCR.FZ
unsigned long long mode() {
  unsigned long long value;
  __asm__ volatile("mrs %0, fpcr" : "=r"(value));
  return value;
}
void set_mode(unsigned long long mode) { __asm__ volatile("msr fpcr, %0" : : "r"(mode)); }
#endif

}  // namespace

KeepDenormals::KeepDenormals() { ++keepers; }
KeepDenormals::~KeepDenormals() { --keepers; }
bool KeepDenormals::active() { return keepers > 0; }

FloatMode::FloatMode(bool keep_denormals) : saved_(mode()) {
  unsigned long long wanted = keep_denormals ? saved_ & ~kFlush : saved_ | kFlush;
  changed_ = wanted != saved_;
  if (changed_) set_mode(wanted);
}

FloatMode::~FloatMode() {
  if (changed_) set_mode(saved_);
}

}  // namespace weft
