#include <weft/tensor/base/error.h>

#include <cstring>

namespace weft {

namespace {
thread_local CallScope* innermost = nullptr;
thread_local CallScope* outermost = nullptr;
}  // namespace

CallScope::CallScope(Where where, const void* module, std::string (*path_of)(const void*))
    : where_(where), module_(module), path_of_(path_of), outer_(innermost) {
  innermost = this;
  if (!outer_) outermost = this;
}

CallScope::~CallScope() {
  innermost = outer_;
  if (!outer_) outermost = nullptr;
}

Where CallScope::user_line(Where where) { return outermost ? outermost->where_ : where; }

std::string CallScope::describe(Where where) {
  Where line = user_line(where);
  if (!line.line || std::strstr(line.file, "/include/c++/"))
    return "";  // a line inside the standard library, as in std::make_unique, is of no use
  std::string text = ", at " + to_string(line);
  if (innermost && innermost->path_of_) text += " (" + innermost->path_of_(innermost->module_) + ")";
  return text;
}

std::string to_string(Where where) {
  const char* slash = std::strrchr(where.file, '/');
  return std::string(slash ? slash + 1 : where.file) + ":" + std::to_string(where.line);
}

}  // namespace weft
