#include <weft/optim/sgd.h>
#include <weft/optim/update_ops.h>

namespace weft::optim {

SGD::SGD(SGDOptions options) : Optimizer(options.lr, options.weight_decay), options_(options) {
  require<ValueError>(options.lr >= 0 && options.momentum >= 0, "SGD: lr ", options.lr, " and momentum ", options.momentum,
                      " must not be negative");
  require<ValueError>(!options.nesterov || options.momentum > 0, "SGD: nesterov needs a momentum");
}

std::vector<std::string> SGD::slots() const {
  if (options_.momentum == 0) return {};
  return {"momentum"};
}

void SGD::update(Tensor& p, const Tensor& gradient, std::vector<Tensor>& slots, double rate, double weight_decay) {
  Tensor g = with_decay(gradient, p, weight_decay);
  if (slots.empty())
    sgd_op.update({p}, p, g, rate);
  else
    momentum_op.update({p, slots[0]}, p, g, slots[0], rate, options_.momentum, options_.nesterov);
}

}  // namespace weft::optim
