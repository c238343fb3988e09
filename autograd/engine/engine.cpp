#include <weft/autograd/basics/math.h>
#include <weft/autograd/engine/detail/gradient_sums.h>
#include <weft/autograd/engine/detail/sharded_pass.h>
#include <weft/autograd/graph/detail/deferred_gradients.h>
#include <weft/autograd/graph/detail/leaf.h>
#include <weft/autograd/graph/node.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/profile_scope.h>

#include <algorithm>
#include <tuple>

namespace weft {

using detail::add_gradient, detail::LongSums;

namespace {

// Adds a row-sparse gradient to a sum that is row-sparse or empty.
void add_rows(LeafGradient& sum, const RowSparse& gradient) {
  sum = {.rows = std::make_unique<RowSparse>(sum.rows ? add(*sum.rows, gradient) : gradient)};
}

// Calls the hooks in turn; if one returns a defined value, that replaces the gradient.
template <class Hooks>
void run_hooks(const Hooks& hooks, Variable& gradient, const Shape& shape, Where caller) {
  for (const auto& hook : hooks) {
    Variable changed = hook(gradient);
    if (!changed.defined()) continue;
    check<GradError>(changed.shape() == shape && changed.dtype() == gradient.dtype(), caller, "backward: a hook returned ",
                     describe(changed.tensor()), " for a gradient of shape ", shape);
    gradient = changed;
  }
}

[[gnu::cold]] ProfileEvent event_of(const Node& node) {
  ProfileEvent event{.kind = ProfileKind::gradient, .name = std::string(node.op()) + " backward", .caller = node.caller()};
  for (const Node::Result& result : node.outputs()) event.values.push_back({result.shape, result.dtype});
  return event;
}

// One traversal from the outputs back to the leaves. A rule may start a pass of its own that visits the same nodes: each pass
// restores the notes it finds. A pass of another thread must not visit them.
class Pass {
 public:
  Pass(BackwardOptions options, Where caller) : options_(options), caller_(caller), long_sums_(options.create_graph) {}
  Pass(const Pass&) = delete;
  Pass& operator=(const Pass&) = delete;

  ~Pass() {
    for (const Step& step : steps_) {
      step.node->note = step.before;
      if (!step.before.pass) step.node->owner.store(nullptr, std::memory_order_release);
    }
    for (VariableState* state : leaves_) {
      state->leaf->arrived = {};
      state->leaf->arrivals = 0;
      state->leaf->owner.store(nullptr, std::memory_order_release);
    }
  }

  // Restricts the wanted gradients to these; without this call, they are wanted for every leaf.
  void want(const std::vector<Variable>& inputs) {
    selective_ = true;
    oldest_ = ~std::uint64_t{0};
    for (const Variable& input : inputs) {
      check<GradError>(input.requires_grad(), caller_, "grad: an input is a constant");
      targets_.push_back(target(input));
      oldest_ = input.is_leaf() ? 0 : std::min(oldest_, input.state()->producer->sequence());
    }
    std::sort(targets_.begin(), targets_.end());
    targets_.erase(std::unique(targets_.begin(), targets_.end()), targets_.end());
  }

  // Sums the gradients of leaves shard by shard, if the thread has a scope of ShardedGradients.
  void shard() {
    detail::ShardScope* scope = options_.create_graph ? nullptr : detail::exchange_shard_scope(nullptr);
    if (!scope) return;
    sharded_.emplace(*scope);
    deferred_.sharded = &sharded_->sums();
  }

  void start(const Variable& output, const Variable& seed) {
    check<GradError>(output.requires_grad(), caller_, "backward: the output does not depend on a leaf that requires a gradient");
    Variable first = seed;
    if (!first.defined()) {
      check<ShapeError>(output.numel() == 1, caller_, "backward: an output of shape ", output.shape(),
                        " needs a seed; only one element does not");
      first = Variable(ones(output.shape(), output.dtype()));
    }
    check<ShapeError>(first.shape() == output.shape() && first.dtype() == output.dtype(), caller_, "backward: the seed is ",
                      describe(first.tensor()), ", the output ", describe(output.tensor()));
    const VariableState& state = *output.state();
    roots_.push_back({output.is_leaf() ? Edge{{}, 0, output.state()} : Edge{state.producer, state.output, {}}, first});
    if (state.producer) collect(*state.producer);
  }

  void run() {
    auto later = [](const Step& a, const Step& b) { return a.sequence > b.sequence; };
    if (!std::is_sorted(steps_.begin(), steps_.end(), later)) std::sort(steps_.begin(), steps_.end(), later);
    std::size_t slots = 0;
    for (const Step& step : steps_) {
      step.node->note.slot = slots;
      slots += step.node->outputs().size();
    }
    arrived_.resize(slots);
    counts_.resize(slots);
    if (selective_) mark_needed();
    if (sharded_) start_shards(slots);
    for (Root& root : roots_) {
      if (sharded_) sharded_->start_output(root.edge);
      deposit(root.edge, std::exchange(root.seed, Variable()));
    }
    for (const Step& step : steps_) {
      if (step.node->note.needed && !failed()) run_node(*step.node);
      if (sharded_) finish_leaves(*step.node);
    }
    for (DeferredGradients::Gradient& gradient : deferred_.finish()) deposit(gradient.edge, std::move(gradient.value));
    for (Target& target : targets_) long_sums_.finish(target.gradient);
    for (Target& target : targets_)
      if (target.leaf && target.gradient.defined()) run_leaf_hooks(*target.leaf, target.gradient);
  }

  // Adds the gradients to the leaves.
  void commit() {
    if (failed()) return;
    for (VariableState* state : leaves_) {
      Leaf& leaf = *state->leaf;
      if (state->frozen || !leaf.arrived.defined()) continue;  // frozen since the graph was built, or taken early
      long_sums_.finish(leaf.arrived.tensor);
      if (leaf.arrived.rows && leaf.hooks.empty() && (leaf.grad.as_rows() || !leaf.grad.defined())) {
        add_rows(leaf.grad, *leaf.arrived.rows);
        continue;
      }
      Variable gradient = std::exchange(leaf.arrived.changed_tensor(), Variable());
      run_leaf_hooks(*state, gradient);
      if (Variable& sum = leaf.grad.changed_tensor(); sum.defined())
        add_gradient(sum, std::move(gradient), options_.create_graph);
      else
        sum = options_.create_graph ? gradient : own(std::move(gradient));
    }
  }

  Variable gradient_of(const Variable& input) { return find(target(input))->gradient; }

 private:
  struct Step {
    std::uint64_t sequence;
    Node* node;  // kept alive, because the roots hold the last nodes, and each node those before it
    Node::Note before;
  };
  struct Root {
    Edge edge;
    Variable seed;
  };
  // The place whose gradient grad() wants: a leaf, or an output of a node.
  struct Target {
    const void* place;
    int output;
    VariableState* leaf;
    Variable gradient;
    std::int32_t arrivals = 0;

    bool operator<(const Target& other) const { return std::tie(place, output) < std::tie(other.place, other.output); }
    bool operator==(const Target& other) const { return place == other.place && output == other.output; }
  };

  static Target target(const Variable& input) {
    VariableState* state = input.state().get();
    if (input.is_leaf()) return {state, 0, state, {}};
    return {state->producer.get(), state->output, nullptr, {}};
  }
  Target* find(const Target& wanted) {
    auto found = std::lower_bound(targets_.begin(), targets_.end(), wanted);
    return found != targets_.end() && *found == wanted ? &*found : nullptr;
  }
  Target* find_leaf(VariableState* state) { return find({state, 0, state, {}}); }
  Target* find_output(const Node& node, int output) { return find({&node, output, nullptr, {}}); }

  // Returns whether the pass goes back as far as this node, in which case it owns it.
  bool collects(const Node& node) const { return node.sequence() >= oldest_; }

  // Prevents other threads' passes from using the node.
  void claim(Node& node) const {
    static thread_local const char thread = 0;
    const void* owner = node.owner.load(std::memory_order_relaxed);
    if (owner == &thread) return;
    owner = nullptr;
    check<GradError>(detail::exchange_if<const void*>(node.owner, owner, &thread), caller_,
                     "backward: another thread's pass runs through the same graph, at ", node.op(),
                     "; start one after the other");
  }

  // Marks and lists every node before `root`, without recursion, except those older than every wanted one.
  void collect(Node& root) {
    auto visit = [&](Node& node) {
      if (!collects(node)) return;
      claim(node);
      if (node.note.pass == this) return;
      steps_.push_back({node.sequence(), &node, node.note});
      node.note = {
          .pass = this, .needed = !selective_, .runs = !selective_, .last = !options_.retain_graph && !options_.create_graph};
    };
    std::size_t next = steps_.size();
    for (visit(root); next < steps_.size(); ++next)
      for (const Edge& edge : steps_[next].node->edges())
        if (edge.node) visit(*edge.node);
  }

  void mark_needed() {
    for (std::size_t i = steps_.size(); i-- > 0;) {
      Node& node = *steps_[i].node;
      for (const Edge& edge : node.edges())
        if (edge.node ? collects(*edge.node) && edge.node->note.needed : edge.leaf && find_leaf(edge.leaf.get()))
          node.note.runs = true;
      node.note.needed = node.note.runs;
      for (int o = 0; o < static_cast<int>(node.outputs().size()); ++o)
        if (find_output(node, o)) node.note.needed = true;
    }
  }

  // Returns a gradient whose memory nothing else uses, so that optimizers may change it in place.
  static Variable own(Variable gradient) { return detail::only_here(gradient) ? gradient : Variable(clone(gradient.tensor())); }

  void run_leaf_hooks(const VariableState& state, Variable& gradient) {
    run_hooks(state.leaf->hooks, gradient, state.tensor.shape(), caller_);
  }

  void deposit(const Edge& edge, Variable gradient) {
    if (edge.node) {
      const Node::Note& note = edge.node->note;
      const std::size_t slot = note.slot + static_cast<std::size_t>(edge.output);
      if (collects(*edge.node) && note.needed) long_sums_.add(arrived_[slot], counts_[slot], std::move(gradient));
    } else if (!selective_) {
      Leaf& leaf = claim(edge.leaf.get());
      long_sums_.add(leaf.arrived.changed_tensor(), leaf.arrivals, std::move(gradient));
    } else if (Target* wanted = find_leaf(edge.leaf.get())) {
      long_sums_.add(wanted->gradient, wanted->arrivals, std::move(gradient));
    }
  }

  void deposit_rows(const Edge& edge, const RowSparse& gradient) {
    if (selective_ || claim(edge.leaf.get()).arrived.tensor.defined()) return deposit(edge, Variable(to_dense(gradient)));
    add_rows(edge.leaf->leaf->arrived, gradient);
  }

  bool failed() const { return sharded_ && sharded_->failed(); }

  void start_shards(std::size_t slots) {
    sharded_->start(slots);
    for (const Step& step : steps_)
      for (const Edge& edge : step.node->edges())
        if (edge.leaf) sharded_->sums().add_use(edge.leaf.get());
  }

  // After a node: passes on what leaves get from all shards, if no other node adds to them.
  void finish_leaves(const Node& node) {
    for (const Edge& edge : node.edges())
      if (edge.leaf && sharded_->sums().remove_use(edge.leaf.get()) && !failed())
        pass_on(sharded_->sums().finish(edge.leaf.get()));
    sharded_->meanwhile();
  }

  void pass_on(ShardedSums::Sum sum) {
    if (AnomalyMode::active()) look_for_anomaly(sum);
    if (sum.dense.defined() && !is_taken(sum)) deposit(sum.edge, Variable(std::move(sum.dense)));
    if (!sum.rows.defined()) return;
    LeafGradient& arrived = claim(sum.edge.leaf.get()).arrived;
    if (!arrived.tensor.defined()) {
      add_rows(arrived, sum.rows);
    } else if (sharded_->keeps_lookups()) {
      sharded_->keep(sum.edge.leaf.get(), std::move(sum.rows));
    } else {
      arrived.tensor = own(std::move(arrived.tensor));
      add_to(arrived.tensor.tensor(), sum.rows);
    }
  }

  // Offers a sum that is the whole gradient of its leaf to who wants it early.
  bool is_taken(const ShardedSums::Sum& sum) {
    const Leaf& leaf = claim(sum.edge.leaf.get());
    const bool whole = !leaf.arrived.defined() && !leaf.grad.defined() && leaf.hooks.empty() && !sum.edge.leaf->frozen;
    return whole && sharded_->take(sum);
  }

  void look_for_anomaly(const ShardedSums::Sum& sum) const {
    for (const Tensor& part : {sum.dense, sum.rows.values})
      check<GradError>(!part.defined() || is_finite(part), caller_, "backward: the gradient of a leaf, ", describe(part),
                       ", has a NaN or an infinity");
  }

  // Prevents other backward passes from using the leaf.
  Leaf& claim(VariableState* state) {
    Leaf& leaf = *state->leaf;
    const void* owner = nullptr;
    if (detail::exchange_if<const void*>(leaf.owner, owner, this)) {
      leaves_.push_back(state);
    } else {
      check<GradError>(owner == this, caller_,
                       "backward: another thread's backward pass is adding to the same leaf; use grad() there");
    }
    return leaf;
  }

  void run_node(Node& node) {
    std::span<Variable> arrived(&arrived_[node.note.slot], node.outputs().size());
    for (Variable& sum : arrived) long_sums_.finish(sum);
    if (std::none_of(arrived.begin(), arrived.end(), [](const Variable& g) { return g.defined(); })) return;
    hand_out(node, arrived);
    if (!node.note.runs) return;
    check<GradError>(!node.released(), node.caller(), node.op(),
                     ": its graph was freed by an earlier backward pass; pass retain_graph to run it again; the op ran");
    if (!node.takes_undefined()) fill_zeros(node, arrived);
    if (sharded_) sharded_->enter(node);
    Variables gradients = run_rule(node, arrived);
    if (node.note.last) node.release_saved();
    std::fill(arrived.begin(), arrived.end(), Variable());
    check<GradError>(gradients.size() == node.edges().size(), node.caller(), node.op(), ": its gradient rule returned ",
                     gradients.size(), " gradients for ", node.edges().size(), " inputs");
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      if (!node.edges()[i] || !gradients[i].defined()) continue;
      check_gradient(node, i, gradients[i]);
      if (sharded_) sharded_->pass_on(node, i);
      deposit(node.edges()[i], std::move(gradients[i]));
    }
    if (deferred_.has_rows())
      for (const DeferredGradients::RowGradient& gradient : deferred_.ready_rows()) deposit_rows(gradient.edge, gradient.value);
    deferred_.multiply_ready();
  }

  // Runs hooks, and stores what grad() asked for.
  void hand_out(const Node& node, std::span<Variable> arrived) {
    if (!node.hooks.empty()) {
      for (const auto& [output, hook] : node.hooks) {
        auto o = static_cast<std::size_t>(output);
        if (arrived[o].defined()) run_hooks(std::span(&hook, 1), arrived[o], node.outputs()[o].shape, node.caller());
      }
    }
    if (!selective_) return;
    for (std::size_t o = 0; o < arrived.size(); ++o)
      if (Target* wanted = find_output(node, static_cast<int>(o))) wanted->gradient = arrived[o];
  }

  static void fill_zeros(const Node& node, std::span<Variable> arrived) {
    for (std::size_t o = 0; o < arrived.size(); ++o)
      if (!arrived[o].defined()) arrived[o] = Variable(zeros(node.outputs()[o].shape, node.outputs()[o].dtype));
  }

  // Errors of ops inside the rule name the line of the op that is differentiated.
  Variables run_rule(Node& node, std::span<const Variable> arrived) {
    GradMode mode(options_.create_graph);
    CallScope line(node.caller());
    ProfileScope profile([&] { return event_of(node); });
    const bool may_wait = !options_.create_graph && (sharded_ || !AnomalyMode::active());
    return node.gradients(arrived, may_wait ? &deferred_ : nullptr);
  }

  static void check_gradient(const Node& node, std::size_t i, const Variable& gradient) {
    const Edge& edge = node.edges()[i];
    const Node::Result* result = edge.node ? &edge.node->outputs()[static_cast<std::size_t>(edge.output)] : nullptr;
    const Shape& shape = result ? result->shape : edge.leaf->tensor.shape();
    DType dtype = result ? result->dtype : edge.leaf->tensor.dtype();
    check<GradError>(gradient.shape() == shape && gradient.dtype() == dtype, node.caller(), node.op(),
                     ": its gradient rule returned ", describe(gradient.tensor()), " for input ", i, ", which is ", shape, ' ',
                     dtype);
    if (AnomalyMode::active())
      check<GradError>(is_finite(gradient.tensor()), node.caller(), node.op(), ": the gradient of input ", i, ' ',
                       describe(gradient.tensor()), " has a NaN or an infinity; the op ran");
  }

  BackwardOptions options_;
  Where caller_;
  bool selective_ = false;
  std::uint64_t oldest_ = 0;  // older nodes lead to nothing that is wanted
  InlineVector<Root, 1> roots_;
  InlineVector<Step, 4> steps_;           // later ops first
  InlineVector<Variable, 4> arrived_;     // gradients of the nodes' outputs, so far; a node's start at its slot
  InlineVector<std::int32_t, 4> counts_;  // of gradients in their last chains
  InlineVector<VariableState*, 4> leaves_;
  std::vector<Target> targets_;
  DeferredGradients deferred_;
  std::optional<detail::ShardedPass> sharded_;
  LongSums long_sums_;
};

}  // namespace

void Variable::backward(const Variable& seed, BackwardOptions options, Where caller) const {
  check<GradError>(defined(), caller, "backward: the variable is undefined");
  Pass pass(options, caller);
  pass.shard();
  pass.start(*this, seed);
  pass.run();
  pass.commit();
}

std::vector<Variable> grad(const std::vector<Variable>& outputs, const std::vector<Variable>& inputs, BackwardOptions options,
                           const std::vector<Variable>& seeds, Where caller) {
  check<ShapeError>(seeds.empty() || seeds.size() == outputs.size(), caller, "grad: ", seeds.size(), " seeds for ",
                    outputs.size(), " outputs");
  Pass pass(options, caller);
  pass.want(inputs);
  for (std::size_t i = 0; i < outputs.size(); ++i) pass.start(outputs[i], seeds.empty() ? Variable() : seeds[i]);
  pass.run();
  std::vector<Variable> results;
  for (const Variable& input : inputs) results.push_back(pass.gradient_of(input));
  return results;
}

}  // namespace weft
