// HeadMemory: the projected keys and values that an attention keeps from call to call.
#pragma once

#include <weft/autograd/graph/variable.h>

#include <memory>

namespace weft::nn {

// The projected keys and values of a MultiHeadAttention: those of a sequence that queries look at again and again, or those of
// the positions that were decoded so far.
struct HeadMemory {
  Variable keys, values;  // [batch, key heads, time, dim / heads]
  Tensor lengths;         // [batch], i64; undefined if all keys count

  std::int64_t time() const { return keys.defined() ? keys.size(2) : 0; }
  // Adds keys and values of later positions. Outside the graph they are written behind the others, into memory with room for
  // twice as many. Copies may continue in different ways: one that finds the room taken moves to memory of its own.
  void append(const Variable& later_keys, const Variable& later_values);

  struct Room;
  std::shared_ptr<Room> room = {};
};

}  // namespace weft::nn
