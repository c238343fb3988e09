#include <weft/autograd/engine/graph_dot.h>
#include <weft/autograd/graph/node.h>
#include <weft/tensor/base/plain_text.h>

#include <unordered_map>

namespace weft {

namespace {

// Text inside a label: DOT reads quotes, backslashes and HTML entities.
std::string escaped(std::string_view text) {
  std::string result;
  for (char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '\n')
      result += "\\n";
    else if (c == '"' || c == '\\')
      (result += '\\') += c;
    else
      result += c;
  }
  return result;
}

// What made a value: an op or a leaf.
struct Place {
  const Node* node;
  VariableState* leaf;

  const void* key() const { return node ? static_cast<const void*>(node) : leaf; }
};

class Drawing {
 public:
  explicit Drawing(const LeafNames& names) : names_(names) {}

  void add_output(const Variable& output) {
    const VariableState& state = *output.state();
    meet({state.producer.get(), state.producer ? nullptr : output.state().get()});
    outputs_ = places_.size();
  }

  // Lists all places, breadth first, then writes them.
  std::string text() {
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (!places_[i].node) continue;
      for (const Edge& edge : places_[i].node->edges())
        if (edge) meet({edge.node.get(), edge.leaf.get()});
    }
    out_ << "digraph weft {\n";
    for (std::size_t i = 0; i < places_.size(); ++i) write_place(i);
    for (std::size_t i = 0; i < places_.size(); ++i)
      if (places_[i].node) write_edges(i);
    out_ << "}\n";
    return out_.str();
  }

 private:
  std::size_t meet(Place place) {
    const auto [found, is_new] = numbers_.try_emplace(place.key(), places_.size());
    if (is_new) places_.push_back(place);
    return found->second;
  }

  void write_place(std::size_t number) {
    out_ << "  n" << number << " [label=\"";
    if (const Node* node = places_[number].node) {
      out_ << escaped(node->op());
      for (const Node::Result& result : node->outputs()) out_ << "\\n" << result.shape << ' ' << result.dtype;
      if (node->caller().line) out_ << "\\n" << escaped(to_string(node->caller()));
      out_ << '"' << (number < outputs_ ? ", style=bold" : "");
    } else {
      write_leaf(*places_[number].leaf);
    }
    out_ << "];\n";
  }
  void write_leaf(VariableState& leaf) {
    const std::string name = names_ ? names_(Variable(Reference<VariableState>(&leaf))) : "";
    if (!name.empty()) out_ << escaped(name) << "\\n";
    out_ << leaf.tensor.shape() << ' ' << leaf.tensor.dtype() << "\", shape=box";
  }

  void write_edges(std::size_t to) {
    for (const Edge& edge : places_[to].node->edges()) {
      if (!edge) continue;
      const Place from{edge.node.get(), edge.leaf.get()};
      out_ << "  n" << numbers_.at(from.key()) << " -> n" << to;
      if (from.node && from.node->outputs().size() > 1) out_ << " [label=\"" << edge.output << "\"]";
      out_ << ";\n";
    }
  }

  const LeafNames& names_;
  std::vector<Place> places_;  // by number
  std::size_t outputs_ = 0;    // the number of them that are outputs
  std::unordered_map<const void*, std::size_t> numbers_;
  PlainText out_;
};

}  // namespace

std::string graph_dot(const std::vector<Variable>& outputs, const LeafNames& names, Where caller) {
  Drawing drawing(names);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    check<GradError>(outputs[i].requires_grad(), caller, "graph_dot: output ", i, " has no graph");
    drawing.add_output(outputs[i]);
  }
  return drawing.text();
}

std::string graph_dot(const Variable& output, const LeafNames& names, Where caller) {
  return graph_dot(std::vector<Variable>{output}, names, caller);
}

}  // namespace weft
