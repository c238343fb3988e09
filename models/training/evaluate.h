// Evaluation and prediction: running a model on data without training it.
#pragma once

#include <weft/models/progress/history.h>
#include <weft/models/training/loss.h>
#include <weft/models/training/streaming_metric.h>
#include <weft/models/training/task.h>
#include <weft/nn/module/module.h>

#include <functional>
#include <vector>

namespace weft {

// These functions put the model into eval mode and restore its mode afterwards, and build no graph.

inline constexpr std::int64_t kEvaluationBatch = 64;

// Returns the loss, its mean over the targets that count, and the metrics of a model on `data`. Batches hold examples of similar
// lengths; their size changes only the rounding of the loss. Afterwards the metrics hold what they were given here. Throws
// ValueError if there are no examples, ShapeError unless the loss is one number.
Scores evaluate(nn::Module& model, const Task& data, const Loss& loss, const Metrics& metrics = {},
                std::int64_t batch_size = kEvaluationBatch, Where caller = Where::here());

// The same for any model that a Trainer takes, as in a training loop of your own:
//
//     Scores scores = evaluate(model, test, nn::CrossEntropy(), {metrics::accuracy()});
template <class Model>
Scores evaluate(Model& model, const Data<InputOf<Model>>& data, const Loss& loss, const Metrics& metrics = {},
                std::int64_t batch_size = kEvaluationBatch, Where caller = Where::here()) {
  return evaluate(model, task_of(model, data, caller), loss, metrics, batch_size, caller);
}

// Returns what `of` makes of the logits of each batch, for all examples and in the data's order, joined along the first axis.
// Outputs per token are padded with zeros to the longest. The batch size changes no bit of a row. Throws ValueError if there are
// no examples.
Tensor predict(nn::Module& model, const Task& data, const std::function<Tensor(const Tensor& logits)>& of,
               std::int64_t batch_size = kEvaluationBatch, Where caller = Where::here());

namespace detail {
// Concatenates [n, ..] tensors of one rank along axis 0. With three axes or more the second is time: row i keeps outputs[i]
// entries of it, and the rest, up to the longest part, is zero.
Tensor concat_padded(const std::vector<Tensor>& parts, const std::vector<std::int64_t>& outputs);
}  // namespace detail

}  // namespace weft
