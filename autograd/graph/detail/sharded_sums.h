// ShardedSums: the parts of leaves' gradients that are sums over the rows of a batch, kept during a sharded pass.
#pragma once

#include <weft/autograd/graph/node.h>
#include <weft/tensor/indexing/detail/shard_lookups.h>

#include <string>
#include <unordered_map>
#include <vector>

namespace weft {

// Every contribution to a leaf is stored with the shard of each of its rows. When no more can arrive, those of a leaf are joined
// in each shard, in their order of arrival, and summed in one pass. With one shard that has examples, all rows belong to it, and
// gradients that are no sums over rows are allowed; this is the definition of a shard's gradient. An object belongs to one
// backward pass.
class ShardedSums {
 public:
  // ends[s]: the end of the examples of shard s.
  explicit ShardedSums(std::span<const std::int64_t> ends);

  bool one_shard() const { return only_ >= 0; }
  std::int64_t examples() const { return std::ssize(shard_of_); }

  // The node whose rule runs next, and the layouts of the gradients of its outputs. With one shard there are no layouts.
  void enter(const Node& node, std::span<const ExampleLayout> layouts) {
    node_ = &node;
    layouts_ = layouts;
  }

  // Store a part of the gradient of a leaf: row_product(left, right), or the sum of the rows of `rows` [.., n], where n is the
  // leaf's size, or the embedding's gradient. Return false if the edge is not a leaf or the shapes do not match it. The value of
  // a product or a sum may also be made of leaves by transposing, reshaping (a sum) and adding: then all of these get the part.
  bool take_product(const Edge& edge, const Tensor& left, const Tensor& right, std::span<const std::int64_t> examples);
  bool take_sum(const Edge& edge, const Tensor& rows, std::span<const std::int64_t> examples);
  bool take_lookups(const Edge& edge, const Tensor& gradient, const Tensor& ids, std::optional<std::int64_t> padding);

  // The gradient cannot be summed by shards because of this op, unless there is one shard. Only the first name is kept.
  void fail(const char* op);
  bool failed() const { return !unsharded_.empty(); }
  const std::string& unsharded() const { return unsharded_; }

  struct Sum {
    Edge edge;
    Tensor dense;    // the products and sums of rows; may be undefined
    RowSparse rows;  // the lookups; may be undefined
  };
  // Before the pass: one more node has this leaf as input. During it: such a node has run, or would have; returns whether it was
  // the last one, after which finish() computes the leaf's sum. It is undefined if the pass has failed, or the leaf has no parts.
  void add_use(const VariableState* leaf) { ++uses_[leaf]; }
  bool remove_use(const VariableState* leaf) { return --uses_[leaf] == 0; }
  Sum finish(const VariableState* leaf);

 private:
  struct Parts {
    Edge edge;
    std::vector<ShardRows> products, sums;
    std::vector<ShardLookups> lookups;
  };
  struct Target {
    Edge leaf;
    bool transposed;
  };
  Parts& parts_of(const Edge& edge);
  // Returns the leaves that the value consists of; nothing if it is not made as described above.
  enum class Of { product, sum };
  static std::vector<Target> targets_of(const Edge& edge, Of what);
  static bool add_targets(const Edge& edge, Of what, bool transposed, int most, std::vector<Target>& targets);
  // Returns the shard of each row; nothing if it is unknown.
  std::optional<std::vector<std::int32_t>> shards_of(std::int64_t rows, std::span<const std::int64_t> examples);
  const ExampleLayout* layout_of_rows(bool has_examples) const;

  FilledShards filled_;
  std::vector<std::int32_t> shard_of_;  // of each example
  std::int32_t only_ = -1;              // the shard, if only one has examples
  const Node* node_ = nullptr;
  std::span<const ExampleLayout> layouts_;
  std::vector<Parts> leaves_;  // in order of arrival
  std::unordered_map<const VariableState*, std::size_t> at_;
  std::unordered_map<const VariableState*, std::int64_t> uses_;
  std::string unsharded_;
};

}  // namespace weft
