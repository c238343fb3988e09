// Paths of modules and parameters, "encoder.rnn.weight_ih_l0".
#pragma once

#include <string>

namespace weft::nn::detail {

// Returns the path of a member `name` of the module at `path`.
inline std::string join_path(const std::string& path, const std::string& name) { return path.empty() ? name : path + "." + name; }

}  // namespace weft::nn::detail
