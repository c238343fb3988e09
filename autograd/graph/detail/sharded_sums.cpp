#include <weft/autograd/graph/detail/leaf.h>
#include <weft/autograd/graph/detail/sharded_sums.h>
#include <weft/tensor/array/detail/accumulate.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/product/detail/row_product.h>

#include <algorithm>

namespace weft {

ShardedSums::ShardedSums(std::span<const std::int64_t> ends) {
  std::int64_t begin = 0, filled = 0;
  for (std::size_t shard = 0; shard < ends.size(); begin = ends[shard++]) {
    filled_.push_back(ends[shard] > begin);
    shard_of_.insert(shard_of_.end(), static_cast<std::size_t>(ends[shard] - begin), static_cast<std::int32_t>(shard));
    filled += filled_.back();
  }
  if (filled == 1) only_ = shard_of_[0];
}

void ShardedSums::fail(const char* op) {
  if (!one_shard() && unsharded_.empty()) unsharded_ = op;
}

// With `has_examples` the rows name entries of the first axis, which must be that of the examples in all outputs.
const ExampleLayout* ShardedSums::layout_of_rows(bool has_examples) const {
  const ExampleLayout* found = nullptr;
  for (std::size_t output = 0; output < layouts_.size(); ++output) {
    const ExampleLayout& layout = layouts_[output];
    if (layout.kind == ExampleLayout::Kind::none) continue;
    found = &layout;
    if (layout.kind != ExampleLayout::Kind::apart || !layout.proven) break;
    if (has_examples && !layout.first(node_->outputs()[output].shape, examples())) return nullptr;
  }
  return found;
}

std::optional<std::vector<std::int32_t>> ShardedSums::shards_of(std::int64_t rows, std::span<const std::int64_t> examples) {
  if (one_shard()) return std::vector<std::int32_t>(static_cast<std::size_t>(rows), only_);
  const ExampleLayout* layout = layout_of_rows(!examples.empty());
  const std::int64_t units = layout ? layout->before * this->examples() : 0;
  const bool known = layout && layout->kind == ExampleLayout::Kind::apart && layout->proven;
  if (!known || (examples.empty() && rows % units != 0)) {
    fail(layout && *layout->op ? layout->op : node_->op());
    return {};
  }
  std::vector<std::int32_t> shards;
  shards.reserve(static_cast<std::size_t>(rows));
  for (std::int64_t example : examples) shards.push_back(shard_of_[static_cast<std::size_t>(example)]);
  if (!examples.empty()) return shards;
  const auto each = static_cast<std::size_t>(rows / units);
  for (std::int64_t i = 0; i < layout->before; ++i)
    for (std::int32_t shard : shard_of_) shards.insert(shards.end(), each, shard);
  return shards;
}

ShardedSums::Parts& ShardedSums::parts_of(const Edge& edge) {
  auto [place, fresh] = at_.try_emplace(edge.leaf.get(), leaves_.size());
  if (fresh) leaves_.emplace_back().edge = edge;
  return leaves_[place->second];
}

// In a product matrices may only be transposed, in a sum the order of the elements may not change.
bool ShardedSums::add_targets(const Edge& edge, Of what, bool transposed, int most, std::vector<Target>& targets) {
  if (edge.leaf) targets.push_back({edge, transposed});
  if (edge.leaf || !edge.node || most == 0 || !edge.node->hooks.empty()) return static_cast<bool>(edge.leaf);
  const Node& node = *edge.node;
  const Shape& whole = node.outputs()[0].shape;
  const unsigned all = node.edges().size() < 32 ? (1u << node.edges().size()) - 1 : ~0u;
  for (std::size_t i = 0; i < node.edges().size(); ++i) {
    const Edge& input = node.edges()[i];
    if (!input) return false;
    const Shape& shape =
        input.leaf ? input.leaf->tensor.shape() : input.node->outputs()[static_cast<std::size_t>(input.output)].shape;
    const ExampleLayout moved =
        node.layout({0, {ExampleLayout::Kind::moved, true, 0, ""}, whole, shape, static_cast<int>(i), all});
    const bool turned = moved.before == 1;
    if (moved.kind != ExampleLayout::Kind::moved || (what == Of::product ? !turned && !(shape == whole) : turned)) return false;
    if (!add_targets(input, what, transposed != turned, most - 1, targets)) return false;
  }
  return true;
}

std::vector<ShardedSums::Target> ShardedSums::targets_of(const Edge& edge, Of what) {
  constexpr int kMostOps = 4;
  std::vector<Target> targets;
  return add_targets(edge, what, false, kMostOps, targets) ? targets : std::vector<Target>();
}

bool ShardedSums::take_product(const Edge& edge, const Tensor& left, const Tensor& right,
                               std::span<const std::int64_t> examples) {
  const std::int64_t m = left.shape().back(), n = right.shape().back(), rows = m ? left.numel() / m : 0;
  const std::vector<Target> targets = m == 0 || n == 0 ? std::vector<Target>() : targets_of(edge, Of::product);
  for (const Target& target : targets) {
    const Tensor& weight = target.leaf.leaf->tensor;
    if (!(weight.shape() == (target.transposed ? Shape{n, m} : Shape{m, n})) || weight.dtype() != left.dtype()) return false;
  }
  if (targets.empty()) return false;
  const auto shards = shards_of(rows, examples);
  if (!shards) return true;
  const Tensor a = reshape(left, {rows, m}), b = reshape(right, {rows, n});
  for (const Target& target : targets)
    parts_of(target.leaf).products.push_back(target.transposed ? ShardRows{b, a, *shards} : ShardRows{a, b, *shards});
  return true;
}

bool ShardedSums::take_sum(const Edge& edge, const Tensor& rows, std::span<const std::int64_t> examples) {
  const std::vector<Target> targets = targets_of(edge, Of::sum);
  if (targets.empty()) return false;
  const std::int64_t n = targets[0].leaf.leaf->tensor.numel();
  for (const Target& target : targets) {
    const Tensor& leaf = target.leaf.leaf->tensor;
    if (leaf.numel() != n || n == 0 || rows.numel() % n != 0 || leaf.dtype() != rows.dtype()) return false;
  }
  const std::int64_t count = rows.numel() / n;
  const auto shards = shards_of(count, examples);
  if (!shards) return true;
  const Tensor all = reshape(rows, {count, n});
  for (const Target& target : targets) parts_of(target.leaf).sums.push_back({all, {}, *shards});
  return true;
}

bool ShardedSums::take_lookups(const Edge& edge, const Tensor& gradient, const Tensor& ids, std::optional<std::int64_t> padding) {
  if (!edge.leaf) return false;
  const Tensor& weight = edge.leaf->tensor;
  const std::int64_t width = gradient.shape().back(), rows = ids.numel();
  if (width == 0 || weight.dims() != 2 || weight.shape()[1] != width || weight.dtype() != gradient.dtype()) return false;
  if (auto shards = shards_of(rows, {}))
    parts_of(edge).lookups.push_back({{reshape(gradient, {rows, width}), {}, std::move(*shards)}, reshape(ids, {rows}), padding});
  return true;
}

ShardedSums::Sum ShardedSums::finish(const VariableState* leaf) {
  const auto place = at_.find(leaf);
  if (place == at_.end()) return {};
  const Parts parts = std::exchange(leaves_[place->second], Parts());
  if (!parts.products.empty() && !parts.sums.empty()) fail("row_product");  // each would have a tree of its own
  if (!leaf->leaf->hooks.empty()) fail("hook");                             // it would have to see each shard's gradient
  if (failed()) return {};
  Sum sum{parts.edge, {}, {}};
  ProfileScope profile([] { return ProfileEvent{.kind = ProfileKind::gradient, .name = "row_products backward"}; });
  if (!parts.products.empty()) sum.dense = row_product(parts.products, filled_);
  if (!parts.sums.empty()) {
    const Tensor rows = reshape(sum_rows(parts.sums, filled_), leaf->tensor.shape());
    if (sum.dense.defined())
      add_to(sum.dense, rows);
    else
      sum.dense = rows;
  }
  if (!parts.lookups.empty()) sum.rows = embedding_gradient_rows(parts.lookups, leaf->tensor.shape()[0], filled_);
  return sum;
}

}  // namespace weft
