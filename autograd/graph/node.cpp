#include <weft/autograd/graph/detail/deferred_gradients.h>
#include <weft/autograd/graph/detail/graph_leaves.h>
#include <weft/autograd/graph/node.h>
#include <weft/tensor/arithmetic/compare.h>

#include <algorithm>
#include <atomic>

namespace weft {

namespace {

std::atomic<std::int64_t> live_count{0};
thread_local std::uint64_t next_sequence = 0;
// Nodes whose last reference is gone. Without a destructor: static Variables free their graphs after those of this thread ran.
thread_local Node* doomed = nullptr;
thread_local bool releasing = false;

Edge edge_to(const Variable& input) {
  if (!input.requires_grad()) return {};
  if (input.is_leaf()) return {{}, 0, input.state()};
  return {input.state()->producer, input.state()->output, {}};
}

}  // namespace

Node::Node(const char* op, Where caller, std::span<const Variable> inputs, std::span<const Tensor> outputs, Save save)
    : op_(op), caller_(caller) {
  detail::bump(live_count, std::int64_t{1});
  for (const Variable& input : inputs) {
    edges_.push_back(edge_to(input));
    if (const Reference<Node>& before = edges_[edges_.size() - 1].node; before)  // perhaps another thread's
      next_sequence = std::max(next_sequence, before->sequence());
  }
  sequence_ = ++next_sequence;
  if (save.inputs) {
    inputs_.resize(inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (save.inputs == kAll || (i < 32 && (save.inputs >> i & 1u)))
        inputs_[i] = {inputs[i], inputs[i].tensor().version(), true};
  }
  if (save.outputs) {
    outputs_.resize(outputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i)
      if (save.outputs >> i & 1u) outputs_[i] = {Variable(outputs[i]), outputs[i].version(), true};
  }
  for (const Tensor& output : outputs) results_.push_back({output.shape(), output.dtype()});
}

std::uint64_t last_node() { return next_sequence; }

Node::~Node() { detail::bump(live_count, std::int64_t{-1}); }

std::int64_t Node::live() { return live_count; }

const Node::Saved& Node::checked(const SavedList& saved, int i, const char* what) const {
  auto index = static_cast<std::size_t>(i);
  check<GradError>(!released_, caller_, op_,
                   ": what its gradient needs was freed by an earlier backward pass; pass retain_graph to run it again");
  check<GradError>(index < saved.size() && saved[index].kept, caller_, op_, ": its gradient asks for ", what, ' ', i,
                   ", which was not saved");
  if (!saved[index].value.defined()) return saved[index];  // an argument that was left out
  const Tensor& tensor = saved[index].value.tensor();
  check<GradError>(tensor.version() == saved[index].version, caller_, op_, ": ", what, ' ', i, ' ', describe(tensor),
                   " was changed at ", to_string(tensor.storage()->last_write()), " while its gradient was pending; the op ran");
  return saved[index];
}

const Variable& Node::input(int i) const { return checked(inputs_, i, "input").value; }

const Tensor& Node::output_tensor(int i) const { return checked(outputs_, i, "output").value.tensor(); }

Tensor Node::reusable_input(int i) const {
  const Variable& value = input(i);
  return note.last && detail::only_here(value) ? value.tensor() : Tensor();
}

Variable Node::output(int i) {
  Variable value(output_tensor(i));
  if (grad_enabled()) {
    value.state()->producer = Reference<Node>(this);
    value.state()->output = i;
  }
  return value;
}

void Node::release_saved() {
  released_ = true;
  inputs_.clear();
  outputs_.clear();
  release_rule();
}

// Freeing a node may free those before it: they wait in a list, so that a long chain needs no stack.
void Node::release() {
  next_doomed_ = std::exchange(doomed, this);
  if (releasing) return;
  releasing = true;
  while (Node* node = doomed) {
    doomed = node->next_doomed_;
    std::size_t bytes = node->bytes();
    node->~Node();
    memory::release(node, bytes);
  }
  releasing = false;
}

namespace detail {

bool records(std::span<const Variable> inputs) {
  if (!grad_enabled()) return false;
  for (const Variable& input : inputs)
    if (input.requires_grad()) return true;
  return false;
}

Variables attach(Node* node, std::span<const Tensor> outputs) {
  Reference<Node> producer(node);
  Variables results(outputs.begin(), outputs.end());
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!is_floating(outputs[i].dtype())) continue;
    results[i].state()->producer = producer;
    results[i].state()->output = static_cast<int>(i);
  }
  return results;
}

void look_for_anomaly(const char* op, Where caller, std::span<const Tensor> outputs) {
  for (const Tensor& output : outputs)
    check<GradError>(is_finite(output), caller, op, ": its result ", describe(output), " has a NaN or an infinity");
}

}  // namespace detail

}  // namespace weft
