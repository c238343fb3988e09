// Variable: a Tensor and its place in the graph.
#pragma once

#include <weft/tensor/indexing/row_sparse.h>

#include <functional>
#include <memory>

namespace weft {

class Node;
class Variable;
struct Leaf;

// The state that the handles of a Variable share.
class VariableState : public Counted {
 public:
  static Reference<VariableState> make(Tensor tensor);
  void release();

  Tensor tensor;
  Reference<Node> producer;  // the node that computed it, if the graph reaches it
  int output = 0;            // which of the node's outputs
  std::unique_ptr<Leaf> leaf;
  bool frozen = false;  // a leaf that gets no gradient at present

 private:
  VariableState() = default;
  ~VariableState() = default;
};

// A cheap handle: copies share the tensor, its gradient and its place in the graph. A Variable converted from a Tensor is a
// constant. Ops called with Variables return Variables, and build the graph of the calling thread if any argument requires a
// gradient.
class Variable {
 public:
  Variable() = default;
  Variable(Tensor tensor) : state_(tensor.defined() ? VariableState::make(std::move(tensor)) : Reference<VariableState>()) {}
  explicit Variable(Reference<VariableState> state) : state_(std::move(state)) {}

  bool defined() const { return static_cast<bool>(state_); }
  // Returns the tensor; for an undefined Variable, an undefined Tensor, any use of which throws ValueError. To change the tensor,
  // the Variable must be defined.
  const Tensor& tensor() const { return state_ ? state_->tensor : no_tensor(); }
  Tensor& tensor(Where caller = Where::here()) {
    check<ValueError>(defined(), caller, "tensor: the variable is undefined");
    return state_->tensor;
  }
  const Shape& shape(Where caller = Where::here()) const { return tensor().shape(caller); }
  int dims(Where caller = Where::here()) const { return tensor().dims(caller); }
  DType dtype(Where caller = Where::here()) const { return tensor().dtype(caller); }
  std::int64_t size(int axis, Where caller = Where::here()) const { return tensor().size(axis, caller); }
  std::int64_t numel(Where caller = Where::here()) const { return tensor().numel(caller); }
  double item(Where caller = Where::here()) const { return tensor().item(caller); }

  // Returns whether backward passes reach it.
  bool requires_grad() const { return state_ && (state_->producer || (state_->leaf && !state_->frozen)); }
  bool is_leaf() const { return state_ && state_->leaf != nullptr; }

  // Returns the gradient that backward() stored here; undefined before that, and for everything but leaves. The first call makes
  // a row-sparse gradient dense, which is a write: only one thread may do it.
  Variable grad() const;
  bool has_grad() const;
  // Returns the gradient as its nonzero rows, if backward() stored only rows of embeddings in this leaf, no hook has seen it, and
  // grad() has not been written to; otherwise undefined. Do not write to the result; use set_grad_rows().
  RowSparse grad_rows() const;
  // Replaces the gradient. Throws GradError unless this is a leaf, ShapeError and DtypeError unless the gradient has its shape
  // and dtype.
  void set_grad(const Variable& grad, Where caller = Where::here());
  void set_grad_rows(const RowSparse& grad, Where caller = Where::here());
  void zero_grad();
  // If off, the leaf loses its gradient and counts as a constant until this is switched on again. Throws GradError unless this is
  // a leaf.
  void set_requires_grad(bool on, Where caller = Where::here());

  // Returns the same tensor without its graph, as a constant.
  Variable detach() const { return defined() ? Variable(tensor()) : Variable(); }

  // Runs the graph of this value backwards from its gradient `seed` (for one element: 1), and adds to the gradients of all leaves
  // it was computed from. Throws GradError if there is no graph, ShapeError if the seed has another shape.
  struct BackwardOptions {
    bool retain_graph = false;  // keep the graph's saved values for another pass
    bool create_graph = false;  // gradients are themselves part of a graph; implies retain_graph
  };
  void backward(Where caller = Where::here()) const;
  void backward(BackwardOptions options, Where caller = Where::here()) const;
  void backward(const Variable& seed, BackwardOptions options, Where caller = Where::here()) const;

  // Registers a function that a backward pass calls with the complete gradient; if it returns a defined value, that replaces the
  // gradient.
  void register_hook(std::function<Variable(const Variable&)> hook, Where caller = Where::here()) const;

  const Reference<VariableState>& state() const { return state_; }

 private:
  static const Tensor& no_tensor();

  Reference<VariableState> state_;
};

using BackwardOptions = Variable::BackwardOptions;

// Makes a leaf: backward passes store gradients in it. Throws DtypeError unless the tensor is floating.
Variable leaf(const Tensor& tensor, Where caller = Where::here());

// Returns the gradients of sum(outputs * seeds) with respect to `inputs`, which may be anywhere in the graph; the gradients of
// leaves do not change. The gradient is undefined for an input that the outputs do not depend on. `seeds` may be omitted for
// outputs of one element.
std::vector<Variable> grad(const std::vector<Variable>& outputs, const std::vector<Variable>& inputs,
                           BackwardOptions options = {}, const std::vector<Variable>& seeds = {}, Where caller = Where::here());

// Returns the number of graph nodes alive in the process; 0 after a training step.
std::int64_t live_nodes();

inline std::ostream& operator<<(std::ostream& out, const Variable& v) { return out << v.tensor(); }

}  // namespace weft
