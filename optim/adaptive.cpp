#include <weft/optim/adaptive.h>
#include <weft/optim/update_ops.h>

namespace weft::optim {

void Adagrad::update(Tensor& p, const Tensor& gradient, std::vector<Tensor>& slots, double rate, double weight_decay) {
  adagrad_op.update({p, slots[0]}, p, with_decay(gradient, p, weight_decay), slots[0], rate, options_.epsilon);
}

void RMSprop::update(Tensor& p, const Tensor& gradient, std::vector<Tensor>& slots, double rate, double weight_decay) {
  rmsprop_op.update({p, slots[0]}, p, with_decay(gradient, p, weight_decay), slots[0], rate, options_.alpha, options_.epsilon);
}

}  // namespace weft::optim
