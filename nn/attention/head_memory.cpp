#include <weft/autograd/graph/grad_mode.h>
#include <weft/autograd/indexing/join.h>
#include <weft/nn/attention/head_memory.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>

#include <algorithm>

namespace weft::nn {

// The positions from `taken` on are free: no copy of the memory has written them.
struct HeadMemory::Room {
  Tensor keys, values;  // [batch, key heads, size, dim / heads]
  std::int64_t taken;
};

namespace {

// Returns memory for twice `time` positions that begins with those of x, if there are any.
Tensor with_room(const Variable& x, const Variable& later, std::int64_t time) {
  Shape shape = later.shape();
  shape[2] = 2 * time;
  Tensor room(shape, later.dtype());
  if (x.defined()) {
    Tensor begin = slice(room, 2, 0, x.size(2));
    copy_to(begin, x.tensor());
  }
  return room;
}

// Writes `later` behind `before` positions, and returns all.
Variable continued(Tensor& room, std::int64_t before, const Variable& later) {
  const std::int64_t after = before + later.size(2);
  Tensor own = slice(room, 2, before, after);
  copy_to(own, later.tensor());
  return slice(room, 2, 0, after);
}

}  // namespace

void HeadMemory::append(const Variable& later_keys, const Variable& later_values) {
  const std::int64_t before = time(), after = before + later_keys.size(2);
  if (grad_enabled()) {
    room.reset();
    keys = before > 0 ? concat({keys, later_keys}, 2) : later_keys;
    values = before > 0 ? concat({values, later_values}, 2) : later_values;
    return;
  }
  if (!room || room->taken != before || after > room->keys.size(2))
    room = std::make_shared<Room>(Room{with_room(keys, later_keys, after), with_room(values, later_values, after), before});
  keys = continued(room->keys, before, later_keys);
  values = continued(room->values, before, later_values);
  room->taken = after;
}

}  // namespace weft::nn
