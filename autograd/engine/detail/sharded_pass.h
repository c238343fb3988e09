// ShardedPass: what a backward pass in a scope of ShardedGradients does besides. Only for engine.cpp.
#pragma once

#include <weft/autograd/engine/detail/shard_scope.h>
#include <weft/autograd/graph/detail/leaf.h>
#include <weft/autograd/graph/detail/sharded_sums.h>

#include <optional>
#include <vector>

namespace weft::detail {

// Takes the scope away from its thread during the pass, so that passes inside gradient rules are not sharded. Follows where the
// gradients of all values keep the examples of the batch apart.
class ShardedPass {
 public:
  explicit ShardedPass(ShardScope& scope) : scope_(scope), sums_(scope.ends) { exchange_shard_scope(nullptr); }
  ShardedPass(const ShardedPass&) = delete;
  ShardedPass& operator=(const ShardedPass&) = delete;
  ~ShardedPass() {
    exchange_shard_scope(&scope_);
    if (scope_.unsharded.empty()) scope_.unsharded = sums_.unsharded();
  }

  ShardedSums& sums() { return sums_; }
  bool failed() const { return sums_.failed(); }
  bool take(const ShardedSums::Sum& sum) const {
    return scope_.take && scope_.offered.insert(sum.edge.leaf.get()).second && scope_.take(Variable(sum.edge.leaf), sum.dense);
  }
  void meanwhile() const {
    if (scope_.meanwhile) scope_.meanwhile();
  }
  bool keeps_lookups() const { return scope_.keep_lookups; }
  void keep(const VariableState* leaf, RowSparse lookups) {
    RowSparse& kept = scope_.lookups[leaf];
    kept = kept.defined() ? add(kept, lookups) : std::move(lookups);
  }

  // Before the pass: the number of values in the graph, and the gradient of an output.
  void start(std::size_t slots) { layouts_.resize(sums_.one_shard() ? 0 : slots); }
  void start_output(const Edge& edge) {
    if (layouts_.empty()) return;
    if (edge.leaf) return sums_.fail("backward");
    const Shape& shape = edge.node->outputs()[static_cast<std::size_t>(edge.output)].shape;
    ExampleLayout layout = ExampleLayout::apart(1, false, "backward");
    if (shape.numel() == 1)
      layout = {ExampleLayout::Kind::total, true, 0, ""};
    else if (!layout.first(shape, sums_.examples()))
      layout = ExampleLayout::mixed("backward");
    merge(at(edge), layout, "backward");
  }

  // Before and after a node's rule.
  void enter(const Node& node) {
    if (!node.hooks.empty() && !layouts_.empty())
      for (std::size_t output = 0; output < node.outputs().size(); ++output)
        layouts_[node.note.slot + output] = ExampleLayout::mixed("hook");
    sums_.enter(node, layouts_.empty() ? std::span<const ExampleLayout>() : outputs_of(node));
  }
  // A gradient of input i, that of a node or a leaf.
  void pass_on(const Node& node, std::size_t i) {
    if (layouts_.empty()) return;
    const Edge& edge = node.edges()[i];
    if (edge.leaf) return sums_.fail(reason(node));
    ExampleFlow flow{sums_.examples(),        {},
                     node.outputs()[0].shape, edge.node->outputs()[static_cast<std::size_t>(edge.output)].shape,
                     static_cast<int>(i),     0};
    for (std::size_t k = 0; k < node.edges().size() && k < 32; ++k) flow.wanted |= node.edges()[k] ? 1u << k : 0;
    for (std::size_t output = 0; output < node.outputs().size(); ++output) {
      const ExampleLayout& layout = outputs_of(node)[output];
      if (layout.kind == ExampleLayout::Kind::none) continue;
      merge(at(edge), layout.kind == ExampleLayout::Kind::mixed ? layout : answer(node, flow, layout, output), node.op());
    }
  }

 private:
  ExampleLayout& at(const Edge& edge) { return layouts_[edge.node->note.slot + static_cast<std::size_t>(edge.output)]; }
  std::span<const ExampleLayout> outputs_of(const Node& node) const { return {&layouts_[node.note.slot], node.outputs().size()}; }

  static ExampleLayout answer(const Node& node, const ExampleFlow& asked, const ExampleLayout& layout, std::size_t output) {
    const ExampleFlow flow{asked.examples, layout, node.outputs()[output].shape, asked.input, asked.index, asked.wanted};
    ExampleLayout found = node.layout(flow);
    const bool known = found.kind == ExampleLayout::Kind::total || (found.kind == ExampleLayout::Kind::apart && found.proven);
    if (!known && !*found.op) found.op = node.op();
    return found;
  }

  // Adds a gradient of this layout, from `op`, to others.
  static void merge(ExampleLayout& sum, const ExampleLayout& layout, const char* op) {
    using Kind = ExampleLayout::Kind;
    if (sum.kind == Kind::none) {
      sum = layout;
    } else if (sum.kind != Kind::mixed && (layout.kind != sum.kind || layout.before != sum.before)) {
      sum = layout.kind == Kind::mixed ? layout : ExampleLayout::mixed(op);
    } else if (layout.proven && sum.kind == Kind::apart) {
      sum.proven = true;
    }
  }

  const char* reason(const Node& node) const {
    for (const ExampleLayout& layout : outputs_of(node))
      if (layout.kind == ExampleLayout::Kind::mixed && *layout.op) return layout.op;
    return node.op();
  }

  ShardScope& scope_;
  ShardedSums sums_;
  std::vector<ExampleLayout> layouts_;  // of the gradients of all values, so far; empty with one shard
};

}  // namespace weft::detail
