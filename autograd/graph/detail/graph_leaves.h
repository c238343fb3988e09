// Finds the leaves that a graph reaches.
#pragma once

#include <weft/autograd/graph/variable.h>

#include <string>

namespace weft {

// A leaf, and one of the ops that it is an input of, with the user's line.
struct GraphLeaf {
  Variable leaf;
  const char* op;
  Where caller;
};

// Returns the leaves that a backward pass from `outputs` would reach, each once.
std::vector<GraphLeaf> graph_leaves(const std::vector<Variable>& outputs);

// The same for values computed after last_node() returned `node`. Throws GradError if one uses the result of an older op.
std::vector<GraphLeaf> graph_leaves_since(std::uint64_t node, const std::vector<Variable>& outputs, Where caller = Where::here());
std::uint64_t last_node();

// Sets and returns the name that errors use for a leaf; "" at first.
void name_leaf(const Variable& leaf, const std::string& name);
std::string leaf_name(const Variable& leaf);

}  // namespace weft
