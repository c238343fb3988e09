// What the tests of attention share.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/arithmetic/random.h>

#include <vector>

namespace weft {

inline Tensor random(const Shape& shape, std::uint64_t seed, DType dtype = DType::f32) {
  Generator generator{seed};
  return uniform(shape, -1, 1, dtype, generator);
}

// The gradients of in.query, in.key and in.value, given a random one of the result.
template <class Inputs>
std::vector<Tensor> gradients(const Inputs& in, const Variable& result) {
  std::vector<Tensor> all;
  const Tensor seed = random(result.shape(), 4, result.dtype());
  for (const Variable& g : grad({result}, {in.query, in.key, in.value}, {}, {seed})) all.push_back(g.tensor());
  return all;
}

}  // namespace weft
