// What ShardedGradients and the backward passes of its thread share.
#pragma once

#include <weft/autograd/graph/variable.h>

#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace weft::detail {

struct ShardScope {
  std::vector<std::int64_t> ends;
  bool keep_lookups = false;
  std::string unsharded;
  std::function<bool(const Variable&, const Tensor&)> take;  // see ShardedGradients::take_early()
  std::function<void()> meanwhile;
  std::unordered_set<const VariableState*> offered;
  std::unordered_map<const VariableState*, RowSparse> lookups;  // of leaves that also have other gradients
  ShardScope* before = nullptr;                                 // the scope around this one
};

// Sets the scope of this thread, which may be null, and returns the one before.
ShardScope* exchange_shard_scope(ShardScope* scope);

}  // namespace weft::detail
