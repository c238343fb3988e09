// Shards: how an update's examples are divided, so that its gradient is the same on any number of ranks.
#pragma once

#include <weft/tensor/array/detail/row_parts.h>
#include <weft/tensor/indexing/row_sparse.h>

#include <cstdint>
#include <vector>

namespace weft {

// Shard s of S consists of the examples [sB/S, (s+1)B/S) of an update's B. The gradients of the shards are added in a binary tree
// over P slots, the smallest power of two of at least S; slots without examples are left out. Rank r of R, a power of two of at
// most S, computes the P/R slots of one subtree.
class Shards {
 public:
  explicit Shards(std::int64_t count);

  std::int64_t count() const { return count_; }
  std::int64_t slots() const { return slots_; }
  // Returns the examples of a slot, of an update of `examples`.
  IndexRange examples_of(std::int64_t slot, std::int64_t examples) const;
  // Returns the slots of a rank.
  IndexRange slots_of(int rank, int ranks) const { return part_of(slots_, rank, ranks); }

 private:
  std::int64_t count_, slots_;
};

// The gradient of one parameter. Rows are those of an embedding; if it is also used as a weight, both parts are defined. They are
// added apart from each other, until join() makes one of them.
struct ParameterGradient {
  Tensor dense = {};
  RowSparse rows = {};

  bool defined() const { return dense.defined() || rows.defined(); }
  // Adds the rows to the dense part, if both are defined.
  void join();
};

// Which kinds of gradients of one parameter a rank has, or some ranks together: a set of these.
enum Kinds : char { kNone = 0, kRows = 1, kDense = 2 };

// Returns left + right, which may reuse the memory of `left`; an undefined part is left out.
ParameterGradient add(ParameterGradient left, const ParameterGradient& right);

// Sums of gradients over the slots of a tree, which arrive in order. At most log2 of their number plus one are pending.
class GradientTree {
 public:
  explicit GradientTree(std::size_t parameters) : parameters_(parameters) {}
  // Adds the gradients of the next slot; an empty list stands for a slot without examples.
  void push(std::vector<ParameterGradient> gradients);
  // Returns the sums. The number of slots must be a power of two.
  std::vector<ParameterGradient> total();

 private:
  std::size_t parameters_;
  std::int64_t slots_ = 0;
  std::vector<std::vector<ParameterGradient>> pending_;
};

}  // namespace weft
