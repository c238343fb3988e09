#include <weft/autograd/basics/reduce.h>
#include <weft/models/training/task.h>

namespace weft {

Task::Output detail::output_of(const ModelOutput& output, const Tensor& targets, std::int64_t examples, Where caller) {
  const Variable& extra = output.extra_loss;
  if (!extra.defined()) return {output.logits, targets};
  const bool each = extra.shape() == Shape{examples};
  check<ShapeError>(each || extra.numel() == 1, caller, "the model's extra_loss is ", describe(extra.tensor()),
                    ", not one number, or one for each of ", examples, " examples");
  if (!each) return {output.logits, targets, extra};
  return {output.logits, targets, sum(extra, {}, false, caller), extra};
}

}  // namespace weft
