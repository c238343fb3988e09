#include <weft/optim/detail/update_ops.h>
#include <weft/optim/sgd.h>
#include <weft/tensor/indexing/detail/row_update.h>

namespace weft::optim {

SGD::SGD(SGDOptions options, Where caller) : Optimizer(options.lr, options.weight_decay), options_(options) {
  const CallScope scope(caller);
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

// Where g is 0, p does not change.
void SGD::update_by_rows(Tensor& p, const RowSparse& gradient, std::vector<Tensor>& slots, const Step& step) {
  if (!slots.empty() || step.weight_decay != 0) return Optimizer::update_by_rows(p, gradient, slots, step);
  update_rows(sgd_op.call(), UpdatedRows::present, {p}, gradient, {p, gradient.values, step.rate});
}

}  // namespace weft::optim
