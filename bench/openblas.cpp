#include "openblas.h"

#include <dlfcn.h>

#include <type_traits>

namespace bench {

const OpenBlas& openblas() {
  static const OpenBlas loaded = [] {
    OpenBlas blas;
    void* library = dlopen(WEFT_OPENBLAS, RTLD_NOW | RTLD_LOCAL);
    if (!library) return blas;
    const auto find = [&](const char* name, auto& function) {
      function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
    };
    find("cblas_sgemm", blas.sgemm);
    find("cblas_dgemm", blas.dgemm);
    find("openblas_set_num_threads", blas.set_num_threads);
    return blas;
  }();
  return loaded;
}

}  // namespace bench
