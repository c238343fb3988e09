#include <weft/optim/sgd.h>
#include <weft/optim/update_ops.h>

namespace weft::optim {

SGD::SGD(SGDOptions options) : Optimizer(options.lr, options.weight_decay), options_(options) {
  check_not_negative("SGD", {{"lr", options.lr}, {"momentum", options.momentum}, {"weight_decay", options.weight_decay}});
  require<ValueError>(!options.nesterov || options.momentum > 0, "SGD: nesterov needs a momentum");
}

std::vector<std::string> SGD::slots() const {
  if (options_.momentum == 0) return {};
  return {"momentum"};
}

void SGD::update(Tensor& p, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step) {
  Tensor g = with_decay(gradient, p, step.weight_decay);
  if (slots.empty())
    sgd_op.update({p}, p, g, step.rate);
  else
    momentum_op.update({p, slots[0]}, p, g, slots[0], step.rate, options_.momentum, options_.nesterov);
}

}  // namespace weft::optim
