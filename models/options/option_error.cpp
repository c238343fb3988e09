#include <weft/models/options/option_error.h>

namespace weft {

static std::string joined(const std::vector<OptionError::Part>& parts) {
  std::string message;
  for (const OptionError::Part& part : parts) message += part.text;
  return message;
}

OptionError::OptionError(std::vector<Part> parts)
    : ValueError(joined(parts)), parts_(std::make_shared<const std::vector<Part>>(std::move(parts))) {}

std::string OptionError::message(const std::function<std::string(const std::string&)>& rename) const {
  std::string message;
  for (const Part& part : *parts_) message += part.is_name ? rename(part.text) : part.text;
  return message;
}

}  // namespace weft
