// The order in which the sums of a batch's shards are added.
//
// The shards are the leaves of a binary tree: the sums of shards 2k and 2k + 1 are added, then those of pairs of pairs, and so
// on. Where one side is missing, because its shards have no examples, the other is taken as it is. So aligned groups of shards
// can be added in different processes, and then the groups' sums, without changing a bit.
#pragma once

#include <span>
#include <utility>
#include <vector>

namespace weft {

// Adds the values, of which missing ones are not defined(); their number is a power of two. add(left, right) returns left +
// right.
template <class Value, class Add>
Value add_in_shard_tree(std::vector<Value> values, Add add) {
  for (std::size_t count = values.size(); count > 1; count /= 2)
    for (std::size_t i = 0; i < count / 2; ++i) {
      Value &left = values[2 * i], &right = values[2 * i + 1];
      Value sum = !right.defined() ? std::move(left) : !left.defined() ? std::move(right) : add(left, right);
      values[i] = std::move(sum);
    }
  return values.empty() ? Value() : std::move(values[0]);
}

}  // namespace weft
