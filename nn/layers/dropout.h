// Dropout: random zeros while training.
#pragma once

#include <weft/nn/module/module.h>
#include <weft/nn/module/random_stream.h>

namespace weft::nn {

// While training each element is set to zero with probability p, and the others are scaled by 1 / (1 - p); else y = x. Srivastava
// et al. 2014. The zeros come from a stream of the layer's own, which continues from call to call. With p = 1 all are zero.
// Throws ValueError unless 0 <= p <= 1.
class Dropout : public Module {
 public:
  Dropout(const Owner& parent, const std::string& name, double p = 0.5);
  Dropout(const Standalone& root, double p = 0.5) : Dropout(Owner(root), "", p) {}

  // In place where x is the last handle to its numbers.
  Variable operator()(Variable x, Where where = Where::here()) const;
  // What a call multiplies with, 0 or 1 / (1 - p), to use one mask several times; undefined unless active().
  Tensor mask(const Shape& shape, DType dtype = DType::f32) const;

  double p() const { return p_; }
  // Whether calls set anything to zero now.
  bool active() const { return training() && p_ > 0; }
  Generator* generator() override { return &stream_.generator(); }

 private:
  double p_;
  mutable RandomStream stream_;
};

}  // namespace weft::nn
