// Drawing the graph.
#pragma once

#include <weft/autograd/graph/variable.h>

#include <functional>
#include <string>

namespace weft {

// Returns a name for a leaf in graph_dot(), such as "encoder.weight", or "" for none. nn::parameter_names(model) returns such a
// function.
using LeafNames = std::function<std::string(const Variable&)>;

// Returns the graph that computed `outputs` as a Graphviz digraph. Ops are ellipses (name, shape and dtype of each result, the
// user's line; bold for those that made an output), leaves are boxes (name, shape, dtype), and constants are omitted. An edge
// runs from the op or leaf that makes a value to the op that uses it; if an op has several results, the edge has the number of
// the result. Nodes are numbered breadth first from the outputs back, so that a program always gives the same text. Draw it with
// `dot -Tsvg`. Throws GradError for an output without a graph.
std::string graph_dot(const Variable& output, const LeafNames& names = {}, Where caller = Where::here());
std::string graph_dot(const std::vector<Variable>& outputs, const LeafNames& names = {}, Where caller = Where::here());

}  // namespace weft
