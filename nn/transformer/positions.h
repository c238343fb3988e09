// What tells an attention where in a sequence each vector is.
#pragma once

#include <weft/nn/layers/dropout.h>

namespace weft::nn {

// The sinusoids of Vaswani et al. 2017, f32 [time, dim]: element (t, 2 i) is sin((t + offset) / 10000^(2 i / dim)), and element
// (t, 2 i + 1) the cosine of the same. Throws ValueError for a negative size.
Tensor sinusoidal_positions(std::int64_t time, std::int64_t dim, std::int64_t offset = 0, Where caller = Where::here());

struct PositionsOptions {
  double dropout = 0;  // applied to the sum
};

// y = x + sinusoidal_positions: x [batch, time, dim] -> the same shape. It has no parameters. A decoder that continues a sequence
// passes the number of earlier positions as `offset`. Throws ShapeError, ValueError.
class SinusoidalPositions : public Module {
 public:
  SinusoidalPositions(const Owner& parent, const std::string& name, std::int64_t dim, PositionsOptions options = {});
  SinusoidalPositions(const Standalone& root, std::int64_t dim, PositionsOptions options = {})
      : SinusoidalPositions(Owner(root), "", dim, options) {}

  Variable operator()(const Variable& x, std::int64_t offset = 0, Where caller = Where::here()) const;

 private:
  std::int64_t dim_;
  Dropout dropout_;
};

// y = x + the learnt vector of each position: x [batch, time, dim] -> the same shape. Devlin et al. 2019. Parameter: weight
// [longest, dim], which starts as an embedding does. Throws ShapeError, and IndexError if offset + time exceeds `longest`.
class LearnedPositions : public Module {
 public:
  LearnedPositions(const Owner& parent, const std::string& name, std::int64_t longest, std::int64_t dim,
                   PositionsOptions options = {});
  LearnedPositions(const Standalone& root, std::int64_t longest, std::int64_t dim, PositionsOptions options = {})
      : LearnedPositions(Owner(root), "", longest, dim, options) {}

  Variable operator()(const Variable& x, std::int64_t offset = 0, Where caller = Where::here()) const;
  void reset_parameters(const init::Preset& preset, Generator& generator) override;

  Parameter weight;

 private:
  Dropout dropout_;
};

}  // namespace weft::nn
