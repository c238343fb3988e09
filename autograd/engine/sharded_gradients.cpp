#include <weft/autograd/engine/detail/shard_scope.h>
#include <weft/autograd/engine/sharded_gradients.h>
#include <weft/autograd/graph/node.h>
#include <weft/tensor/kernels/row_sums.h>

#include <algorithm>
#include <bit>
#include <utility>

namespace weft {

namespace {

thread_local detail::ShardScope* active = nullptr;

struct MarkFlow {
  ExampleLayout operator()(const ExampleFlow& flow) const {
    return flow.layout.first(flow.output, flow.examples) ? ExampleLayout::apart(1, true) : ExampleLayout::mixed();
  }
};

}  // namespace

namespace detail {
ShardScope* exchange_shard_scope(ShardScope* scope) { return std::exchange(active, scope); }
}  // namespace detail

ShardedGradients::ShardedGradients(std::vector<std::int64_t> ends, Lookups lookups, Where caller)
    : scope_(std::make_unique<detail::ShardScope>()) {
  check<ValueError>(std::has_single_bit(ends.size()) && ends.size() <= std::size_t{1} << kernels::kMostShardLevels, caller,
                    "sharded gradients: the number of shards is ", ends.size(), ", not a power of two");
  check<ValueError>(ends[0] >= 0 && std::is_sorted(ends.begin(), ends.end()), caller,
                    "sharded gradients: the ends of the shards do not ascend from 0");
  check<ValueError>(ends.back() > 0, caller, "sharded gradients: no shard has examples");
  scope_->ends = std::move(ends);
  scope_->keep_lookups = lookups == Lookups::kept;
  scope_->before = detail::exchange_shard_scope(scope_.get());
}

ShardedGradients::~ShardedGradients() { detail::exchange_shard_scope(scope_->before); }

std::string ShardedGradients::unsharded() const { return scope_->unsharded; }

void ShardedGradients::take_early(std::function<bool(const Variable&, const Tensor&)> take, std::function<void()> meanwhile) {
  scope_->take = std::move(take);
  scope_->meanwhile = std::move(meanwhile);
}

RowSparse ShardedGradients::take_lookups(const Variable& leaf) {
  auto node = scope_->lookups.extract(leaf.state().get());
  return node ? std::move(node.mapped()) : RowSparse();
}

Variable mark_examples(const Variable& x, Where caller) {
  check_defined("mark_examples", x.tensor(), caller);
  return record("mark_examples", caller, {x}, x.tensor(), {},
                per_example(MarkFlow(), [](const Backward& b) -> Variables { return {b.grad()}; }));
}

}  // namespace weft
