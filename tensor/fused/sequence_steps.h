// SequenceSteps: a padded batch of sequences seen step by step, without the padding.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <vector>

namespace weft {

// Rows are ordered by length, longest first, so that those which have a step s are the first count(s). A packed array holds the
// rows of step 0, then those of step 1, and so on: [rows(), width]. A history holds one more step in front, with all rows: the
// state before the first step. `reverse` counts each row's steps from its end. Arrays are row-major f32.
class SequenceSteps {
 public:
  // Lengths are i64 [batch], within 0 .. time; undefined: all rows have `time` steps.
  SequenceSteps(std::int64_t batch, std::int64_t time, const Tensor& lengths, bool reverse);

  std::int64_t batch() const { return batch_; }
  std::int64_t time() const { return time_; }
  std::int64_t steps() const { return static_cast<std::int64_t>(begin_.size()) - 1; }
  std::int64_t rows() const { return begin_.back(); }
  // The rows that have step s, and where they start in a packed array.
  std::int64_t count(std::int64_t s) const { return begin(s + 1) - begin(s); }
  std::int64_t begin(std::int64_t s) const { return begin_[static_cast<std::size_t>(s)]; }
  // Where a history holds the rows as they were before step s.
  std::int64_t before(std::int64_t s) const { return s == 0 ? 0 : batch_ + begin(s - 1); }

  // [batch, time, width] to packed, and back; padding becomes zero.
  void pack(const float* padded, std::int64_t width, float* packed) const;
  void unpack(const float* packed, std::int64_t width, float* padded) const;
  // [batch, width] to rows in order of length, and back.
  void order_rows(const float* states, std::int64_t width, float* ordered) const;
  void restore_rows(const float* ordered, std::int64_t width, float* states) const;
  // Of a history, each row's last state -> [batch, width].
  void last_rows(const float* history, std::int64_t width, float* states) const;
  // Of a history, what each row of a packed array had before its step -> [rows(), width].
  void previous_rows(const float* history, std::int64_t width, float* packed) const;
  // Adds step s of [batch, time, width] to the first count(s) rows of `ordered`.
  void add_step(const float* padded, std::int64_t s, std::int64_t width, float* ordered) const;

 private:
  // The place of row j's step s in [batch, time].
  std::int64_t place(std::int64_t j, std::int64_t s) const;
  std::int64_t length(std::int64_t j) const { return lengths_[static_cast<std::size_t>(j)]; }
  std::int64_t row(std::int64_t j) const { return order_[static_cast<std::size_t>(j)]; }

  std::int64_t batch_, time_;
  bool reverse_;
  std::vector<std::int64_t> order_;    // of the rows in the batch
  std::vector<std::int64_t> lengths_;  // in that order
  std::vector<std::int64_t> begin_;    // [steps + 1]
};

}  // namespace weft
