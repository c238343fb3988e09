#include <weft/optim/adaptive.h>
#include <weft/optim/update_ops.h>

namespace weft::optim {

Adagrad::Adagrad(AdagradOptions options) : Optimizer(options.lr, options.weight_decay), options_(options) {
  check_not_negative("Adagrad", {{"lr", options.lr}, {"epsilon", options.epsilon}, {"weight_decay", options.weight_decay}});
}

void Adagrad::update(Tensor& p, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step) {
  adagrad_op.update({p, slots[0]}, p, with_decay(gradient, p, step.weight_decay), slots[0], step.rate, options_.epsilon);
}

RMSprop::RMSprop(RMSpropOptions options) : Optimizer(options.lr, options.weight_decay), options_(options) {
  check_not_negative("RMSprop", {{"lr", options.lr}, {"epsilon", options.epsilon}, {"weight_decay", options.weight_decay}});
  require<ValueError>(options.alpha >= 0 && options.alpha <= 1, "RMSprop: alpha is ", options.alpha, ", not in [0, 1]");
}

void RMSprop::update(Tensor& p, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step) {
  rmsprop_op.update({p, slots[0]}, p, with_decay(gradient, p, step.weight_decay), slots[0], step.rate, 1 - options_.alpha,
                    options_.epsilon);
}

}  // namespace weft::optim
