// Trainer: fit, evaluate and predict for any model with a forward.
#pragma once

#include <weft/models/training/data.h>
#include <weft/models/training/training_loop.h>
#include <weft/tensor/softmax.h>

namespace weft {

namespace detail {
template <class Model, class Input>
std::type_identity<std::remove_cvref_t<Input>> input_of(Variable (Model::*)(Input));
template <class Model, class Input>
std::type_identity<std::remove_cvref_t<Input>> input_of(Variable (Model::*)(Input) const);
}  // namespace detail

// Trains a model that has `Variable forward(Input)` giving logits [.., classes], or what else the loss takes: an Input is what
// the Data gives, such as a Batch, or any type of yours. A model may also have `ModelOutput forward_with_loss(Input)`, for a loss
// of its own beside that of its logits; training minimizes the sum, and epochs tell it as extra_loss.
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
          const std::vector<ParameterGroup>& groups = {})
      : model_(model), loop_(model, optimizer, std::move(loss), std::move(metrics), groups) {}

  // Trains on `data`; every epoch is scored on `validation`, and the weights of the best one are kept.
  History fit(const Data<Input>& data, const Data<Input>& validation, const FitOptions& options = {}) {
    Task validation_task = task(validation);
    return loop_.fit(task(data), &validation_task, options);
  }
  History fit(const Data<Input>& data, const FitOptions& options = {}) { return loop_.fit(task(data), nullptr, options); }
  // ids [n, time], labels [n].
  History fit(const Tensor& ids, const Tensor& labels, const FitOptions& options = {}, Where where = Where::here()) {
    return fit(LabelledSequences(ids, labels, where), options);
  }

  Scores evaluate(const Data<Input>& data) { return loop_.evaluate(task(data)); }

  // softmax(logits) of every example, in the data's order: [n, classes]; for outputs per token [n, time, classes], zeros behind
  // an example's own. The batch size changes no bit.
  Tensor predict(const Data<Input>& data, std::int64_t batch_size = 64) {
    return outputs(data, batch_size, [](const Tensor& logits) { return softmax(logits); });
  }
  // The same without the softmax, for models whose outputs are no classes.
  Tensor outputs(const Data<Input>& data, std::int64_t batch_size = 64) {
    return outputs(data, batch_size, [](const Tensor& logits) { return logits; });
  }

  optim::Optimizer& optimizer() { return loop_.optimizer(); }

 private:
  Tensor outputs(const Data<Input>& data, std::int64_t batch_size, Tensor (*function)(const Tensor& logits)) {
    Task whole = task(data);
    std::vector<Tensor> parts;
    loop_.predict(whole, batch_size, [&](const Tensor& logits) { parts.push_back(function(logits)); });
    return concat_padded(parts, whole.outputs);
  }

  Task task(const Data<Input>& data) {
    Task task;
    for (std::size_t i = 0; i < static_cast<std::size_t>(data.size()); ++i) {
      task.lengths.push_back(data.length(i));
      task.outputs.push_back(data.outputs(i));
    }
    task.read = [this, &data](std::span<const std::size_t> indices) -> Task::Forward {
      return [this, example = std::make_shared<typename Data<Input>::Example>(data.batch(indices))] {
        if constexpr (requires { model_.forward_with_loss(example->input); }) {
          const ModelOutput output = model_.forward_with_loss(example->input);
          return Task::Output{output.logits, example->targets, output.extra_loss};
        } else {
          return Task::Output{model_.forward(example->input), example->targets};
        }
      };
    };
    task.read_ahead = data.read_ahead();
    task.fingerprint = data.fingerprint();
    return task;
  }

  Model& model_;
  TrainingLoop loop_;
};

}  // namespace weft
