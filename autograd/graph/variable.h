// Variable: a Tensor and its place in the graph.
#pragma once

#include <weft/tensor/indexing/row_sparse.h>

#include <functional>
#include <memory>

namespace weft {

class Node;
class Variable;
struct Leaf;

// What a Variable's handles share.
class VariableState : public Counted {
 public:
  static Reference<VariableState> make(Tensor tensor);
  void release();

  Tensor tensor;
  Reference<Node> producer;  // the node that computed it, if the graph reaches it
  int output = 0;            // which of the node's outputs
  std::unique_ptr<Leaf> leaf;
  bool frozen = false;  // a leaf that gets no gradient for now

 private:
  VariableState() = default;
  ~VariableState() = default;
};

// A cheap handle: copies share the tensor, its gradient and its place in the graph. Built implicitly from a Tensor, it is a
// constant. Ops called with Variables return Variables and build the graph, per thread, while any argument requires a gradient.
class Variable {
 public:
  Variable() = default;
  Variable(Tensor tensor) : state_(tensor.defined() ? VariableState::make(std::move(tensor)) : Reference<VariableState>()) {}
  explicit Variable(Reference<VariableState> state) : state_(std::move(state)) {}

  bool defined() const { return static_cast<bool>(state_); }
  // An undefined Tensor for an undefined Variable, whose every use is a ValueError; to change it, the Variable must be defined.
  const Tensor& tensor() const { return state_ ? state_->tensor : no_tensor(); }
  Tensor& tensor(Where where = Where::here()) {
    check<ValueError>(defined(), where, "tensor: the variable is undefined");
    return state_->tensor;
  }
  const Shape& shape(Where where = Where::here()) const { return tensor().shape(where); }
  int dims(Where where = Where::here()) const { return tensor().dims(where); }
  DType dtype(Where where = Where::here()) const { return tensor().dtype(where); }
  std::int64_t size(int axis, Where where = Where::here()) const { return tensor().size(axis, where); }
  std::int64_t numel(Where where = Where::here()) const { return tensor().numel(where); }
  double item(Where where = Where::here()) const { return tensor().item(where); }

  // Whether backward passes reach it.
  bool requires_grad() const { return state_ && (state_->producer || (state_->leaf && !state_->frozen)); }
  bool is_leaf() const { return state_ && state_->leaf != nullptr; }

  // The gradient that backward() left here; undefined before, and for all but leaves. One that is row-sparse is made dense by
  // the first call, which is a write: one thread makes it.
  Variable grad() const;
  bool has_grad() const;
  // The gradient without the rows that are zero, when backward() left only rows of embeddings in this leaf, none of its hooks saw
  // it and nobody wrote to grad() with write() or an op; else undefined. To be read: set_grad_rows() changes it.
  RowSparse grad_rows() const;
  // Replaces the gradient. Throws GradError unless this is a leaf, ShapeError and DtypeError unless both are alike.
  void set_grad(const Variable& grad, Where where = Where::here());
  void set_grad_rows(const RowSparse& grad, Where where = Where::here());
  void zero_grad();
  // Off: the leaf loses its gradient and counts as a constant until it is on again. Throws GradError unless this is a leaf.
  void set_requires_grad(bool on, Where where = Where::here());

  // The same tensor without its past: a constant.
  Variable detach() const { return defined() ? Variable(tensor()) : Variable(); }

  // The graph before this value, from its gradient `seed` (for one element: 1): adds to the gradients of all leaves it was
  // computed from. Throws GradError without a graph, ShapeError when the seed's shape differs.
  struct BackwardOptions {
    bool retain_graph = false;  // keep what the graph saved, for another pass
    bool create_graph = false;  // gradients are part of a graph themselves; implies retain_graph
  };
  void backward(Where where = Where::here()) const;
  void backward(BackwardOptions options, Where where = Where::here()) const;
  void backward(const Variable& seed, BackwardOptions options, Where where = Where::here()) const;

  // Called with the gradient when a backward pass has it complete; what it returns, if defined, takes its place.
  void register_hook(std::function<Variable(const Variable&)> hook, Where where = Where::here()) const;

  const Reference<VariableState>& state() const { return state_; }

 private:
  static const Tensor& no_tensor();

  Reference<VariableState> state_;
};

using BackwardOptions = Variable::BackwardOptions;

// A leaf: gradients of backward passes are kept in it. Throws DtypeError unless the tensor is floating.
Variable leaf(const Tensor& tensor, Where where = Where::here());

// The gradients of sum(outputs * seeds) by `inputs`, which may stand anywhere in the graph; leaves keep nothing. Undefined for an
// input that the outputs do not depend on. `seeds` may be left out for outputs of one element.
std::vector<Variable> grad(const std::vector<Variable>& outputs, const std::vector<Variable>& inputs,
                           BackwardOptions options = {}, const std::vector<Variable>& seeds = {}, Where where = Where::here());

// The number of graph nodes alive in the process; 0 after a training step.
std::int64_t live_nodes();

inline std::ostream& operator<<(std::ostream& out, const Variable& v) { return out << v.tensor(); }

}  // namespace weft
