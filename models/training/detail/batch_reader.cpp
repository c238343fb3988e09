#include <weft/models/training/detail/batch_reader.h>

namespace weft::detail {

BatchReader::BatchReader(const Task& task, std::span<const std::vector<std::size_t>> batches) : task_(task), batches_(batches) {
  if (!task.read_ahead) return;
  ahead_.emplace([this]() -> std::optional<Task::Forward> {
    if (at_ == batches_.size()) return std::nullopt;
    return task_.read(batches_[at_++]);
  });
}

Task::Forward BatchReader::next() { return ahead_ ? *ahead_->next() : task_.read(batches_[at_++]); }

}  // namespace weft::detail
