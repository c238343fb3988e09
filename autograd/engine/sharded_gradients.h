// ShardedGradients: gradients of a batch whose bits do not depend on how its examples are spread over graphs or processes.
#pragma once

#include <weft/autograd/graph/variable.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace weft {

namespace detail {
struct ShardScope;
}

// While an object of this class exists, backward() of this thread sums the gradients of leaves shard by shard. A shard is a run
// of consecutive examples, the entries of the first axis of what the model reads. The gradient of the batch is that of each
// shard, as if it had a graph of its own, added in a binary tree over the shards.
//
// The gradient of one shard is, by definition, what backward() computes in a scope in which only this shard has examples; then
// any op may be used. In a scope of several shards the gradients come from one graph and have the same bits, if
//   - the output of backward() is a sum over the examples: a loss with Reduction::sum, perhaps divided by a constant that does
//     not depend on the shard;
//   - the loss is a cross-entropy whose targets have the examples as first axis, or it is computed from mark_examples();
//   - no op mixes examples, and leaves get their gradients from layers, biases and embeddings, whose gradients are sums over rows
//     of the batch. Constants must not depend on other examples either.
// The engine checks this on the way back, op by op, and where it cannot tell it changes no leaf and names the op: see
// unsharded(). The length of the padding makes no difference. Gradients of grad(), and of gradients, are computed as without a
// scope.
class ShardedGradients {
 public:
  // What happens to the lookups of a leaf that also gets other gradients, such as a tied embedding. Both are summed over the
  // shards apart from each other. Then the lookups are added to the gradient, or kept for take_lookups(), so that other
  // processes' shards can be added first.
  enum class Lookups { added, kept };

  // ends[s] is the end of the examples of shard s. There are a power of two of shards, which may be empty: those are skipped in
  // the tree. Throws ValueError unless the ends ascend and their number is a power of two.
  explicit ShardedGradients(std::vector<std::int64_t> ends, Lookups lookups = Lookups::added, Where caller = Where::here());
  ~ShardedGradients();
  ShardedGradients(const ShardedGradients&) = delete;
  ShardedGradients& operator=(const ShardedGradients&) = delete;

  // The name of the op because of which a backward pass could not be sharded; "" if all could. Such a pass changed no leaf.
  std::string unsharded() const;

  // During backward() calls take(leaf, sum) with each dense sum that is the whole gradient of a leaf, lookups apart, as soon as
  // it is complete; the pass goes on with other leaves. If take() returns true, it has the gradient, and the leaf does not get
  // it. A leaf is offered once. If the pass turns out to be unsharded() later, what was taken is wrong, too: layers above the op
  // have seen mixed examples. Between ops meanwhile() is called.
  void take_early(std::function<bool(const Variable& leaf, const Tensor& sum)> take, std::function<void()> meanwhile);

  // Returns the lookups that were kept for this leaf, and forgets them; undefined if there are none.
  RowSparse take_lookups(const Variable& leaf);

 private:
  std::unique_ptr<detail::ShardScope> scope_;
};

// Returns x as it is, and states for ShardedGradients that its first axis are the examples: the loss needs no targets then.
Variable mark_examples(const Variable& x, Where caller = Where::here());

}  // namespace weft
