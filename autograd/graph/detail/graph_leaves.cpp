#include <weft/autograd/graph/detail/graph_leaves.h>
#include <weft/autograd/graph/detail/leaf.h>
#include <weft/autograd/graph/node.h>

#include <unordered_set>

namespace weft {

namespace {

// Calls met(node, edge) for each edge to a leaf or to a node, from the outputs on; the latter are followed if it says so.
template <class Met>
void walk(const std::vector<Variable>& outputs, Met met) {
  std::vector<Node*> nodes;
  std::unordered_set<const void*> seen;
  auto add = [&](Node* node) {
    if (node && seen.insert(node).second) nodes.push_back(node);
  };
  for (const Variable& output : outputs)
    if (output.defined()) add(output.state()->producer.get());
  for (std::size_t i = 0; i < nodes.size(); ++i)
    for (const Edge& edge : nodes[i]->edges())
      if (edge && met(*nodes[i], edge)) add(edge.node.get());
}

class Leaves {
 public:
  explicit Leaves(const std::vector<Variable>& outputs) {
    for (const Variable& output : outputs)
      if (output.is_leaf() && output.requires_grad()) add(output.state(), "backward", {});
  }
  void add(const Reference<VariableState>& leaf, const char* op, Where caller) {
    if (seen_.insert(leaf.get()).second) list.push_back({Variable(leaf), op, caller});
  }

  std::vector<GraphLeaf> list;

 private:
  std::unordered_set<const VariableState*> seen_;
};

}  // namespace

std::vector<GraphLeaf> graph_leaves(const std::vector<Variable>& outputs) { return graph_leaves_since(0, outputs); }

std::vector<GraphLeaf> graph_leaves_since(std::uint64_t last, const std::vector<Variable>& outputs, Where caller) {
  Leaves leaves(outputs);
  walk(outputs, [&](const Node& node, const Edge& edge) {
    if (edge.leaf) leaves.add(edge.leaf, node.op(), node.caller());
    check<GradError>(!edge.node || edge.node->sequence() > last, caller, node.op(), " uses the result of ",
                     edge.node ? edge.node->op() : "", ", which was computed before");
    return true;
  });
  return leaves.list;
}

void name_leaf(const Variable& leaf, const std::string& name) {
  if (leaf.is_leaf()) leaf.state()->leaf->name = name;
}

std::string leaf_name(const Variable& leaf) { return leaf.is_leaf() ? leaf.state()->leaf->name : ""; }

}  // namespace weft
