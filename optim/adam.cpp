#include <weft/optim/adam.h>
#include <weft/optim/detail/update_ops.h>
#include <weft/tensor/indexing/detail/row_update.h>
#include <weft/tensor/indexing/index.h>

#include <cmath>

namespace weft::optim {

Adam::Adam(const char* name, const AdamOptions& options, Where caller)
    : Optimizer(options.lr, options.weight_decay), options_(options) {
  const CallScope scope(caller);
  check_not_negative(name, {{"lr", options.lr}, {"epsilon", options.epsilon}, {"weight_decay", options.weight_decay}});
  auto in_range = [](double beta) { return beta >= 0 && beta < 1; };
  require<ValueError>(in_range(options.beta1) && in_range(options.beta2), name, ": betas ", options.beta1, " and ", options.beta2,
                      " must lie in [0, 1)");
}

void Adam::update(Tensor& parameter, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step) {
  adam_step(parameter, with_decay(gradient, parameter, step.weight_decay), slots, step);
}

void Adam::update_by_rows(Tensor& parameter, const RowSparse& gradient, std::vector<Tensor>& slots, const Step& step) {
  if (step.weight_decay == 0) return adam_step(parameter, gradient, slots, step);
  if (!lazy()) return Optimizer::update_by_rows(parameter, gradient, slots, step);  // weight decay changes every row
  const Tensor met = index_select(parameter, 0, gradient.rows);
  adam_step(parameter, {gradient.rows, with_decay(gradient.values, met, step.weight_decay), gradient.count}, slots, step);
}

// Both sides of m^ / (sqrt(v^) + epsilon) are multiplied by sqrt(1 - beta2^t), so that the corrections become two numbers per
// step.
Adam::Factors Adam::factors(const Step& step) const {
  auto t = static_cast<double>(step.count);
  double root = std::sqrt(1 - std::pow(options_.beta2, t)), corrected = step.rate * root / (1 - std::pow(options_.beta1, t));
  return {corrected, options_.epsilon * root, 1 - options_.beta1, 1 - options_.beta2};
}

void Adam::adam_step(Tensor& p, const Tensor& g, std::vector<Tensor>& slots, const Step& step) {
  const auto [rate, epsilon, weight1, weight2] = factors(step);
  adam_op.update({p, slots[0], slots[1]}, p, g, slots[0], slots[1], rate, epsilon, weight1, weight2);
}

void Adam::adam_step(Tensor& p, const RowSparse& g, std::vector<Tensor>& slots, const Step& step) {
  const auto [rate, epsilon, weight1, weight2] = factors(step);
  update_rows(adam_op.call(), lazy() ? UpdatedRows::present : UpdatedRows::all, {p, slots[0], slots[1]}, g,
              {p, g.values, slots[0], slots[1], rate, epsilon, weight1, weight2});
}

void AdamW::update(Tensor& p, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step) {
  if (step.weight_decay != 0) sgd_op.update({p}, p, p, step.rate * step.weight_decay);
  adam_step(p, gradient, slots, step);
}

void AdamW::update_by_rows(Tensor& p, const RowSparse& gradient, std::vector<Tensor>& slots, const Step& step) {
  const double shrink = step.rate * step.weight_decay;
  if (shrink != 0) update_rows(sgd_op.call(), lazy() ? UpdatedRows::present : UpdatedRows::all, {p}, gradient, {p, p, shrink});
  adam_step(p, gradient, slots, step);
}

}  // namespace weft::optim
