// Node: one call of an op in the graph, and record(), the only way to make one.
#pragma once

#include <weft/autograd/graph/examples.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/autograd/graph/inline_vector.h>
#include <weft/autograd/graph/variable.h>

#include <atomic>
#include <concepts>
#include <optional>

namespace weft {

// A short list of Variables: the gradients of an op's inputs, in order. An undefined one means zero.
using Variables = InlineVector<Variable, 4>;

// Which values an op saves for its gradient: bit i for input (output) i.
struct Save {
  unsigned inputs = 0;
  unsigned outputs = 0;
};
inline constexpr unsigned kAll = ~0u;

class DeferredGradients;

namespace detail {
// Returns whether this handle is the only one to its memory, which holds its elements in order, and nothing has been derived from
// them (a packed weight) that would have to be discarded.
inline bool only_here(const Variable& value) {
  if (!value.defined() || !value.state()->unique()) return false;
  const Reference<Storage>& storage = value.tensor().storage();
  return storage->unique() && !storage->borrowed() && !storage->note() && value.tensor().is_contiguous();
}
}  // namespace detail

// Where an input came from: another node's output, or a leaf. If neither is set it is a constant, which gets no gradient.
struct Edge {
  Reference<Node> node;
  int output = 0;
  Reference<VariableState> leaf;

  explicit operator bool() const { return node || leaf; }
};

class Node : public Counted {
 public:
  Node(const char* op, Where caller, std::span<const Variable> inputs, std::span<const Tensor> outputs, Save save);
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  const char* op() const { return op_; }
  Where caller() const { return caller_; }
  std::span<const Edge> edges() const { return {edges_.data(), edges_.size()}; }
  struct Result {
    Shape shape;
    DType dtype;
  };
  std::span<const Result> outputs() const { return {results_.data(), results_.size()}; }
  // Larger than the sequence of every node made before.
  std::uint64_t sequence() const { return sequence_; }
  bool wants(int input) const { return static_cast<bool>(edges_[static_cast<std::size_t>(input)]); }

  // Returns a saved input, which is undefined if the argument was left out, or an output with its place in the graph. Throws
  // GradError if its memory was written since, or if it was not saved.
  const Variable& input(int i) const;
  Variable output(int i);
  const Tensor& output_tensor(int i) const;
  // Returns the tensor of a saved input if the rule may write its gradient over it, which requires that this is the node's last
  // run and that nothing else uses the memory; otherwise an undefined tensor.
  Tensor reusable_input(int i) const;

  // Returns the gradients of the inputs, given those of the outputs; some may be passed to `deferred` instead, if that is not
  // null.
  virtual Variables gradients(std::span<const Variable> output_gradients, DeferredGradients* deferred) = 0;
  // Returns how the examples of a batch lie in the gradient of an input.
  virtual ExampleLayout layout(const ExampleFlow& flow) const = 0;
  // Returns whether gradients() accepts undefined gradients of unused outputs; otherwise the engine fills in zeros.
  virtual bool takes_undefined() const { return false; }

  // Frees the saved values. A released node cannot run again.
  void release_saved();
  bool released() const { return released_; }

  void release();  // called when the last reference is dropped
  static std::int64_t live();

  // Identifies the thread whose backward passes run here now by an address of its own; null if there is none.
  std::atomic<const void*> owner{nullptr};

  // The engine's notes during one pass, only for the owner.
  struct Note {
    const void* pass = nullptr;
    std::size_t slot = 0;  // index of the outputs' gradients
    bool needed = false;   // they are wanted, or needed for earlier nodes
    bool runs = false;     // the rule is wanted
    bool last = false;     // the node's saved values are freed after it
  };
  Note note;

  std::vector<std::pair<int, std::function<Variable(const Variable&)>>> hooks;

 protected:
  virtual ~Node();
  virtual void release_rule() = 0;
  virtual std::size_t bytes() const = 0;

 private:
  struct Saved {
    Variable value;  // an input; for an output only its tensor, because a node must not keep itself alive
    std::uint32_t version = 0;
    bool kept = false;  // named in Save
  };
  using SavedList = InlineVector<Saved, 3>;
  const Saved& checked(const SavedList& saved, int i, const char* what) const;

  const char* op_;
  Where caller_;
  std::uint64_t sequence_ = 0;
  InlineVector<Edge, 3> edges_;
  InlineVector<Result, 1> results_;
  SavedList inputs_, outputs_;
  bool released_ = false;
  Node* next_doomed_ = nullptr;  // in the list of nodes to free
};

// A gradient rule's view of its op's call.
class Backward {
 public:
  Backward(Node& node, std::span<const Variable> gradients, DeferredGradients* deferred)
      : node_(node), gradients_(gradients), deferred_(deferred) {}

  // The gradient of output i; it has the output's shape and dtype.
  const Variable& grad(int i = 0) const { return gradients_[static_cast<std::size_t>(i)]; }
  // How many inputs and outputs the op has.
  int inputs() const { return static_cast<int>(node_.edges().size()); }
  int outputs() const { return static_cast<int>(node_.outputs().size()); }
  // Values named in Save; an argument that was left out is undefined. An output carries the op's own place in the graph, so that
  // rules written with it can be differentiated.
  const Variable& input(int i = 0) const { return node_.input(i); }
  Variable output(int i = 0) const { return node_.output(i); }
  const Tensor& output_tensor(int i = 0) const { return node_.output_tensor(i); }
  // The memory of input i, or of the gradient of output i, if the rule may write a gradient over it because nothing else uses it
  // and it is not needed afterwards; otherwise undefined. Only for rules that read an element before they write it.
  Tensor reusable_input(int i = 0) const { return node_.reusable_input(i); }
  Tensor reusable_grad(int i = 0) const { return detail::only_here(grad(i)) ? grad(i).tensor() : Tensor(); }
  // If false, input i is a constant and its gradient need not be computed.
  bool wants(int i) const { return node_.wants(i); }
  // Returns the gradient of input i if it is row_product(left, right), of left [.., m] and right [.., n]. Returns an undefined
  // Variable if it is not wanted, or if the engine takes the factors to multiply them later: the few rows that each step of a
  // decoder contributes to the gradient of its weights are combined into one product.
  // In sharded passes the rows of [.., m] belong to examples as those of the output's gradient do, unless `examples` names the
  // example of each.
  Variable row_product(int i, const Variable& left, const Variable& right, std::span<const std::int64_t> examples = {}) const;
  // The same for the gradient sum_rows(gradient), of gradient [.., n].
  Variable sum_rows(int i, const Variable& gradient, std::span<const std::int64_t> examples = {}) const;
  // The same for sum_to(gradient, shape), where `shape` is that of input i.
  Variable sum_to(int i, const Variable& gradient, const Shape& shape) const;
  // Returns whether the pass keeps the shards of a batch apart, so that the functions above need the rows' examples.
  bool sharded() const;
  // Returns the gradient of input i, a matrix of `rows` rows, if it is embedding_gradient(gradient, ids, rows, padding). Returns
  // an undefined Variable if it is not wanted, or if the engine takes it in row-sparse form.
  Variable row_sums(int i, const Variable& gradient, const Tensor& ids, std::int64_t rows,
                    std::optional<std::int64_t> padding) const;

 private:
  Node& node_;
  std::span<const Variable> gradients_;
  DeferredGradients* deferred_;
};

template <class Rule>
class RuleNode final : public Node {
 public:
  RuleNode(const char* op, Where caller, std::span<const Variable> inputs, std::span<const Tensor> outputs, Save save, Rule rule)
      : Node(op, caller, inputs, outputs, save), rule_(std::move(rule)) {}

  Variables gradients(std::span<const Variable> output_gradients, DeferredGradients* deferred) override {
    return (*rule_)(Backward(*this, output_gradients, deferred));
  }
  ExampleLayout layout(const ExampleFlow& flow) const override {
    if constexpr (requires { rule_->examples(flow); }) return rule_->examples(flow);
    return ExampleLayout::mixed();
  }
  bool takes_undefined() const override {
    return requires { Rule::kTakesUndefined; };
  }

 private:
  void release_rule() override { rule_.reset(); }
  std::size_t bytes() const override { return sizeof(*this); }
  std::optional<Rule> rule_;
};

namespace detail {
// Returns whether a call with these inputs is recorded in the graph.
bool records(std::span<const Variable> inputs);
Variables attach(Node* node, std::span<const Tensor> outputs);
void look_for_anomaly(const char* op, Where caller, std::span<const Tensor> outputs);
}  // namespace detail

// Records an op's call in the graph, unless no input requires a gradient or the graph is off, and returns its outputs as
// Variables. `rule` maps a Backward to the gradients of the inputs, in their order. It must be written with ops on Variables,
// keep no Variable of its own (`save` names the inputs and outputs that it needs) and have no side effects: then one rule serves
// every order.
//
//     Variable sin(const Variable& x, Where caller) {
//       return record("sin", caller, {x}, sin(x.tensor()), {.inputs = kAll},
//                     [](const Backward& b) -> Variables { return {b.grad() * cos(b.input())}; });
//     }
template <class Rule>
Variables record_all(const char* op, Where caller, std::span<const Variable> inputs, std::span<const Tensor> outputs, Save save,
                     Rule rule) {
  if (AnomalyMode::active()) detail::look_for_anomaly(op, caller, outputs);
  if (!detail::records(inputs)) return {outputs.begin(), outputs.end()};
  void* at = memory::allocate(sizeof(RuleNode<Rule>));
  return detail::attach(new (at) RuleNode<Rule>(op, CallScope::user_line(caller), inputs, outputs, save, std::move(rule)),
                        outputs);
}

template <class Rule>
Variable record(const char* op, Where caller, std::initializer_list<Variable> inputs, const Tensor& output, Save save,
                Rule rule) {
  return std::move(
      record_all(op, caller, std::span(inputs.begin(), inputs.size()), std::span(&output, 1), save, std::move(rule))[0]);
}
template <class Rule>
Variable record(const char* op, Where caller, std::span<const Variable> inputs, const Tensor& output, Save save, Rule rule) {
  return std::move(record_all(op, caller, inputs, std::span(&output, 1), save, std::move(rule))[0]);
}

}  // namespace weft
