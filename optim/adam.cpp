#include <weft/optim/adam.h>
#include <weft/optim/update_ops.h>

#include <cmath>

namespace weft::optim {

Adam::Adam(AdamOptions options) : Optimizer(options.lr, options.weight_decay), options_(options) {
  require<ValueError>(options.lr >= 0 && options.epsilon >= 0, "Adam: lr ", options.lr, " and epsilon ", options.epsilon,
                      " must not be negative");
  auto in_range = [](double beta) { return beta >= 0 && beta < 1; };
  require<ValueError>(in_range(options.beta1) && in_range(options.beta2), "Adam: betas ", options.beta1, " and ", options.beta2,
                      " must lie in [0, 1)");
}

void Adam::update(Tensor& parameter, const Tensor& gradient, std::vector<Tensor>& slots, double rate, double weight_decay) {
  adam_step(parameter, with_decay(gradient, parameter, weight_decay), slots, rate);
}

// Both sides of m^ / (sqrt(v^) + epsilon) times sqrt(1 - beta2^t): the corrections become two numbers per step.
void Adam::adam_step(Tensor& p, const Tensor& g, std::vector<Tensor>& slots, double rate) {
  auto t = static_cast<double>(steps());
  double root = std::sqrt(1 - std::pow(options_.beta2, t)), corrected = rate * root / (1 - std::pow(options_.beta1, t));
  adam_op.update({p, slots[0], slots[1]}, p, g, slots[0], slots[1], corrected, options_.epsilon * root, options_.beta1,
                 options_.beta2);
}

void AdamW::update(Tensor& p, const Tensor& gradient, std::vector<Tensor>& slots, double rate, double weight_decay) {
  if (weight_decay != 0) sgd_op.update({p}, p, p, rate * weight_decay);
  adam_step(p, gradient, slots, rate);
}

}  // namespace weft::optim
