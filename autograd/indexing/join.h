// Joining, splitting and repeating Variables: the ops of tensor/indexing/join.h, recorded in the graph.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/indexing/join.h>

namespace weft {

Variable concat(std::span<const Variable> parts, int axis = 0, Where caller = Where::here());
Variable concat(std::initializer_list<Variable> parts, int axis = 0, Where caller = Where::here());
Variable stack(std::span<const Variable> parts, int axis = 0, Where caller = Where::here());
Variable stack(std::initializer_list<Variable> parts, int axis = 0, Where caller = Where::here());
// All parts share one node, also in split with one size and in unbind.
std::vector<Variable> split(const Variable& x, std::span<const std::int64_t> sizes, int axis = 0, Where caller = Where::here());
std::vector<Variable> split(const Variable& x, std::initializer_list<std::int64_t> sizes, int axis = 0,
                            Where caller = Where::here());
std::vector<Variable> split(const Variable& x, std::int64_t size, int axis = 0, Where caller = Where::here());
std::vector<Variable> unbind(const Variable& x, int axis = 0, Where caller = Where::here());
Variable pad(const Variable& x, std::span<const Padding> paddings, AtNumber value = 0, Where caller = Where::here());
Variable pad(const Variable& x, std::initializer_list<Padding> paddings, AtNumber value = 0, Where caller = Where::here());
Variable flip(const Variable& x, std::span<const int> axes, Where caller = Where::here());
Variable flip(const Variable& x, std::initializer_list<int> axes, Where caller = Where::here());
Variable repeat(const Variable& x, const Shape& counts, Where caller = Where::here());
Variable roll(const Variable& x, std::int64_t shift, int axis = 0, Where caller = Where::here());

}  // namespace weft
