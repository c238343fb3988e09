// Adagrad and RMSprop: steps scaled by the size of past gradients.
#pragma once

#include <weft/optim/optimizer.h>

namespace weft::optim {

struct AdagradOptions {
  double lr = 1e-2;
  double epsilon = 1e-10;
  double weight_decay = 0;  // added to the gradient
};

// s += g^2, p -= lr g / (sqrt(s) + epsilon). Duchi et al. 2011. Without decay, a row-sparse gradient changes only its own rows.
class Adagrad : public Optimizer {
 public:
  explicit Adagrad(AdagradOptions options = {}, Where caller = Where::here());
  std::unique_ptr<Optimizer> clone() const override { return std::make_unique<Adagrad>(*this); }
  const char* name() const override { return "Adagrad"; }

 private:
  std::vector<std::string> slots() const override { return {"sum"}; }
  void update(Tensor& parameter, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step) override;
  void update_by_rows(Tensor& parameter, const RowSparse& gradient, std::vector<Tensor>& slots, const Step& step) override;

  AdagradOptions options_;
};

struct RMSpropOptions {
  double lr = 1e-2;
  double alpha = 0.99;
  double epsilon = 1e-8;
  double weight_decay = 0;  // added to the gradient
};

// v = alpha v + (1 - alpha) g^2, p -= lr g / (sqrt(v) + epsilon). Hinton 2012, lecture 6e.
class RMSprop : public Optimizer {
 public:
  explicit RMSprop(RMSpropOptions options = {}, Where caller = Where::here());
  std::unique_ptr<Optimizer> clone() const override { return std::make_unique<RMSprop>(*this); }
  const char* name() const override { return "RMSprop"; }

 private:
  std::vector<std::string> slots() const override { return {"square"}; }
  void update(Tensor& parameter, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step) override;

  RMSpropOptions options_;
};

}  // namespace weft::optim
