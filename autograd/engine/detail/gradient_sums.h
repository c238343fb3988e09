// Sums of the gradients that arrive at one place in the graph. Only for engine.cpp.
#pragma once

#include <weft/autograd/basics/math.h>
#include <weft/autograd/graph/detail/leaf.h>
#include <weft/autograd/graph/node.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/detail/accumulate.h>
#include <weft/tensor/kernels/sum_tree.h>
#include <weft/tensor/reduction/detail/absent_rows.h>

#include <algorithm>
#include <vector>

namespace weft::detail {

// Adds `gradient` to the sum so far. The first gradient is taken without a copy; a sum is updated in place if nothing else uses
// its memory.
inline void add_gradient(Variable& sum, Variable gradient, bool create_graph) {
  if (!sum.defined()) {
    sum = std::move(gradient);
  } else if (create_graph) {
    sum = sum + gradient;
  } else if (only_here(sum)) {
    add_to(sum.tensor(), gradient.tensor());
  } else {
    sum = Variable(sum.tensor() + gradient.tensor());
  }
}

// Sums of more gradients than fit into one chain, in the tree of kernels/sum_tree.h.
class LongSums {
 public:
  explicit LongSums(bool create_graph) : create_graph_(create_graph) {}

  // Adds `gradient` to `sum`, whose last chain has `count` summands. The first gradient is inspected only when a second one
  // arrives, because usually there is only one.
  void add(Variable& sum, std::int32_t& count, Variable gradient) {
    if (!sum.defined()) {
      sum = std::move(gradient);
      count = kUnknown;
      return;
    }
    if (count == kUnknown) count = counts(sum.tensor());
    if (counts(gradient.tensor()) && ++count > kernels::kChain) {
      end_chain(sum);
      count = 1;
    }
    add_gradient(sum, std::move(gradient), create_graph_);
  }
  // Adds the sums of the finished chains to the last one. Call this at the end.
  void finish(Variable& sum) {
    if (waiting_.empty()) return;
    const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& w) { return w.place == &sum; });
    if (found == waiting_.end()) return;
    while (!found->sums.empty()) join(*found, sum);
    waiting_.erase(found);
  }

 private:
  static constexpr std::int32_t kUnknown = -1;

  // Returns whether the gradient counts towards the length of a chain: zeros, such as those of padded steps, do not, because they
  // make no difference.
  static bool counts(const Tensor& gradient) {
    return visit(gradient.dtype(), [&](auto type) {
      using T = decltype(type);
      if (gradient.numel() == 0 || *gradient.data<T>() != T{0}) return true;  // the usual case
      return !is_absent(contiguous(gradient).data<T>(), gradient.numel());
    });
  }
  struct Waiting {
    const Variable* place;
    std::int64_t chains = 0;
    std::vector<Variable> sums = {};
  };
  [[gnu::cold]] void end_chain(Variable& sum) {
    auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& w) { return w.place == &sum; });
    if (found == waiting_.end()) found = waiting_.insert(found, {&sum});
    for (int left = kernels::joined_sums(found->chains++); left > 0; --left) join(*found, sum);
    found->sums.push_back(std::exchange(sum, Variable()));
  }
  void join(Waiting& waiting, Variable& sum) const {
    Variable last = std::move(waiting.sums.back());
    waiting.sums.pop_back();
    add_gradient(last, std::move(sum), create_graph_);
    sum = std::move(last);
  }

  bool create_graph_;
  std::vector<Waiting> waiting_;
};

}  // namespace weft::detail
