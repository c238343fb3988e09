#include <weft/tensor/base/error.h>

#include <cstring>

namespace weft {

namespace {
thread_local CallScope* innermost = nullptr;
thread_local CallScope* outermost = nullptr;
}  // namespace

CallScope::CallScope(Where caller, const void* module, std::string (*path_of)(const void*))
    : caller_(caller), module_(module), path_of_(path_of), outer_(innermost) {
  innermost = this;
  if (!outer_) outermost = this;
}

CallScope::~CallScope() {
  innermost = outer_;
  if (!outer_) outermost = nullptr;
}

Where CallScope::user_line(Where caller) { return outermost ? outermost->caller_ : caller; }

std::string CallScope::describe(Where caller) {
  Where line = user_line(caller);
  if (!line.line || std::strstr(line.file, "/include/c++/"))
    return "";  // a line inside the standard library, as in std::make_unique, is of no use
  std::string text = ", at " + to_string(line);
  if (innermost && innermost->path_of_) text += " (" + innermost->path_of_(innermost->module_) + ")";
  return text;
}

std::string to_string(Where caller) {
  const char* slash = std::strrchr(caller.file, '/');
  return std::string(slash ? slash + 1 : caller.file) + ":" + std::to_string(caller.line);
}

}  // namespace weft
