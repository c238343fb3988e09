// Trainer: fit, evaluate and predict for any model with a forward.
#pragma once

#include <weft/models/training/data.h>
#include <weft/models/training/training_loop.h>
#include <weft/tensor/array/create.h>

#include <utility>

namespace weft {

namespace detail {
template <class Model, class Input>
std::type_identity<std::remove_cvref_t<Input>> input_of(Variable (Model::*)(Input));
template <class Model, class Input>
std::type_identity<std::remove_cvref_t<Input>> input_of(Variable (Model::*)(Input) const);
template <class Model, class Input>
std::type_identity<std::remove_cvref_t<Input>> input_of(Variable (Model::*)(Input, Where));
template <class Model, class Input>
std::type_identity<std::remove_cvref_t<Input>> input_of(Variable (Model::*)(Input, Where) const);
}  // namespace detail

// Trains a model that has `Variable forward(Input)` returning logits [.., classes], or whatever else the loss takes. The Input is
// what the Data provides, such as a Batch, or any type of yours. A model may instead have `ModelOutput forward_with_loss(Input)`,
// which adds a loss of its own to that of its logits; training minimizes the sum, and epochs report it as extra_loss. Either may
// take a Where after the input: the line that called the Trainer.
//
//     Trainer trainer(model, optim::Adam({.lr = 1e-3}), nn::CrossEntropy(), {metrics::accuracy()});
//     trainer.fit(train, dev, {.epochs = 10, .batch_size = 32});
//     Tensor probabilities = trainer.predict(test);
//
// Keeps a reference to the model and a copy of the optimizer. Results depend on the seeds, not on the number of threads.
template <class Model>
class Trainer {
 public:
  using Input = typename decltype(detail::input_of(&Model::forward))::type;

  Trainer(Model& model, const optim::Optimizer& optimizer, Loss loss, Metrics metrics = {},
          const std::vector<ParameterGroup>& groups = {}, Where caller = Where::here())
      : model_(model), loop_(model, optimizer, std::move(loss), std::move(metrics), groups, caller) {}

  // Trains on `data`. Every epoch is scored on `validation`, and the weights of the best one are kept.
  History fit(const Data<Input>& data, const Data<Input>& validation, const FitOptions& options = {},
              Where caller = Where::here()) {
    Task validation_task = task(validation, caller);
    return loop_.fit(task(data, caller), &validation_task, options, caller);
  }
  History fit(const Data<Input>& data, const FitOptions& options = {}, Where caller = Where::here()) {
    return loop_.fit(task(data, caller), nullptr, options, caller);
  }
  // The same for plain tensors: ids [n, time] for a model that takes a Batch, or inputs [n, ..] for one that takes a Tensor or a
  // Variable; targets [n, ..] as the loss takes them, classes or numbers.
  History fit(const Tensor& inputs, const Tensor& targets, const FitOptions& options = {}, Where caller = Where::here()) {
    return fit(data_of(inputs, targets, caller), options, caller);
  }

  Scores evaluate(const Data<Input>& data, Where caller = Where::here()) {
    return loop_.evaluate(task(data, caller), 64, caller);
  }
  Scores evaluate(const Tensor& inputs, const Tensor& targets, Where caller = Where::here()) {
    return evaluate(data_of(inputs, targets, caller), caller);
  }

  // Returns the model's predictions for every example, in the data's order: softmax(logits), [n, classes]; for outputs per token
  // [n, time, classes], with zeros after an example's own. With nn::MSE they are the outputs, with nn::BCEWithLogits their
  // sigmoid. The batch size changes no bit.
  Tensor predict(const Data<Input>& data, std::int64_t batch_size = 64, Where caller = Where::here()) {
    return outputs(
        data, batch_size, [this](const Tensor& logits) { return loop_.loss().predictions(logits); }, caller);
  }
  Tensor predict(const Tensor& inputs, std::int64_t batch_size = 64, Where caller = Where::here()) {
    return predict(data_of(inputs, caller), batch_size, caller);
  }
  // Returns the outputs themselves.
  Tensor outputs(const Data<Input>& data, std::int64_t batch_size = 64, Where caller = Where::here()) {
    return outputs(
        data, batch_size, [](const Tensor& logits) { return logits; }, caller);
  }
  Tensor outputs(const Tensor& inputs, std::int64_t batch_size = 64, Where caller = Where::here()) {
    return outputs(data_of(inputs, caller), batch_size, caller);
  }

  optim::Optimizer& optimizer() { return loop_.optimizer(); }

 private:
  template <class Function>
  Tensor outputs(const Data<Input>& data, std::int64_t batch_size, Function function, Where caller) {
    Task whole = task(data, caller);
    std::vector<Tensor> parts;
    loop_.predict(
        whole, batch_size, [&](const Tensor& logits) { parts.push_back(function(logits)); }, caller);
    const CallScope scope(caller);
    return concat_padded(parts, whole.outputs);
  }

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

  Task::Output run(typename Data<Input>::Example& example, Where caller) {  // forward may take an Input& too
    const auto with_loss = [&](const ModelOutput& output) {
      return Task::Output{output.logits, example.targets, output.extra_loss};
    };
    if constexpr (requires { model_.forward_with_loss(example.input, caller); })
      return with_loss(model_.forward_with_loss(example.input, caller));
    else if constexpr (requires { model_.forward_with_loss(example.input); })
      return with_loss(model_.forward_with_loss(example.input));
    else if constexpr (requires { model_.forward(example.input, caller); })
      return {model_.forward(example.input, caller), example.targets};
    else
      return {model_.forward(example.input), example.targets};
  }

  Task task(const Data<Input>& data, Where caller) {
    Task task;
    for (std::size_t i = 0; i < static_cast<std::size_t>(data.size()); ++i) {
      task.lengths.push_back(data.length(i));
      task.tokens.push_back(data.tokens(i));
      task.outputs.push_back(data.outputs(i));
    }
    task.read = [this, caller, &data](std::span<const std::size_t> indices) -> Task::Forward {
      return [this, caller, example = std::make_shared<typename Data<Input>::Example>(data.batch(indices))] {
        return run(*example, caller);
      };
    };
    task.read_ahead = data.read_ahead();
    task.fingerprint = [&data] { return data.fingerprint(); };
    return task;
  }

  Model& model_;
  TrainingLoop loop_;
};

}  // namespace weft
