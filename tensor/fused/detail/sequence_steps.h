// SequenceSteps: a padded batch of sequences, step by step and without the padding.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <vector>

namespace weft {

// Rows are ordered by length, longest first, so that the rows that have a step s are the first count(s). A packed array holds the
// rows of step 0, then those of step 1, and so on: [rows(), width]. A history has one more step in front, the state before the
// first step, with all rows: [batch() + rows(), width]. `reverse` counts each row's steps from its end. Arrays are f32.
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

  // Returns which row of the batch each row of a packed array belongs to.
  std::vector<std::int64_t> rows_of_batch() const;

  // Converts [batch, time, width] to packed and back; padding becomes zero.
  Tensor pack(const Tensor& padded) const;
  Tensor unpack(const Tensor& packed) const;
  // Converts [batch, width] to rows ordered by length and back.
  Tensor order(const Tensor& states) const;
  Tensor restore(const Tensor& ordered) const;
  // Returns a history that begins with the initial state [batch, width]. The steps are not filled in yet.
  Tensor history(const Tensor& initial) const;
  // Extracts from a history the states after all steps -> [batch, time, width], each row's last one -> [batch, width], and the
  // state before the step of each row of a packed array -> [rows(), width].
  Tensor outputs(const Tensor& history) const;
  Tensor last(const Tensor& history) const;
  Tensor previous(const Tensor& history) const;
  // Adds step s of [batch, time, width], contiguous, to the first count(s) rows of `ordered`.
  void add_step(const Tensor& padded, std::int64_t s, Tensor& ordered) const;

 private:
  template <class Body>
  void for_each_row(std::int64_t width, const Body& body) const;
  void order_into(Tensor& ordered, const Tensor& states) const;
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
