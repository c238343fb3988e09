// Numbers of 200 bits, based on MPFR, with the operations that functions.h needs.
#pragma once

#include <mpfr.h>

#include <limits>

namespace weft {

class Real {
 public:
  static constexpr mpfr_prec_t kBits = 200;

  Real() : Real(0.0) {}
  Real(double number) { mpfr_init2(value_, kBits), mpfr_set_d(value_, number, MPFR_RNDN); }
  Real(const Real& other) { mpfr_init2(value_, kBits), mpfr_set(value_, other.value_, MPFR_RNDN); }
  Real& operator=(const Real& other) { return mpfr_set(value_, other.value_, MPFR_RNDN), *this; }
  ~Real() { mpfr_clear(value_); }

  explicit operator double() const { return mpfr_get_d(value_, MPFR_RNDN); }

  template <class Function>
  static Real of(const Real& x, Function function) {
    Real result;
    function(result.value_, x.value_, MPFR_RNDN);
    return result;
  }
  template <class Function>
  static Real of(const Real& x, const Real& y, Function function) {
    Real result;
    function(result.value_, x.value_, y.value_, MPFR_RNDN);
    return result;
  }
  friend bool operator<(const Real& a, const Real& b) { return mpfr_less_p(a.value_, b.value_); }
  friend bool operator>(const Real& a, const Real& b) { return b < a; }

 private:
  mpfr_t value_;
};

inline Real operator+(const Real& a, const Real& b) { return Real::of(a, b, mpfr_add); }
inline Real operator-(const Real& a, const Real& b) { return Real::of(a, b, mpfr_sub); }
inline Real operator*(const Real& a, const Real& b) { return Real::of(a, b, mpfr_mul); }
inline Real operator/(const Real& a, const Real& b) { return Real::of(a, b, mpfr_div); }
inline Real pow(const Real& a, const Real& b) { return Real::of(a, b, mpfr_pow); }
inline Real operator-(const Real& x) { return Real(0.0) - x; }
inline Real exp(const Real& x) { return Real::of(x, mpfr_exp); }
inline Real expm1(const Real& x) { return Real::of(x, mpfr_expm1); }
inline Real log(const Real& x) { return Real::of(x, mpfr_log); }
inline Real log1p(const Real& x) { return Real::of(x, mpfr_log1p); }
inline Real tanh(const Real& x) { return Real::of(x, mpfr_tanh); }
inline Real atan(const Real& x) { return Real::of(x, mpfr_atan); }
inline Real erf(const Real& x) { return Real::of(x, mpfr_erf); }
inline Real erfc(const Real& x) { return Real::of(x, mpfr_erfc); }
inline Real sqrt(const Real& x) {
  return Real::of(x, [](auto to, auto from, auto mode) { return mpfr_sqrt(to, from, mode); });
}
inline Real abs(const Real& x) { return x < Real(0.0) ? -x : x; }

}  // namespace weft
