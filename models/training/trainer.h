// Trainer: fit, evaluate and predict for any model with a forward.
#pragma once

#include <weft/models/training/data.h>
#include <weft/models/training/evaluate.h>
#include <weft/models/training/learner.h>
#include <weft/models/training/task.h>
#include <weft/tensor/array/create.h>

#include <concepts>
#include <utility>

namespace weft {

// Trains a model that has `Variable forward(Input)` returning logits [.., classes], or anything else that the loss takes. The
// Input is what the Data provides, such as a Batch, or any type of yours. A model may also have `ModelOutput
// forward_with_loss(Input)`, which is then called instead and adds a loss of its own to that of its logits; training minimizes
// the sum, and epochs report it as extra_loss. Either may take a Where after the input: the line that called the Trainer.
//
//     Trainer trainer(model, optim::Adam({.lr = 1e-3}), nn::CrossEntropy(), {metrics::accuracy()});
//     trainer.fit(train, dev, {.epochs = 10, .batch_size = 32});
//     Tensor probabilities = trainer.predict(test);
//
// Keeps a reference to the model and a copy of the optimizer. Results depend on the seeds, not on the number of threads.
template <class Model>
class Trainer {
 public:
  using Input = InputOf<Model>;

  Trainer(Model& model, const optim::Optimizer& optimizer, Loss loss, Metrics metrics = {},
          const std::vector<ParameterGroup>& groups = {}, Where caller = Where::here())
      : model_(model), learner_(model, optimizer, std::move(loss), std::move(metrics), groups, caller) {}

  // Trains on `data`. Every epoch is scored on `validation`, and the weights of the best one are kept.
  History fit(const Data<Input>& data, const Data<Input>& validation, const FitOptions& options = {},
              Where caller = Where::here()) {
    const Task scored = task_of(model_, validation, caller);
    return weft::fit(learner_, task_of(model_, data, caller), &scored, options, caller);
  }
  History fit(const Data<Input>& data, const FitOptions& options = {}, Where caller = Where::here()) {
    return weft::fit(learner_, task_of(model_, data, caller), nullptr, options, caller);
  }
  // The same for plain tensors: ids [n, time] for a model that takes a Batch, or inputs [n, ..] for one that takes a Tensor or a
  // Variable; targets [n, ..] as the loss takes them, classes or numbers.
  History fit(const Tensor& inputs, const Tensor& targets, const FitOptions& options = {}, Where caller = Where::here()) {
    return fit(data_of(inputs, targets, caller), options, caller);
  }

  // Returns the loss and the metrics on `data`.
  Scores evaluate(const Data<Input>& data, Where caller = Where::here()) {
    return weft::evaluate(learner_, task_of(model_, data, caller), caller);
  }
  Scores evaluate(const Tensor& inputs, const Tensor& targets, Where caller = Where::here()) {
    return evaluate(data_of(inputs, targets, caller), caller);
  }

  // Returns the model's predictions for every example, in the data's order: softmax(logits), [n, classes]; for outputs per token
  // [n, time, classes], with zeros after an example's own. With nn::MSE they are the outputs, with nn::BCEWithLogits their
  // sigmoid. The batch size changes no bit.
  Tensor predict(const Data<Input>& data, std::int64_t batch_size = kEvaluationBatch, Where caller = Where::here()) {
    auto of = [this](const Tensor& logits) { return learner_.loss.predictions(logits); };
    return weft::predict(model_, task_of(model_, data, caller), of, batch_size, caller);
  }
  Tensor predict(const Tensor& inputs, std::int64_t batch_size = kEvaluationBatch, Where caller = Where::here()) {
    return predict(data_of(inputs, caller), batch_size, caller);
  }
  // Returns the outputs themselves.
  Tensor outputs(const Data<Input>& data, std::int64_t batch_size = kEvaluationBatch, Where caller = Where::here()) {
    auto of = [](const Tensor& logits) { return logits; };
    return weft::predict(model_, task_of(model_, data, caller), of, batch_size, caller);
  }
  Tensor outputs(const Tensor& inputs, std::int64_t batch_size = kEvaluationBatch, Where caller = Where::here()) {
    return outputs(data_of(inputs, caller), batch_size, caller);
  }

  optim::Optimizer& optimizer() { return *learner_.optimizer; }

 private:
  static auto data_of(const Tensor& inputs, const Tensor& targets, Where caller) {
    if constexpr (std::same_as<Input, Batch>) {
      return LabelledSequences(inputs, targets, caller);
    } else {
      static_assert(std::constructible_from<Input, Tensor>, "plain tensors are for models that take a Batch, Tensor or Variable");
      return TensorDataset<Input>(inputs, targets, caller);
    }
  }
  static auto data_of(const Tensor& inputs, Where caller) {
    return data_of(inputs, zeros({inputs.dims() > 0 ? inputs.size(0) : 0}, DType::i64), caller);
  }

  Model& model_;
  Learner learner_;
};

}  // namespace weft
