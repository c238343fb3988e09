#include <weft/autograd/leaf.h>
#include <weft/autograd/math.h>
#include <weft/autograd/node.h>
#include <weft/tensor/accumulate.h>
#include <weft/tensor/compare.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/create.h>

#include <algorithm>
#include <unordered_map>

namespace weft {

namespace {

// Adds `gradient` to what has arrived. The first one is taken as it is; a sum is written in place when nobody else sees the
// memory.
void add_gradient(Variable& sum, const Variable& gradient, bool create_graph) {
  if (!sum.defined()) {
    sum = gradient;
  } else if (create_graph) {
    sum = sum + gradient;
  } else if (sum.state()->unique() && sum.tensor().storage()->unique() && sum.tensor().is_contiguous()) {
    add_to(sum.tensor(), gradient.tensor());
  } else {
    sum = Variable(sum.tensor() + gradient.tensor());
  }
}

std::uint64_t new_pass() {
  static std::atomic<std::uint64_t> passes{0};
  return ++passes;
}

// One walk from the outputs back to the leaves.
class Pass {
 public:
  Pass(BackwardOptions options, Where where) : options_(options), where_(where), id_(new_pass()) {}
  Pass(const Pass&) = delete;
  Pass& operator=(const Pass&) = delete;

  ~Pass() {
    for (const Reference<Node>& node : nodes_) node->arrived.clear();
    for (auto& [state, arrival] : leaves_)
      if (arrival.held) state->leaf->busy = false;
  }

  // Gradients are wanted for these alone; without a call, for every leaf.
  void want(const std::vector<Variable>& inputs) {
    selective_ = true;
    for (const Variable& input : inputs) {
      check<GradError>(input.requires_grad(), where_, "grad: an input is a constant");
      if (input.is_leaf())
        leaves_[input.state().get()];
      else
        inner_[input.state()->producer.get()][input.state()->output];
    }
  }

  void start(const Variable& output, const Variable& seed) {
    check<GradError>(output.requires_grad(), where_, "backward: the output does not depend on a leaf that requires a gradient");
    Variable first = seed;
    if (!first.defined()) {
      check<ShapeError>(output.numel() == 1, where_, "backward: an output of shape ", output.shape(),
                        " needs a seed; only one element does not");
      first = Variable(ones(output.shape(), output.dtype()));
    }
    check<ShapeError>(first.shape() == output.shape() && first.dtype() == output.dtype(), where_, "backward: the seed is ",
                      describe(first.tensor()), ", the output ", describe(output.tensor()));
    if (output.is_leaf()) {
      roots_.push_back({{{}, 0, output.state()}, first});
    } else {
      roots_.push_back({{output.state()->producer, output.state()->output, {}}, first});
      collect(output.state()->producer);
    }
  }

  void run() {
    std::sort(nodes_.begin(), nodes_.end(), [](const auto& a, const auto& b) { return a->sequence() > b->sequence(); });
    if (selective_) mark_needed();
    for (auto& [edge, seed] : roots_) deposit(edge, seed);
    roots_.clear();
    for (Reference<Node>& node : nodes_) {
      if (node->needed) step(*node);
      node->arrived.clear();
    }
  }

  // Adds the gradients to the leaves.
  void commit() {
    for (auto& [state, arrival] : leaves_) {
      for (const auto& hook : state->leaf->hooks)
        if (Variable changed = hook(arrival.gradient); changed.defined()) arrival.gradient = changed;
      Variable& grad = state->leaf->grad;
      if (grad.defined())
        add_gradient(grad, arrival.gradient, options_.create_graph);
      else
        grad = options_.create_graph ? arrival.gradient : own(std::move(arrival.gradient));
    }
  }

  Variable gradient_of(const Variable& input) {
    if (input.is_leaf()) return leaves_[input.state().get()].gradient;
    return inner_[input.state()->producer.get()][input.state()->output];
  }

 private:
  struct Arrival {
    Variable gradient;
    bool held = false;
  };

  // Marks and lists every node before `root`, without recursion.
  void collect(const Reference<Node>& root) {
    std::vector<Reference<Node>> open;
    auto visit_node = [&](const Reference<Node>& node) {
      if (node->pass == id_) return;
      node->pass = id_;
      node->needed = !selective_;
      node->arrived.resize(node->outputs().size());
      open.push_back(node);
    };
    visit_node(root);
    while (!open.empty()) {
      Reference<Node> node = open.back();
      open.pop_back();
      for (const Node::Edge& edge : node->edges())
        if (edge.node) visit_node(edge.node);
      nodes_.push_back(std::move(node));
    }
  }

  void mark_needed() {
    for (auto node = nodes_.rbegin(); node != nodes_.rend(); ++node) {
      (*node)->needed = inner_.contains(node->get());
      for (const Node::Edge& edge : (*node)->edges())
        if ((edge.node && edge.node->needed) || (edge.leaf && leaves_.contains(edge.leaf.get()))) (*node)->needed = true;
    }
  }

  // A gradient that nobody else sees, so that optimizers may change it in place.
  static Variable own(Variable gradient) {
    bool shared = !gradient.state()->unique() || !gradient.tensor().storage()->unique() || !gradient.tensor().is_contiguous();
    return shared ? Variable(clone(gradient.tensor())) : gradient;
  }

  void deposit(const Node::Edge& edge, const Variable& gradient) {
    if (edge.node) {
      if (edge.node->needed)
        add_gradient(edge.node->arrived[static_cast<std::size_t>(edge.output)], gradient, options_.create_graph);
      return;
    }
    VariableState* state = edge.leaf.get();
    if (selective_ && !leaves_.contains(state)) return;
    Arrival& arrival = leaves_[state];
    if (!selective_ && !arrival.held) {
      bool busy = state->leaf->busy.exchange(true);
      check<GradError>(!busy, where_, "backward: another thread's backward pass is adding to the same leaf; use grad() there");
      arrival.held = true;
    }
    add_gradient(arrival.gradient, gradient, options_.create_graph);
  }

  void step(Node& node) {
    bool any = std::any_of(node.arrived.begin(), node.arrived.end(), [](const Variable& g) { return g.defined(); });
    if (!any) return;
    complete(node);
    bool upstream = std::any_of(node.edges().begin(), node.edges().end(), [&](const Node::Edge& edge) {
      return edge.node ? edge.node->needed : edge.leaf && (!selective_ || leaves_.contains(edge.leaf.get()));
    });
    if (!upstream) return;
    check<GradError>(!node.released(), node.where(), node.op(),
                     ": its graph was freed by an earlier backward pass; pass retain_graph to run it again; the op ran");
    Variables gradients = rule(node);
    if (!options_.retain_graph && !options_.create_graph) node.release_saved();
    node.arrived.clear();
    check<GradError>(gradients.size() == node.edges().size(), node.where(), node.op(), ": its gradient rule returned ",
                     gradients.size(), " gradients for ", node.edges().size(), " inputs");
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      if (!node.edges()[i] || !gradients[i].defined()) continue;
      check_gradient(node, i, gradients[i]);
      deposit(node.edges()[i], std::exchange(gradients[i], Variable()));
    }
  }

  // Fills in zeros, runs hooks, and hands out what grad() asked for.
  void complete(Node& node) {
    for (auto& [output, hook] : node.hooks)
      if (Variable& gradient = node.arrived[static_cast<std::size_t>(output)]; gradient.defined())
        if (Variable changed = hook(gradient); changed.defined()) gradient = changed;
    if (auto wanted = inner_.find(&node); wanted != inner_.end())
      for (auto& [output, gradient] : wanted->second) gradient = node.arrived[static_cast<std::size_t>(output)];
    if (node.takes_undefined()) return;
    for (std::size_t i = 0; i < node.arrived.size(); ++i)
      if (!node.arrived[i].defined()) node.arrived[i] = Variable(zeros(node.outputs()[i].shape, node.outputs()[i].dtype));
  }

  Variables rule(Node& node) {
    GradMode mode(options_.create_graph);
    return node.gradients({node.arrived.data(), node.arrived.size()});
  }

  void check_gradient(const Node& node, std::size_t i, const Variable& gradient) {
    const Node::Edge& edge = node.edges()[i];
    Node::Result expected = edge.leaf ? Node::Result{edge.leaf->tensor.shape(), edge.leaf->tensor.dtype()}
                                      : edge.node->outputs()[static_cast<std::size_t>(edge.output)];
    check<GradError>(gradient.shape() == expected.shape && gradient.dtype() == expected.dtype, node.where(), node.op(),
                     ": its gradient rule returned ", describe(gradient.tensor()), " for input ", i, ", which is ",
                     expected.shape, ' ', expected.dtype);
    if (AnomalyMode::active())
      check<GradError>(is_finite(gradient.tensor()), node.where(), node.op(), ": the gradient of input ", i, ' ',
                       describe(gradient.tensor()), " has a NaN or an infinity; the op ran");
  }

  BackwardOptions options_;
  Where where_;
  std::uint64_t id_;
  bool selective_ = false;
  std::vector<Reference<Node>> nodes_;  // later ops first
  std::vector<std::pair<Node::Edge, Variable>> roots_;
  std::unordered_map<VariableState*, Arrival> leaves_;
  std::unordered_map<Node*, std::unordered_map<int, Variable>> inner_;
};

}  // namespace

void Variable::backward(const Variable& seed, BackwardOptions options, Where where) const {
  check<GradError>(defined(), where, "backward: the variable is undefined");
  Pass pass(options, where);
  pass.start(*this, seed);
  pass.run();
  pass.commit();
}

std::vector<Variable> grad(const std::vector<Variable>& outputs, const std::vector<Variable>& inputs, BackwardOptions options,
                           const std::vector<Variable>& seeds, Where where) {
  check<ShapeError>(seeds.empty() || seeds.size() == outputs.size(), where, "grad: ", seeds.size(), " seeds for ", outputs.size(),
                    " outputs");
  Pass pass(options, where);
  pass.want(inputs);
  for (std::size_t i = 0; i < outputs.size(); ++i) pass.start(outputs[i], seeds.empty() ? Variable() : seeds[i]);
  pass.run();
  std::vector<Variable> results;
  for (const Variable& input : inputs) results.push_back(pass.gradient_of(input));
  return results;
}

}  // namespace weft
