#include <weft/tensor/linalg/detail/lapack.h>

#if !defined(WEFT_STATIC_LINK)
#include <dlfcn.h>
#endif

#include <cstdlib>
#include <optional>
#include <string>

namespace weft::lapack {

namespace {

struct Library {
  Routines<float> f32{};
  Routines<double> f64{};
  std::string fault;  // why it cannot be used; empty if it can
};

#if defined(WEFT_STATIC_LINK)

Library open() {
  Library library;
  library.fault = "a static program has no linear algebra, because LAPACK is opened at run time";
  return library;
}

#else

// Sets an environment variable while it exists.
class Setting {
 public:
  Setting(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    setenv(name, value, 1);
  }
  ~Setting() { old_ ? setenv(name_, old_->c_str(), 1) : unsetenv(name_); }
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;

 private:
  const char* name_;
  std::optional<std::string> old_;
};

// Looks up one routine; its type is that of the variable.
template <class F>
void find(void* from, const std::string& name, F& routine, Library& library) {
  routine = reinterpret_cast<F>(dlsym(from, name.c_str()));
  if (!routine && library.fault.empty()) library.fault = "the OpenBLAS that was found has no " + name;
}

template <class T>
void find_all(void* from, const std::string& prefix, Routines<T>& to, Library& library) {
  find(from, prefix + "getrf_", to.getrf, library);
  find(from, prefix + "getrs_", to.getrs, library);
  find(from, prefix + "getri_", to.getri, library);
  find(from, prefix + "potrf_", to.potrf, library);
  find(from, prefix + "trtrs_", to.trtrs, library);
  find(from, prefix + "syevd_", to.syevd, library);
  find(from, prefix + "geqrf_", to.geqrf, library);
  find(from, prefix + "orgqr_", to.orgqr, library);
  find(from, prefix + "gesdd_", to.gesdd, library);
}

// With OPENBLAS_NUM_THREADS = 1 at this moment the library starts no thread, then or later.
Library open() {
  Library library;
  const Setting one("OPENBLAS_NUM_THREADS", "1");
  void* from = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!from) {
    library.fault = "linear algebra needs OpenBLAS: install libopenblas0-pthread (Debian, Ubuntu)";
    return library;
  }
  const auto config = reinterpret_cast<const char* (*)()>(dlsym(from, "openblas_get_config"));
  if (!config || std::string(config()).find("SINGLE_THREADED") != std::string::npos) {
    library.fault =
        "the serial build of OpenBLAS answers wrongly when several threads call it: install libopenblas0-pthread (Debian, "
        "Ubuntu) in its place";
    return library;
  }
  find_all(from, "s", library.f32, library);
  find_all(from, "d", library.f64, library);
  return library;
}

#endif

const Library& library(Where caller) {
  static const Library opened = open();
  check<Error>(opened.fault.empty(), caller, "linalg: ", opened.fault);
  return opened;
}

}  // namespace

template <>
const Routines<float>& routines<float>(Where caller) {
  return library(caller).f32;
}
template <>
const Routines<double>& routines<double>(Where caller) {
  return library(caller).f64;
}

}  // namespace weft::lapack
