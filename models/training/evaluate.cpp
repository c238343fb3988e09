#include <weft/models/data/batches.h>
#include <weft/models/training/detail/batch_reader.h>
#include <weft/models/training/detail/evaluating.h>
#include <weft/models/training/detail/tally.h>
#include <weft/models/training/evaluate.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>

#include <algorithm>

namespace weft {

namespace {

// Returns batches in the data's order.
std::vector<std::vector<std::size_t>> batches_in_order(const std::vector<std::int64_t>& lengths, std::int64_t batch_size) {
  std::vector<std::vector<std::size_t>> batches;
  std::int64_t longest = 0;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    longest = std::max(longest, lengths[i]);
    const std::int64_t size = batches.empty() ? batch_size : std::ssize(batches.back());
    if (size == batch_size || (size + 1) * longest > detail::kMostTokens) {
      batches.emplace_back();
      longest = lengths[i];
    }
    batches.back().push_back(i);
  }
  return batches;
}

}  // namespace

Scores evaluate(nn::Module& model, const Task& data, const Loss& loss, const Metrics& metrics, std::int64_t batch_size,
                Where caller) {
  check<ValueError>(!data.lengths.empty(), caller, "evaluate: there are no examples");
  check<ValueError>(batch_size >= 1, caller, "evaluate: batch_size is ", batch_size, ", not at least 1");
  loss.check_reduction("evaluate", caller);
  const detail::Evaluating evaluating(model);
  detail::Tally tally(loss, metrics);
  const auto batches = text::batches_by_length(
      data.lengths, {.batch_size = static_cast<std::size_t>(batch_size), .most_tokens = detail::kMostTokens});
  detail::BatchReader reader(data, batches);
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const Task::Output output = reader.next()();
    const Variable value = loss.evaluate(output.logits, output.targets, caller);
    detail::check_loss(value, "evaluate", caller);
    const CallScope scope(caller);
    tally.add(value.item(), output);
  }
  return tally.scores();
}

Tensor predict(nn::Module& model, const Task& data, const std::function<Tensor(const Tensor& logits)>& of,
               std::int64_t batch_size, Where caller) {
  check<ValueError>(batch_size >= 1, caller, "predict: batch_size is ", batch_size, ", not at least 1");
  std::vector<Tensor> parts;
  {
    const detail::Evaluating evaluating(model);
    const auto batches = batches_in_order(data.lengths, batch_size);
    detail::BatchReader reader(data, batches);
    for (std::size_t i = 0; i < batches.size(); ++i) parts.push_back(of(reader.next()().logits.tensor()));
  }
  const CallScope scope(caller);
  return detail::concat_padded(parts, data.outputs);
}

Tensor detail::concat_padded(const std::vector<Tensor>& parts, const std::vector<std::int64_t>& outputs) {
  require<ValueError>(!parts.empty(), "predict: there are no examples");
  Shape shape = parts[0].shape();
  shape[0] = 0;
  for (const Tensor& part : parts) {
    shape[0] += part.shape()[0];
    if (shape.dims() > 2) shape[1] = std::max(shape[1], part.shape()[1]);
  }
  Tensor whole = zeros(shape, parts[0].dtype());
  std::int64_t row = 0;
  for (const Tensor& part : parts) {
    if (shape.dims() < 3) {
      Tensor target = slice(whole, 0, row, row + part.shape()[0]);
      copy_to(target, part);
    }
    for (std::int64_t i = 0; shape.dims() > 2 && i < part.shape()[0]; ++i) {
      std::int64_t own = std::min(part.shape()[1], outputs[static_cast<std::size_t>(row + i)]);
      Tensor target = slice(select(whole, 0, row + i), 0, 0, own);
      copy_to(target, slice(select(part, 0, i), 0, 0, own));
    }
    row += part.shape()[0];
  }
  return whole;
}

}  // namespace weft
