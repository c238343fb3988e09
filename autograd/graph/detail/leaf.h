// What a leaf Variable stores besides its tensor.
#pragma once

#include <weft/autograd/graph/variable.h>

#include <atomic>

namespace weft {

// A leaf's gradient: a tensor, or row-sparse, or both as long as the tensor made from the rows has not been written.
struct LeafGradient {
  Variable tensor = {};
  std::unique_ptr<RowSparse> rows = {};

  bool defined() const { return tensor.defined() || rows; }
  // Returns the rows, or null if only the tensor holds the gradient.
  const RowSparse* as_rows() const { return rows && !written() ? rows.get() : nullptr; }
  // Returns the gradient as a tensor, if there is a gradient; the rows are kept.
  const Variable& as_tensor() {
    if (rows && !tensor.defined()) make_tensor();
    return tensor;
  }
  // The same for writing: the rows are dropped.
  Variable& changed_tensor() {
    if (rows) {
      as_tensor();
      rows.reset();
    }
    return tensor;
  }

  void make_tensor();
  bool written() const;
  const Storage* made = nullptr;  // the tensor's memory when it was made from the rows, at this version
  std::uint32_t made_version = 0;
};

struct Leaf {
  LeafGradient grad;
  std::vector<std::function<Variable(const Variable&)>> hooks;
  std::string name;  // for errors

  // --- notes of the backward pass that adds to the leaf ---
  std::atomic<const void*> owner{nullptr};
  LeafGradient arrived;
  std::int32_t arrivals = 0;  // gradients in the last chain of their sum
};

}  // namespace weft
