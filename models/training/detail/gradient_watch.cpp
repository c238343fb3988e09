#include <weft/models/training/detail/gradient_watch.h>
#include <weft/tensor/base/suggestion.h>

#include <algorithm>

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

std::vector<std::string> path_beginnings(nn::Module& model) {
  std::vector<std::string> all;
  for (nn::Parameter* parameter : model.parameters()) {
    const std::string& path = parameter->path();
    for (std::size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', dot + 1))
      all.push_back(path.substr(0, dot));
    all.push_back(path);
  }
  return all;
}

GradientWatch::GradientWatch(nn::Module& model, const std::vector<Variable>& trained, const FitOptions& options, Where caller)
    : model_(model), caller_(caller) {
  const std::vector<std::string> paths = path_beginnings(model);
  for (const std::string& prefix : options.without_gradient) {
    const bool known = std::any_of(paths.begin(), paths.end(), [&](const auto& path) { return path.starts_with(prefix); });
    check<ValueError>(known, caller, "fit: without_gradient names \"", prefix, "\", but no parameter's path begins with it",
                      did_you_mean(prefix, paths));
  }
  for (const Variable& parameter : trained) known_.push_back(parameter.state().get());
  for (const Variable& leaf : options.other_leaves) known_.push_back(leaf.state().get());
  std::sort(known_.begin(), known_.end());
  for (nn::Parameter* parameter : model.parameters()) {
    auto declared = [&](const std::string& prefix) { return parameter->path().starts_with(prefix); };
    if (!parameter->frozen() && std::none_of(options.without_gradient.begin(), options.without_gradient.end(), declared))
      without_.push_back(parameter->variable());
  }
}

void GradientWatch::see_graph(const Variable& loss) {
  if (ended_) return;
  for (GraphLeaf& found : graph_leaves({loss}))
    if (!std::binary_search(known_.begin(), known_.end(), found.leaf.state().get())) strangers_.push_back(std::move(found));
}

void GradientWatch::see_gradients() {
  if (!strangers_.empty()) check_strangers();
  gradients_seen_ = true;
  if (!without_.empty()) std::erase_if(without_, [](const Variable& parameter) { return parameter.has_grad(); });
}

// A leaf that was freed with its graph, such as an input whose gradient the model itself requested, is not a weight, unless it
// has a parameter's name: then it belongs to a layer that forward makes anew in each call.
void GradientWatch::check_strangers() {
  for (const GraphLeaf& each : std::exchange(strangers_, {})) {
    std::string name = leaf_name(each.leaf);
    if (name.empty() && each.leaf.state()->unique()) continue;
    bool of_model = false;
    for (nn::Parameter* parameter : model_.parameters())
      if (same(parameter->variable(), each.leaf)) name = parameter->path(), of_model = true;
    const std::string line = each.caller.line ? " at " + to_string(each.caller) : "";
    check<GradError>(!of_model, caller_, "fit: the parameter \"", name,
                     "\" gets a gradient but is not trained, because it was made after the trainer");
    check<GradError>(false, caller_, "fit: a leaf ", each.leaf.shape(), name.empty() ? "" : " called \"" + name + "\"",
                     ", which ", each.op, " takes", line,
                     ", gets a gradient but is not a parameter of the model, so it is neither trained nor saved: build its "
                     "layer with (this, name) and hold it as a member, make it an nn::Parameter, freeze it, or name it in "
                     "other_leaves");
  }
}

void GradientWatch::end_epoch(bool whole) {
  ended_ = true;
  if (!whole || !gradients_seen_ || without_.empty()) return;
  std::vector<std::string> names;
  for (nn::Parameter* parameter : model_.parameters())
    if (!parameter->frozen() && contains(without_, parameter->variable())) names.push_back(parameter->path());
  without_.clear();
  check<GradError>(names.empty(), caller_,
                   "fit: parameters got no gradient in a whole epoch, so they are not trained: ", quoted(names),
                   "; use them in forward, freeze() them, or name them in without_gradient");
}

}  // namespace weft::detail
