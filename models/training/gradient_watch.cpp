#include <weft/models/training/gradient_watch.h>

#include <algorithm>
#include <map>

namespace weft::detail {

namespace {

bool same(const Variable& a, const Variable& b) { return a.state() == b.state(); }

bool contains(const std::vector<Variable>& list, const Variable& leaf) {
  return std::any_of(list.begin(), list.end(), [&](const Variable& each) { return same(each, leaf); });
}

std::string quoted(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i) text += (i ? ", \"" : "\"") + names[i] + "\"";
  return names.size() > kMost ? text + " and " + std::to_string(names.size() - kMost) + " more" : text;
}

}  // namespace

GradientWatch::GradientWatch(nn::Module& model, const std::vector<Variable>& trained, const FitOptions& options, Where where)
    : model_(model), trained_(trained), options_(options), where_(where) {
  for (nn::Parameter* parameter : model.parameters()) {
    auto declared = [&](const std::string& prefix) { return parameter->path().starts_with(prefix); };
    if (!parameter->frozen() && std::none_of(options.without_gradient.begin(), options.without_gradient.end(), declared))
      without_.push_back(parameter->variable());
  }
}

void GradientWatch::see_graph(const Variable& loss) {
  if (std::exchange(graph_seen_, true)) return;
  std::vector<const VariableState*> known;
  for (const Variable& parameter : trained_) known.push_back(parameter.state().get());
  for (const Variable& leaf : options_.other_leaves) known.push_back(leaf.state().get());
  std::sort(known.begin(), known.end());
  for (GraphLeaf& found : graph_leaves({loss}))
    if (!std::binary_search(known.begin(), known.end(), found.leaf.state().get())) strangers_.push_back(std::move(found));
}

void GradientWatch::see_gradients() {
  if (!strangers_.empty()) check_strangers();
  gradients_seen_ = true;
  if (!without_.empty()) std::erase_if(without_, [](const Variable& parameter) { return parameter.has_grad(); });
}

// A leaf that went with its graph, such as an input whose gradient the model itself asked for, is no weight.
void GradientWatch::check_strangers() {
  for (const GraphLeaf& each : std::exchange(strangers_, {})) {
    if (each.leaf.state()->unique()) continue;
    std::string name = leaf_name(each.leaf);
    bool of_model = false;
    for (nn::Parameter* parameter : model_.parameters())
      if (same(parameter->variable(), each.leaf)) name = parameter->path(), of_model = true;
    const std::string line = each.where.line ? " at " + to_string(each.where) : "";
    check<GradError>(!of_model, where_, "fit: the parameter \"", name,
                     "\" gets a gradient but is not trained, because the trainer was made before it");
    check<GradError>(false, where_, "fit: a leaf ", each.leaf.shape(), name.empty() ? "" : " called \"" + name + "\"", ", which ",
                     each.op, " takes", line,
                     ", gets a gradient but is no parameter of the model, so that it is neither trained nor saved: build its "
                     "layer with (this, name) and hold it as a member, make it an nn::Parameter, freeze it, or name it in "
                     "other_leaves");
  }
}

void GradientWatch::end_epoch(bool whole) {
  if (!whole || !gradients_seen_ || without_.empty()) return;
  std::vector<std::string> names;
  for (nn::Parameter* parameter : model_.parameters())
    if (!parameter->frozen() && contains(without_, parameter->variable())) names.push_back(parameter->path());
  without_.clear();
  check<GradError>(names.empty(), where_,
                   "fit: parameters got no gradient in a whole epoch, so that they are not trained: ", quoted(names),
                   "; use them in forward, freeze() them, or name them in without_gradient");
}

}  // namespace weft::detail
