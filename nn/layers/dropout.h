// Dropout: random zeros while training.
#pragma once

#include <weft/nn/module/module.h>
#include <weft/nn/module/random_stream.h>

namespace weft::nn {

// While training, each element is set to zero with probability p and the others are scaled by 1 / (1 - p); otherwise y = x.
// Srivastava et al. 2014. The zeros come from the layer's own random stream, which continues from call to call; in fit() and
// wherever an ExampleDraws exists, they belong to the entries of x's first axis, the examples. With p = 1 all elements are zero.
// Throws ValueError unless 0 <= p <= 1.
class Dropout : public Module {
 public:
  Dropout(const Owner& parent, const std::string& name, double p = 0.5);
  Dropout(const Standalone& root, double p = 0.5) : Dropout(Owner(root), "", p) {}

  // Works in place if x is the last handle to its memory.
  Variable operator()(Variable x, Where caller = Where::here()) const;
  // Returns the factors that a call multiplies with, 0 or 1 / (1 - p), to use one mask several times; undefined unless active().
  Tensor mask(const Shape& shape, DType dtype = DType::f32) const;

  double p() const { return p_; }
  // Returns whether calls set anything to zero at present.
  bool active() const { return training() && p_ > 0; }
  Generator* generator() override { return &stream_.generator(); }

 private:
  double p_;
  mutable RandomStream stream_;
};

}  // namespace weft::nn
