// Learner: a model and everything that is needed to train it. Trainer wraps it for one type of model.
#pragma once

#include <weft/models/training/fit_options.h>
#include <weft/models/training/loss.h>
#include <weft/models/training/streaming_metric.h>
#include <weft/models/training/task.h>
#include <weft/nn/module/module.h>
#include <weft/optim/optimizer.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace weft {

// Parameters whose paths begin with `prefix` are optimized with these options; the first group that matches applies.
struct ParameterGroup {
  std::string prefix;
  optim::GroupOptions options;
};

// A model with its optimizer, loss and metrics. It knows the model only as a Module; a Task runs it.
struct Learner {
  // Keeps a reference to the model and a copy of the optimizer. Throws ValueError for a group that matches no parameter.
  Learner(nn::Module& model, const optim::Optimizer& optimizer, Loss loss, Metrics metrics = {},
          const std::vector<ParameterGroup>& groups = {}, Where caller = Where::here());

  nn::Module& model;
  std::unique_ptr<optim::Optimizer> optimizer;
  std::vector<Variable> parameters;
  std::map<std::string, std::string> groups;  // a part of a checkpoint's identity
  Loss loss;
  Metrics metrics;
  bool fitting = false;  // while fit() runs, when the metrics hold the scores of its epoch so far
};

// Trains on `train`. With `validation` every epoch is scored on it, and the weights of the best one are kept. Restores the
// optimizer's rate at the end. Throws ValueError for options out of range and for a checkpoint of another training, GradError if
// a loss is NaN or infinite; the weights are then the best so far, or if there are none those before the step.
History fit(Learner& learner, const Task& train, const Task* validation, const FitOptions& options, Where caller = Where::here());

// Evaluates without training, see evaluate.h. Called while fit() runs, by a callback, it leaves the scores of the epoch as they
// are.
Scores evaluate(Learner& learner, const Task& data, Where caller = Where::here());

}  // namespace weft
