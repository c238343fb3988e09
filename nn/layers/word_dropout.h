// WordDropout: hides whole words while training.
#pragma once

#include <weft/nn/module/module.h>
#include <weft/nn/module/random_stream.h>

namespace weft::nn {

// While training, the vectors of a word are set to zero with probability p, at all of its positions in the sentence, and the
// others are scaled by 1 / (1 - p); otherwise y = x. Gal & Ghahramani 2016, section 4.2: hiding a word at one position is of
// little use if it also occurs at another. Throws ValueError unless 0 <= p <= 1.
class WordDropout : public Module {
 public:
  WordDropout(const Owner& parent, const std::string& name, double p);
  WordDropout(const Standalone& root, double p) : WordDropout(Owner(root), "", p) {}

  // x [batch, time, dim] holds the vectors of tokens [batch, time], i64, i32 or u8.
  Variable operator()(const Variable& x, const Tensor& tokens, Where caller = Where::here()) const;

  // For sentences whose words become known one by one: draw() draws for all positions, [batch, time], and step() then processes
  // the words at position `time`, x [batch, dim], given tokens [batch, time + 1] up to there. The bits are the same as for the
  // whole sentence at once.
  Tensor draw(const Shape& places, DType dtype) const;
  Variable step(const Variable& x, const Tensor& tokens, const Tensor& drawn, Where caller = Where::here()) const;

  double p() const { return p_; }
  bool active() const { return training() && p_ > 0; }
  Generator* generator() override { return &stream_.generator(); }

 private:
  double p_;
  mutable RandomStream stream_;
};

}  // namespace weft::nn
