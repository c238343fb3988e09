// How kernels treat denormal numbers.
#pragma once

namespace weft {

// Kernels flush denormals to zero, because arithmetic on them is many times slower. While a KeepDenormals object exists, kernels
// started by this thread keep them; gradient checks need that.
class KeepDenormals {
 public:
  KeepDenormals();
  ~KeepDenormals();
  KeepDenormals(const KeepDenormals&) = delete;
  KeepDenormals& operator=(const KeepDenormals&) = delete;

  // Returns whether this thread's kernels keep denormals now.
  static bool active();
};

// Sets the processor's mode for a kernel and restores the caller's.
class FloatMode {
 public:
  explicit FloatMode(bool keep_denormals);
  ~FloatMode();
  FloatMode(const FloatMode&) = delete;
  FloatMode& operator=(const FloatMode&) = delete;

 private:
  unsigned long long saved_;
  bool changed_;
};

}  // namespace weft
