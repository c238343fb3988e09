// How lists of layers are assigned.
#pragma once

#include <algorithm>
#include <iterator>
#include <vector>

namespace weft::nn {

// Assigns element by element, so that layers that exist in both lists keep their paths and leaves and, if they are copied, their
// random streams.
template <class Layer>
void assign_layers(std::vector<Layer>& to, const std::vector<Layer>& from) {
  auto both = static_cast<std::ptrdiff_t>(std::min(to.size(), from.size()));
  to.erase(to.begin() + both, to.end());
  std::copy(from.begin(), from.begin() + both, to.begin());
  if (&to != &from) to.insert(to.end(), from.begin() + both, from.end());
}
template <class Layer>
void assign_layers(std::vector<Layer>& to, std::vector<Layer>&& from) {
  auto both = static_cast<std::ptrdiff_t>(std::min(to.size(), from.size()));
  to.erase(to.begin() + both, to.end());
  std::move(from.begin(), from.begin() + both, to.begin());
  std::move(from.begin() + both, from.end(), std::back_inserter(to));
}

}  // namespace weft::nn
