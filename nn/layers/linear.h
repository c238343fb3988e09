// Linear: an affine map.
#pragma once

#include <weft/nn/module/module.h>

namespace weft::nn {

struct LinearOptions {
  bool bias = true;
  bool zero_bias = false;  // the bias starts at zero, whatever the preset
  bool tied = false;       // it has no weight of its own: each call passes the shared one
};

// y = x W^T + b: x [.., in] -> [.., out]. Parameters as in PyTorch: weight [out, in], bias [out]. Throws ShapeError unless the
// last axis of x has size `in`, DtypeError unless x has the weight's dtype.
class Linear : public Module {
 public:
  Linear(const Owner& parent, const std::string& name, std::int64_t in, std::int64_t out, LinearOptions options = {});
  Linear(const Standalone& root, std::int64_t in, std::int64_t out, LinearOptions options = {})
      : Linear(Owner(root), "", in, out, options) {}

  Variable operator()(const Variable& x, Where caller = Where::here()) const;
  // x W^T + b with another layer's W [out, in], for example for an output layer that shares the rows of an embedding. Press &
  // Wolf 2017.
  Variable operator()(const Variable& x, const Parameter& shared, Where caller = Where::here()) const;
  void reset_parameters(const init::Preset& preset, Generator& generator) override;

  Parameter weight, bias;

 private:
  std::int64_t in_, out_;
  bool zero_bias_;
};

}  // namespace weft::nn
