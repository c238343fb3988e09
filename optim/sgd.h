// Stochastic gradient descent.
#pragma once

#include <weft/optim/optimizer.h>

namespace weft::optim {

struct SGDOptions {
  double lr = 1e-2;
  double momentum = 0;
  bool nesterov = false;
  double weight_decay = 0;  // added to the gradient as decay p
};

// p -= lr g. With momentum: v = momentum v + g and p -= lr v; Nesterov: p -= lr (g + momentum v) (Sutskever et al. 2013, as in
// PyTorch). Without momentum and decay, a row-sparse gradient changes only its own rows.
class SGD : public Optimizer {
 public:
  explicit SGD(SGDOptions options = {}, Where caller = Where::here());
  std::unique_ptr<Optimizer> clone() const override { return std::make_unique<SGD>(*this); }
  const char* name() const override { return "SGD"; }

 private:
  std::vector<std::string> slots() const override;
  void update(Tensor& parameter, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step) override;
  void update_by_rows(Tensor& parameter, const RowSparse& gradient, std::vector<Tensor>& slots, const Step& step) override;

  SGDOptions options_;
};

}  // namespace weft::optim
