// Where in the user's program an op was called.
#pragma once

namespace weft {

// A line of source code. Public functions take one as their last, defaulted argument, so that an error can name the caller's
// line:
//
//     Tensor exp(const Tensor& x, Where caller = Where::here());
struct Where {
  const char* file = "";
  int line = 0;

  static constexpr Where here(const char* file = __builtin_FILE(), int line = __builtin_LINE()) { return {file, line}; }
};

}  // namespace weft
