// The graph as a picture.
#pragma once

#include <weft/autograd/graph/variable.h>

#include <functional>
#include <string>

namespace weft {

// Names a leaf in graph_dot(): "encoder.weight", or "" for none. nn::parameter_names(model) gives one.
using LeafNames = std::function<std::string(const Variable&)>;

// The graph before `outputs` as a Graphviz digraph: ops as ellipses (name, shape and dtype of each result, the user's line; bold
// for those that made an output), leaves as boxes (name, shape, dtype); constants are left out. An edge runs from where a value
// is made to where it is used, and has the number of the result where an op has several. Nodes are numbered as they are met from
// the outputs back, breadth first, so that one program gives one text. `dot -Tsvg` draws it. Throws GradError for an output
// without a graph.
std::string graph_dot(const Variable& output, const LeafNames& names = {}, Where where = Where::here());
std::string graph_dot(const std::vector<Variable>& outputs, const LeafNames& names = {}, Where where = Where::here());

}  // namespace weft
