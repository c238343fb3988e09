// Adam and AdamW.
#pragma once

#include <weft/optim/optimizer.h>

namespace weft::optim {

struct AdamOptions {
  double lr = 1e-3;
  double beta1 = 0.9, beta2 = 0.999;
  double epsilon = 1e-8;  // PyTorch's; Keras has 1e-7
  double weight_decay = 0;
};

// m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2,
// p -= lr m^ / (sqrt(v^) + epsilon) with m^ = m / (1 - beta1^t), v^ = v / (1 - beta2^t). Kingma & Ba 2015.
// t counts a parameter's own steps. Weight decay is added to the gradient as decay p.
class Adam : public Optimizer {
 public:
  explicit Adam(AdamOptions options = {}) : Adam("Adam", options) {}
  std::unique_ptr<Optimizer> clone() const override { return std::make_unique<Adam>(*this); }
  const char* name() const override { return "Adam"; }

 protected:
  Adam(const char* name, const AdamOptions& options);
  std::vector<std::string> slots() const override { return {"m", "v"}; }
  void update(Tensor& parameter, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step) override;
  void adam_step(Tensor& parameter, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step);

 private:
  AdamOptions options_;
};

struct AdamWOptions {
  double lr = 1e-3;
  double beta1 = 0.9, beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0.01;  // PyTorch's; Keras has 0.004
};

// Adam whose decay shrinks the parameter itself: p *= 1 - lr decay, before the step. Loshchilov & Hutter 2019.
class AdamW : public Adam {
 public:
  explicit AdamW(AdamWOptions options = {})
      : Adam("AdamW", {options.lr, options.beta1, options.beta2, options.epsilon, options.weight_decay}) {}
  std::unique_ptr<Optimizer> clone() const override { return std::make_unique<AdamW>(*this); }
  const char* name() const override { return "AdamW"; }

 private:
  void update(Tensor& parameter, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step) override;
};

}  // namespace weft::optim
