// The errors that weft throws, and check(), which throws them.
#pragma once

#include <weft/tensor/base/plain_text.h>
#include <weft/tensor/base/where.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace weft {

// Base of all errors of weft. what() is one line: the op or file, the broken rule, the values, and the user's source line.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class ShapeError : public Error {  // shapes or sizes that do not match
 public:
  using Error::Error;
};
class DtypeError : public Error {  // a dtype that an op does not accept
 public:
  using Error::Error;
};
class IndexError : public Error {  // an index, axis or class outside its range
 public:
  using Error::Error;
};
class ValueError : public Error {  // an option or argument outside its range
 public:
  using Error::Error;
};
class GradError : public Error {  // misuse of the graph: freed, stale, not differentiable
 public:
  using Error::Error;
};
class FormatError : public Error {  // a file whose content breaks its format
 public:
  using Error::Error;
};
class IoError : public Error {  // a file that cannot be read or written
 public:
  using Error::Error;
};

// Determines the line that errors name: while weft's layers run, it is the line where the user called the layer, together with
// the layer's path in the model. Scopes nest per thread; the line is that of the outermost one.
class CallScope {
 public:
  CallScope(Where caller, const void* module, std::string (*path_of)(const void* module));
  explicit CallScope(Where caller) : CallScope(caller, nullptr, nullptr) {}
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;
  ~CallScope();

  // Returns `caller` if no scope is open, otherwise the line of the outermost scope.
  static Where user_line(Where caller);
  // Returns ", at train.cpp:41", or ", at train.cpp:41 (encoder.lstm)" inside a layer.
  static std::string describe(Where caller);

 private:
  Where caller_;
  const void* module_;
  std::string (*path_of_)(const void*);
  CallScope* outer_;
};

// Returns "train.cpp:41", without the folders.
std::string to_string(Where caller);

namespace detail {
template <class E, class... Parts>
[[noreturn, gnu::noinline, gnu::cold]] void fail(Where caller, const Parts&... parts) {
  PlainText text;
  (text << ... << printable(parts));
  text << CallScope::describe(caller);
  throw E(text.str());
}
}  // namespace detail

// Throws E with the joined parts and the user's line if `condition` is false:
//     check<ShapeError>(a == b, where, "add: shapes differ: ", a, " and ", b);
template <class E, class... Parts>
void check(bool condition, Where caller, const Parts&... parts) {
  if (!condition) [[unlikely]]
    detail::fail<E>(caller, parts...);
}

// As check(), for errors that come from data rather than from a line of code: files, options.
template <class E, class... Parts>
void require(bool condition, const Parts&... parts) {
  if (!condition) [[unlikely]]
    detail::fail<E>(Where{}, parts...);
}

}  // namespace weft
