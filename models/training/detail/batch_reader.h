// Reads the batches of a Task one after the other, ahead of time if the data requests it.
#pragma once

#include <weft/models/io/read_ahead.h>
#include <weft/models/training/task.h>
#include <weft/tensor/arithmetic/example_draws.h>

#include <optional>

namespace weft::detail {

// Examples of an update that have been read.
struct ReadyBatch {
  std::vector<std::size_t> indices;
  Task::Forward forward;
  std::int64_t first = 0;  // how many examples of the update come before them

  // Returns the scope in which the model runs on them.
  ExampleDraws draws(std::uint64_t update, Where caller) const { return {update, first, std::ssize(indices), caller}; }
};

class BatchReader {
 public:
  // `task` and `batches` must outlive the reader.
  BatchReader(const Task& task, std::span<const std::vector<std::size_t>> batches);

  // Returns the next batch, which must exist. Throws what reading it threw.
  Task::Forward next();
  // Waits until nothing is read any more. There is no next batch then.
  void stop() { ahead_.reset(); }

 private:
  const Task& task_;
  std::span<const std::vector<std::size_t>> batches_;
  std::size_t at_ = 0;
  std::optional<text::ReadAhead<Task::Forward>> ahead_;  // declared last, because its thread uses the others
};

}  // namespace weft::detail
