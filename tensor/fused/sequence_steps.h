// SequenceSteps: a padded batch of sequences, step by step and without the padding.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <vector>

namespace weft {

// Rows are ordered by length, longest first, so that the rows that have a step s are the first count(s). A packed array holds the
// rows of step 0, then those of step 1, and so on: [rows(), width]. A history has one more step in front, the state before the
// first step, with all rows. `reverse` counts each row's steps from its end. Arrays are row-major f32.
class SequenceSteps {
 public:
  // Lengths are i64 [batch], within 0 .. time; if undefined, all rows have `time` steps.
  SequenceSteps(std::int64_t batch, std::int64_t time, const Tensor& lengths, bool reverse);

  std::int64_t batch() const { return batch_; }
  std::int64_t time() const { return time_; }
  std::int64_t steps() const { return static_cast<std::int64_t>(begin_.size()) - 1; }
  std::int64_t rows() const { return begin_.back(); }
  // The number of rows that have step s, and where they start in a packed array.
  std::int64_t count(std::int64_t s) const { return begin(s + 1) - begin(s); }
  std::int64_t begin(std::int64_t s) const { return begin_[static_cast<std::size_t>(s)]; }
  // Where a history holds the state of the rows before step s.
  std::int64_t before(std::int64_t s) const { return s == 0 ? 0 : batch_ + begin(s - 1); }

  // Converts [batch, time, width] to packed and back; padding becomes zero.
  void pack(const float* padded, std::int64_t width, float* packed) const;
  void unpack(const float* packed, std::int64_t width, float* padded) const;
  // Converts [batch, width] to rows ordered by length and back.
  void order_rows(const float* states, std::int64_t width, float* ordered) const;
  void restore_rows(const float* ordered, std::int64_t width, float* states) const;
  // Extracts each row's last state from a history -> [batch, width].
  void last_rows(const float* history, std::int64_t width, float* states) const;
  // Extracts from a history the state before the step of each row of a packed array -> [rows(), width].
  void previous_rows(const float* history, std::int64_t width, float* packed) const;
  // Adds step s of [batch, time, width] to the first count(s) rows of `ordered`.
  void add_step(const float* padded, std::int64_t s, std::int64_t width, float* ordered) const;

 private:
  // The position of row j's step s in [batch, time].
  std::int64_t place(std::int64_t j, std::int64_t s) const;
  std::int64_t length(std::int64_t j) const { return lengths_[static_cast<std::size_t>(j)]; }
  std::int64_t row(std::int64_t j) const { return order_[static_cast<std::size_t>(j)]; }

  std::int64_t batch_, time_;
  bool reverse_;
  std::vector<std::int64_t> order_;    // order of the batch's rows
  std::vector<std::int64_t> lengths_;  // ordered likewise
  std::vector<std::int64_t> begin_;    // [steps + 1]
};

}  // namespace weft
