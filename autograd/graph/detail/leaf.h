// What a leaf Variable keeps beside its tensor.
#pragma once

#include <weft/autograd/graph/variable.h>

#include <atomic>

namespace weft {

// A leaf's gradient: a tensor, or row-sparse, or both while the tensor that was made from the rows is not written.
struct LeafGradient {
  Variable tensor = {};
  std::unique_ptr<RowSparse> rows = {};

  bool defined() const { return tensor.defined() || rows; }
  // The rows; null when only the tensor holds the gradient.
  const RowSparse* as_rows() const { return rows && !written() ? rows.get() : nullptr; }
  // The gradient as a tensor, if there is one at all; the rows stay.
  const Variable& as_tensor() {
    if (rows && !tensor.defined()) make_tensor();
    return tensor;
  }
  // The same for a change: the rows are dropped.
  Variable& changed_tensor() {
    if (rows) {
      as_tensor();
      rows.reset();
    }
    return tensor;
  }

  void make_tensor();
  bool written() const;
  const Storage* made = nullptr;  // from the rows, at this version
  std::uint32_t made_version = 0;
};

struct Leaf {
  LeafGradient grad;
  std::vector<std::function<Variable(const Variable&)>> hooks;
  std::string name;  // what errors call it

  // --- notes of the backward pass that adds to it ---
  std::atomic<const void*> owner{nullptr};
  LeafGradient arrived;
  std::int32_t arrivals = 0;  // gradients in the last chain of their sum
};

}  // namespace weft
