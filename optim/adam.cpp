#include <weft/optim/adam.h>
#include <weft/optim/update_ops.h>

#include <cmath>

namespace weft::optim {

Adam::Adam(const char* name, const AdamOptions& options) : Optimizer(options.lr, options.weight_decay), options_(options) {
  check_not_negative(name, {{"lr", options.lr}, {"epsilon", options.epsilon}, {"weight_decay", options.weight_decay}});
  auto in_range = [](double beta) { return beta >= 0 && beta < 1; };
  require<ValueError>(in_range(options.beta1) && in_range(options.beta2), name, ": betas ", options.beta1, " and ", options.beta2,
                      " must lie in [0, 1)");
}

void Adam::update(Tensor& parameter, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step) {
  adam_step(parameter, with_decay(gradient, parameter, step.weight_decay), slots, step);
}

// Both sides of m^ / (sqrt(v^) + epsilon) times sqrt(1 - beta2^t): the corrections become two numbers per step.
void Adam::adam_step(Tensor& p, const Tensor& g, std::vector<Tensor>& slots, const Step& step) {
  auto t = static_cast<double>(step.count);
  double root = std::sqrt(1 - std::pow(options_.beta2, t)), corrected = step.rate * root / (1 - std::pow(options_.beta1, t));
  adam_op.update({p, slots[0], slots[1]}, p, g, slots[0], slots[1], corrected, options_.epsilon * root, 1 - options_.beta1,
                 1 - options_.beta2);
}

void AdamW::update(Tensor& p, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step) {
  if (step.weight_decay != 0) sgd_op.update({p}, p, p, step.rate * step.weight_decay);
  adam_step(p, gradient, slots, step);
}

}  // namespace weft::optim
