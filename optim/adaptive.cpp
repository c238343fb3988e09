#include <weft/optim/adaptive.h>
#include <weft/optim/detail/update_ops.h>
#include <weft/tensor/indexing/detail/row_update.h>

namespace weft::optim {

Adagrad::Adagrad(AdagradOptions options, Where caller) : Optimizer(options.lr, options.weight_decay), options_(options) {
  const CallScope scope(caller);
  check_not_negative("Adagrad", {{"lr", options.lr}, {"epsilon", options.epsilon}, {"weight_decay", options.weight_decay}});
}

void Adagrad::update(Tensor& p, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step) {
  adagrad_op.update({p, slots[0]}, p, with_decay(gradient, p, step.weight_decay), slots[0], step.rate, options_.epsilon);
}

// Where g is 0, p and s do not change; but without an epsilon the dense rule would give 0 / 0 = NaN.
void Adagrad::update_by_rows(Tensor& p, const RowSparse& gradient, std::vector<Tensor>& slots, const Step& step) {
  if (step.weight_decay != 0 || options_.epsilon == 0) return Optimizer::update_by_rows(p, gradient, slots, step);
  update_rows(adagrad_op.call(), UpdatedRows::present, {p, slots[0]}, gradient,
              {p, gradient.values, slots[0], step.rate, options_.epsilon});
}

RMSprop::RMSprop(RMSpropOptions options, Where caller) : Optimizer(options.lr, options.weight_decay), options_(options) {
  const CallScope scope(caller);
  check_not_negative("RMSprop", {{"lr", options.lr}, {"epsilon", options.epsilon}, {"weight_decay", options.weight_decay}});
  require<ValueError>(options.alpha >= 0 && options.alpha <= 1, "RMSprop: alpha is ", options.alpha, ", not in [0, 1]");
}

void RMSprop::update(Tensor& p, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step) {
  rmsprop_op.update({p, slots[0]}, p, with_decay(gradient, p, step.weight_decay), slots[0], step.rate, 1 - options_.alpha,
                    options_.epsilon);
}

}  // namespace weft::optim
