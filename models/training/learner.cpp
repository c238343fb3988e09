#include <weft/models/io/decimal.h>
#include <weft/models/io/model_file.h>
#include <weft/models/training/detail/gradient_watch.h>
#include <weft/models/training/evaluate.h>
#include <weft/models/training/learner.h>
#include <weft/tensor/base/suggestion.h>

#include <algorithm>

namespace weft {

Learner::Learner(nn::Module& trained, const optim::Optimizer& rule, Loss minimized, Metrics scores,
                 const std::vector<ParameterGroup>& parameter_groups, Where caller)
    : model(trained), optimizer(rule.clone()), loss(std::move(minimized)), metrics(std::move(scores)) {
  const CallScope scope(caller);
  for (const auto& metric : metrics) require<ValueError>(metric != nullptr, "trainer: a metric is null");
  const std::map<std::string, Tensor> by_path = parameters_by_path(model, "trainer: ");
  std::vector<std::vector<Variable>> grouped(parameter_groups.size() + 1);  // the last one: all others
  for (nn::Parameter* parameter : model.parameters()) {
    auto fits = [&](const ParameterGroup& group) { return parameter->path().starts_with(group.prefix); };
    const auto first = std::find_if(parameter_groups.begin(), parameter_groups.end(), fits);
    grouped[static_cast<std::size_t>(first - parameter_groups.begin())].push_back(parameter->variable());
    parameters.push_back(parameter->variable());
  }
  for (std::size_t i = 0; i < parameter_groups.size(); ++i) {
    const auto& [prefix, own] = parameter_groups[i];
    const bool known = std::any_of(by_path.begin(), by_path.end(),
                                   [&](const auto& each) { return each.first.starts_with(parameter_groups[i].prefix); });
    require<ValueError>(known, "trainer: no parameter's path begins with \"", prefix, "\"",
                        did_you_mean(prefix, detail::path_beginnings(model)));
    require<ValueError>(!grouped[i].empty(), "trainer: all parameters whose paths begin with \"", prefix,
                        "\" belong to earlier groups; the first group that matches applies");
    optimizer->add(grouped[i], own);
    groups["group " + prefix] = "rate times " + text::decimal(own.learning_rate_scale) + ", decay " +
                                (own.weight_decay ? text::decimal(*own.weight_decay) : "as others");
  }
  optimizer->add(grouped.back());
}

Scores evaluate(Learner& learner, const Task& data, Where caller) {
  if (!learner.fitting) return evaluate(learner.model, data, learner.loss, learner.metrics, kEvaluationBatch, caller);
  std::vector<std::vector<double>> before;  // of the epoch in progress
  for (const auto& metric : learner.metrics) before.push_back(metric->state());
  Scores scores = evaluate(learner.model, data, learner.loss, learner.metrics, kEvaluationBatch, caller);
  for (std::size_t i = 0; i < before.size(); ++i) {
    learner.metrics[i]->reset();
    if (!before[i].empty()) learner.metrics[i]->set_state(before[i]);
  }
  return scores;
}

}  // namespace weft
