#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/elementwise/detail/update_operands.h>
#include <weft/tensor/indexing/detail/row_tile.h>
#include <weft/tensor/indexing/detail/row_update.h>
#include <weft/tensor/runtime/parallel.h>

namespace weft {

namespace {

constexpr std::int64_t kTile = 2048;  // numbers; this many of each operand fit into the first-level cache

[[gnu::cold]] ProfileEvent event_of(const ElementwiseCall& op, Where caller, const RowSparse& x) {
  ProfileEvent event{.kind = ProfileKind::op, .name = std::string(op.name) + "_rows", .caller = CallScope::user_line(caller)};
  event.values = {{x.shape(), x.dtype()}, {x.values.shape(), x.dtype()}};
  event.isa = op.kernels.isa;
  event.best = isa();
  return event;
}

void check_fits(const ElementwiseCall& op, const char* what, const Tensor& tensor, const RowSparse& x, Where caller) {
  check_defined(op.name, tensor, caller);
  check<ShapeError>(tensor.shape() == x.shape() && tensor.is_contiguous(), caller, op.name, ": ", what, ' ', tensor.shape(),
                    " with strides ", tensor.strides(), " does not match rows of a matrix ", x.shape());
  check<DtypeError>(tensor.dtype() == x.dtype(), caller, op.name, ": ", what, " is ", tensor.dtype(), ", the rows are ",
                    x.dtype());
}

// One op applied to consecutive numbers of its targets.
template <class T>
class Update {
 public:
  Update(const ElementwiseCall& op, std::span<Tensor> targets, const RowSparse& x, std::span<const Operand> operands)
      : kernel_(op.kernels.forward) {
    rows_.rows = 1;
    rows_.dtype = x.dtype();
    rows_.wanted = 0;
    for (const Operand& operand : operands) {
      if (!operand.tensor) {
        numbers_[inputs_] = static_cast<T>(operand.number);
        rows_.inputs[inputs_] = {&numbers_[inputs_], 0, 0, x.dtype()};
      } else {
        rows_.inputs[inputs_] = {operand.tensor->raw(), 0, 1, x.dtype()};
        if (operand.tensor == &x.values) sparse_ |= 1u << inputs_;
      }
      ++inputs_;
    }
    for (Tensor& target : targets) rows_.outputs[outputs_++] = {target.raw_output(), 0};
  }

  // Updates the numbers begin .. end-1, using x's numbers at `values`.
  void run(std::int64_t begin, std::int64_t end, const T* values) const {
    ElementwiseRows part = rows_;
    part.columns = end - begin;
    for (std::size_t i = 0; i < inputs_; ++i) {
      ElementwiseRows::Input& input = part.inputs[i];
      input.data = sparse_ >> i & 1u ? values : static_cast<const T*>(input.data) + begin * input.stride;
    }
    for (std::size_t i = 0; i < outputs_; ++i) part.outputs[i].data = static_cast<T*>(part.outputs[i].data) + begin;
    kernel_(part);
  }

 private:
  ElementwiseFunction kernel_;
  ElementwiseRows rows_;
  std::size_t inputs_ = 0, outputs_ = 0;
  unsigned sparse_ = 0;  // bit i is set if operand i is x
  std::array<T, kMaxInputs> numbers_;
};

template <class T>
void update_all(const Update<T>& update, const RowSparse& x) {
  parallel_for(x.shape().numel(), kTile, [&](std::int64_t first, std::int64_t last) {
    RowTile<T> tile(x, kTile);
    for (std::int64_t begin = first; begin < last; begin += kTile) {
      const std::int64_t end = std::min(begin + kTile, last);
      tile.fill(begin, end);
      update.run(begin, end, tile.data());
    }
  });
}

// Rows that are consecutive in the matrix are consecutive in x too, so they form one run.
template <class T>
void update_present(const Update<T>& update, const RowSparse& x) {
  const std::int64_t width = x.values.shape()[1];
  const auto* rows = x.rows.data<std::int64_t>();
  const T* values = x.values.data<T>();
  parallel_for(x.rows.numel(), kTile / std::max<std::int64_t>(width, 1), [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t begin = first, end = first; begin < last; begin = end) {
      while (end < last && rows[end] - rows[begin] == end - begin) ++end;
      update.run(rows[begin] * width, (rows[begin] + end - begin) * width, values + begin * width);
    }
  });
}

}  // namespace

void update_rows(const ElementwiseCall& op, UpdatedRows which, std::initializer_list<Tensor> targets, const RowSparse& x,
                 std::initializer_list<Operand> operands, Where caller) {
  ProfileScope profile([&] { return event_of(op, caller, x); });
  check_row_sparse(op.name, x, caller);
  check<ValueError>(std::ssize(operands) == op.inputs && std::ssize(targets) == op.outputs, caller, op.name, ": takes ",
                    op.inputs, " operands and ", op.outputs, " targets, got ", operands.size(), " and ", targets.size());
  for (const Tensor& target : targets) check_fits(op, "a target", target, x, caller);
  for (const Operand& operand : operands)
    if (operand.tensor && operand.tensor != &x.values) check_fits(op, "an operand", *operand.tensor, x, caller);
  // x may share memory with a target, and a row written there may hold values of later rows.
  RowSparse source = x;
  const auto shares = [&](const Tensor& target) { return overlap(x.values, target); };
  if (std::any_of(targets.begin(), targets.end(), shares)) source.values = clone(x.values);
  std::array<Operand, kMaxInputs> list;
  std::transform(operands.begin(), operands.end(), list.begin(),
                 [&](const Operand& operand) { return operand.tensor == &x.values ? Operand(source.values) : operand; });
  const UpdateOperands safe(op, {list.data(), operands.size()}, {targets.begin(), targets.size()}, caller);
  std::array<Tensor, kMaxOutputs> outputs;
  std::copy(targets.begin(), targets.end(), outputs.begin());
  const std::span<Tensor> written(outputs.data(), targets.size());
  for (Tensor& output : written) output.touch(caller);
  visit_floating(op.name, x.dtype(), caller, [&](auto type) {
    const Update<decltype(type)> update(op, written, source, safe.get());
    which == UpdatedRows::all ? update_all(update, source) : update_present(update, source);
  });
}

}  // namespace weft
