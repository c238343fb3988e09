// Task: a model together with the data that training, evaluation or prediction runs it on.
#pragma once

#include <weft/models/training/data.h>

#include <functional>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

namespace weft {

// Examples and a model to run on them, without the types of either.
struct Task {
  std::vector<std::int64_t> lengths;  // of each example
  std::vector<std::int64_t> tokens;   // of each example, for the speed; empty: the lengths
  std::vector<std::int64_t> outputs;  // for a model with one output per token: how many belong to the example
  struct Output {
    Variable logits;
    Tensor targets;
    Variable extra_loss = {};         // one number, see ModelOutput
    Variable extra_of_examples = {};  // [batch], if the model gives it for each example
  };
  // A batch that has been read. Calls run the model on it; there may be several.
  struct Forward {
    Tensor targets;
    std::function<Output()> run;
    Output operator()() const { return run(); }
  };
  std::function<Forward(std::span<const std::size_t> indices)> read;
  bool read_ahead = false;                          // see Data
  std::function<std::uint64_t()> fingerprint = {};  // of the data; expensive to compute
};

namespace detail {
template <class Model, class Input>
std::type_identity<std::remove_cvref_t<Input>> input_of(Variable (Model::*)(Input));
template <class Model, class Input>
std::type_identity<std::remove_cvref_t<Input>> input_of(Variable (Model::*)(Input) const);
template <class Model, class Input>
std::type_identity<std::remove_cvref_t<Input>> input_of(Variable (Model::*)(Input, Where));
template <class Model, class Input>
std::type_identity<std::remove_cvref_t<Input>> input_of(Variable (Model::*)(Input, Where) const);

// Throws ShapeError unless the model's own loss is one number, or one for each of the examples.
Task::Output output_of(const ModelOutput& output, const Tensor& targets, std::int64_t examples, Where caller);

// Runs the model on a batch of this many examples; `forward` may take an Input& too.
template <class Model, class Example>
Task::Output run(Model& model, Example& example, std::int64_t examples, Where caller) {
  const auto with_loss = [&](const ModelOutput& output) { return output_of(output, example.targets, examples, caller); };
  if constexpr (requires { model.forward_with_loss(example.input, caller); })
    return with_loss(model.forward_with_loss(example.input, caller));
  else if constexpr (requires { model.forward_with_loss(example.input); })
    return with_loss(model.forward_with_loss(example.input));
  else if constexpr (requires { model.forward(example.input, caller); })
    return {model.forward(example.input, caller), example.targets};
  else
    return {model.forward(example.input), example.targets};
}
}  // namespace detail

// What a model's forward takes.
template <class Model>
using InputOf = typename decltype(detail::input_of(&Model::forward))::type;

// Returns the task of running `model`, as Trainer describes it, on `data`. Both must outlive the task. A forward that takes a
// Where after its input gets `caller`.
template <class Model>
Task task_of(Model& model, const Data<InputOf<Model>>& data, Where caller = Where::here()) {
  Task task;
  for (std::size_t i = 0; i < static_cast<std::size_t>(data.size()); ++i) {
    task.lengths.push_back(data.length(i));
    task.tokens.push_back(data.tokens(i));
    task.outputs.push_back(data.outputs(i));
  }
  using Example = typename Data<InputOf<Model>>::Example;
  task.read = [&model, caller, &data](std::span<const std::size_t> indices) -> Task::Forward {
    const auto example = std::make_shared<Example>(data.batch(indices));
    const std::int64_t count = std::ssize(indices);
    return {example->targets, [&model, caller, example, count] { return detail::run(model, *example, count, caller); }};
  };
  task.read_ahead = data.read_ahead();
  task.fingerprint = [&data] { return data.fingerprint(); };
  return task;
}

}  // namespace weft
