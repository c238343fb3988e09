#include <weft/autograd/graph/detail/leaf.h>
#include <weft/autograd/graph/node.h>
#include <weft/autograd/graph/variable.h>

namespace weft {

Reference<VariableState> VariableState::make(Tensor tensor) {
  Reference<VariableState> state(new (memory::allocate(sizeof(VariableState))) VariableState);
  state->tensor = std::move(tensor);
  return state;
}

void VariableState::release() {
  this->~VariableState();
  memory::release(this, sizeof(VariableState));
}

const Tensor& Variable::no_tensor() {
  static const Tensor none{};
  return none;
}

Variable leaf(const Tensor& tensor, Where caller) {
  check<DtypeError>(tensor.defined() && is_floating(tensor.dtype()), caller, "leaf: takes an f32 or f64 tensor, not ",
                    describe(tensor));
  Variable result(tensor);
  result.state()->leaf = std::make_unique<Leaf>();
  return result;
}

void LeafGradient::make_tensor() {
  tensor = Variable(to_dense(*rows));
  made = tensor.tensor().storage().get();
  made_version = tensor.tensor().version();
}

bool LeafGradient::written() const {
  const Tensor& now = tensor.tensor();
  return now.defined() && (now.storage().get() != made || now.version() != made_version);
}

Variable Variable::grad() const { return is_leaf() ? state_->leaf->grad.as_tensor() : Variable(); }
bool Variable::has_grad() const { return is_leaf() && state_->leaf->grad.defined(); }
RowSparse Variable::grad_rows() const {
  const RowSparse* rows = is_leaf() ? state_->leaf->grad.as_rows() : nullptr;
  return rows ? *rows : RowSparse();
}

void Variable::set_grad(const Variable& grad, Where caller) {
  check_defined("set_grad", std::as_const(*this).tensor(), caller);
  check<GradError>(is_leaf(), caller, "set_grad: only leaves keep a gradient");
  check<ShapeError>(!grad.defined() || grad.shape() == shape(), caller, "set_grad: the leaf is ", shape(), ", the gradient ",
                    describe(grad.tensor()));
  check<DtypeError>(!grad.defined() || grad.dtype() == dtype(), caller, "set_grad: the leaf is ", dtype(), ", the gradient ",
                    describe(grad.tensor()));
  state_->leaf->grad = {.tensor = grad};
}

void Variable::set_grad_rows(const RowSparse& grad, Where caller) {
  check_defined("set_grad_rows", std::as_const(*this).tensor(), caller);
  check<GradError>(is_leaf(), caller, "set_grad_rows: only leaves keep a gradient");
  check_row_sparse("set_grad_rows", grad, caller);
  check<ShapeError>(grad.shape() == shape(), caller, "set_grad_rows: the leaf is ", shape(), ", the gradient ", grad.shape());
  check<DtypeError>(grad.dtype() == dtype(), caller, "set_grad_rows: the leaf is ", dtype(), ", the gradient ", grad.dtype());
  state_->leaf->grad = {.rows = std::make_unique<RowSparse>(grad)};
}

void Variable::zero_grad() {
  if (is_leaf()) state_->leaf->grad = {};
}

void Variable::set_requires_grad(bool on, Where caller) {
  check_defined("set_requires_grad", std::as_const(*this).tensor(), caller);
  check<GradError>(is_leaf(), caller, "set_requires_grad: only leaves can be frozen");
  state_->frozen = !on;
  if (!on) zero_grad();
}

void Variable::register_hook(std::function<Variable(const Variable&)> hook, Where caller) const {
  check_defined("register_hook", std::as_const(*this).tensor(), caller);
  check<GradError>(requires_grad(), caller, "register_hook: the variable has no gradient");
  if (is_leaf())
    state_->leaf->hooks.push_back(std::move(hook));
  else
    state_->producer->hooks.emplace_back(state_->output, std::move(hook));
}

void Variable::backward(Where caller) const { backward(Variable(), {}, caller); }
void Variable::backward(BackwardOptions options, Where caller) const { backward(Variable(), options, caller); }

std::int64_t live_nodes() { return Node::live(); }

}  // namespace weft
