// Compares the gradients of a batch from one graph with those of each shard's own graph.
#pragma once

#include <weft/autograd/engine/sharded_gradients.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/reduction/detail/shard_tree.h>

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

namespace weft {

// The loss of the examples begin .. end-1, a sum, from leaves that the caller keeps.
using LossOfExamples = std::function<Variable(std::int64_t begin, std::int64_t end)>;

// A leaf's gradient: the sums over rows, and the lookups.
struct LeafSums {
  Tensor dense;
  RowSparse rows;
};

// Takes the gradients out of the leaves.
inline std::vector<LeafSums> take_gradients(ShardedGradients& scope, const std::vector<Variable>& leaves) {
  std::vector<LeafSums> all;
  for (Variable leaf : leaves) {
    LeafSums sums{{}, scope.take_lookups(leaf)};
    if (leaf.grad_rows().defined())
      sums.rows = leaf.grad_rows();
    else if (leaf.has_grad())
      sums.dense = clone(leaf.grad().tensor());
    all.push_back(sums);
    leaf.zero_grad();
  }
  return all;
}

// The sum of the shards' gradients in the tree of ShardedGradients. Undefined ones are those of shards without examples.
inline Tensor sum_of_shards(std::vector<Tensor> gradients) {
  return add_in_shard_tree(std::move(gradients), [](const Tensor& a, const Tensor& b) { return a + b; });
}
inline RowSparse sum_of_shards(std::vector<RowSparse> gradients) {
  return add_in_shard_tree(std::move(gradients), [](const RowSparse& a, const RowSparse& b) { return add(a, b); });
}

// The definition: each shard's gradients alone, added in the tree.
inline std::vector<LeafSums> gradients_by_definition(const std::vector<Variable>& leaves, const std::vector<std::int64_t>& ends,
                                                     const LossOfExamples& loss) {
  std::vector<std::vector<Tensor>> dense(leaves.size(), std::vector<Tensor>(ends.size()));
  std::vector<std::vector<RowSparse>> rows(leaves.size(), std::vector<RowSparse>(ends.size()));
  for (std::size_t s = 0; s < ends.size(); ++s) {
    const std::int64_t begin = s ? ends[s - 1] : 0;
    if (ends[s] == begin) continue;
    ShardedGradients scope({ends[s] - begin}, ShardedGradients::Lookups::kept);
    loss(begin, ends[s]).backward();
    REQUIRE(scope.unsharded().empty());
    const std::vector<LeafSums> all = take_gradients(scope, leaves);
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      dense[i][s] = all[i].dense;
      rows[i][s] = all[i].rows;
    }
  }
  std::vector<LeafSums> sums;
  for (std::size_t i = 0; i < leaves.size(); ++i) sums.push_back({sum_of_shards(dense[i]), sum_of_shards(rows[i])});
  return sums;
}

inline bool same_rows(const RowSparse& a, const RowSparse& b) {
  if (!a.defined() || !b.defined()) return a.defined() == b.defined();
  return equal_bits(a.rows, b.rows) && equal_bits(a.values, b.values);
}
inline bool same_dense(const Tensor& a, const Tensor& b) {
  return a.defined() && b.defined() ? equal_bits(a, b) : a.defined() == b.defined();
}

// The names of leaves (here: their positions) whose gradients differ; or the op that cannot be sharded.
inline std::string shards_differ(const std::vector<Variable>& leaves, const std::vector<std::int64_t>& ends,
                                 const LossOfExamples& loss) {
  const std::vector<LeafSums> expected = gradients_by_definition(leaves, ends, loss);
  ShardedGradients scope(ends, ShardedGradients::Lookups::kept);
  loss(0, ends.back()).backward();
  if (!scope.unsharded().empty()) return scope.unsharded();
  const std::vector<LeafSums> found = take_gradients(scope, leaves);
  std::string wrong;
  for (std::size_t i = 0; i < leaves.size(); ++i)
    if (!same_dense(found[i].dense, expected[i].dense) || !same_rows(found[i].rows, expected[i].rows))
      wrong += "leaf " + std::to_string(i) + " ";
  return wrong;
}

// Shards of B examples as the training loop cuts them: shard s ends at (s + 1) B / S.
inline std::vector<std::int64_t> even_shards(std::int64_t examples, std::int64_t shards) {
  std::vector<std::int64_t> ends;
  for (std::int64_t s = 0; s < shards; ++s) ends.push_back((s + 1) * examples / shards);
  return ends;
}

}  // namespace weft
