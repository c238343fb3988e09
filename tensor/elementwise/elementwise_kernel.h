// The SIMD loops of an elementwise op: forward, and the gradient by dual numbers. Compiled once per instruction set.
#pragma once

#include <weft/tensor/elementwise/dual.h>
#include <weft/tensor/elementwise/elementwise_call.h>
#include <weft/tensor/elementwise/trace.h>
#include <weft/tensor/runtime/simd.h>

namespace weft {

// --- facts about a formula ---

namespace detail {

using AnyDual = Dual<Trace, 0>;

template <class F, std::size_t... i>
constexpr bool takes(std::index_sequence<i...>) {
  return std::is_invocable_v<F, decltype((void)i, AnyDual{})...>;
}
template <class F, std::size_t n = 1>
constexpr int arity() {
  static_assert(n <= kMaxInputs, "an elementwise formula takes 1 to 8 arguments");
  if constexpr (n > kMaxInputs)
    return 0;
  else if constexpr (takes<F>(std::make_index_sequence<n>{}))
    return n;
  else
    return arity<F, n + 1>();
}

// Input `input` with its derivative by itself, or a constant if no gradient with respect to it is wanted.
template <unsigned wanted, unsigned input, class V>
auto seed(const V& value) {
  if constexpr (wanted >> input & 1u)
    return Dual<V, (1u << input)>{value, {V(1)}};
  else
    return Dual<V, 0>{value, {}};
}

// Formulas of up to three inputs have a gradient kernel for each set of wanted gradients; longer ones have one kernel for all.
constexpr unsigned gradient_variant(int inputs, unsigned wanted) { return inputs <= 3 ? wanted : (1u << inputs) - 1; }

// The inputs whose values the gradient kernel reads, one bit each.
template <class F, unsigned wanted, std::size_t... i>
unsigned inputs_read(std::index_sequence<i...>) {
  auto results = as_tuple(F{}(seed<wanted, i>(Trace(1u << i, false))...));
  unsigned uses = 0;
  auto add = [&](const auto& result) {
    for (const Trace& partial : result.partials) uses |= partial.uses;
  };
  std::apply([&](const auto&... result) { (add(result), ...); }, results);
  return uses;
}
template <class F, unsigned wanted = 1>
unsigned gradient_needs(unsigned asked) {
  constexpr int inputs = arity<F>();
  if constexpr (wanted < 1u << inputs) {
    if constexpr (wanted == gradient_variant(inputs, wanted))
      if (gradient_variant(inputs, asked) == wanted) return inputs_read<F, wanted>(std::make_index_sequence<inputs>{});
    return gradient_needs<F, wanted + 1>(asked);
  }
  return 0;
}

// The inputs among `active` for which the only result has slope 1: their gradient is the result's.
template <class F, unsigned active, std::size_t... i>
unsigned unit_slopes(std::index_sequence<i...>) {
  auto results = as_tuple(F{}(seed<active, i>(Trace(1u << i, false))...));
  if constexpr (std::tuple_size_v<decltype(results)> != 1) return 0;
  unsigned units = 0;
  auto look = [&]<unsigned input, class D>(std::integral_constant<unsigned, input>, const D& result) {
    if constexpr (D::kActive >> input & 1u) units |= result.template partial<input>().one ? 1u << input : 0;
  };
  (look(std::integral_constant<unsigned, static_cast<unsigned>(i)>{}, std::get<0>(results)), ...);
  return units;
}

template <class F, std::size_t... i>
constexpr int output_count(std::index_sequence<i...>) {
  using Results = decltype(as_tuple(F{}(seed<0, i>(Trace(0, false))...)));
  return static_cast<int>(std::tuple_size_v<std::remove_cvref_t<Results>>);
}

}  // namespace detail

struct NoOutputRule {};  // the gradient is derived from the formula
struct NoGradient {};    // the op has no gradient

// --- kernels ---

// The operands of a kernel as its loop sees them: sources and sinks of T that either stay in place or advance by a register at a
// time. Operands of another dtype or with gaps are first copied piece by piece, and so is the end of a row that does not fill a
// register. So the loop has no branches, and the end of a row runs the same SIMD code on a padded register.
template <class T, class Set, int sources, int sinks>
class ElementwiseLanes {
 public:
  using V = simd::Vec<T, Set>;

  explicit ElementwiseLanes(const ElementwiseRows& rows) : rows_(rows), piece_(rows.columns) {
    for (std::size_t i = 0; i < sources; ++i)
      if (const auto& input = rows.inputs[i]; !plain(input) && kPiece < piece_) piece_ = kPiece;
  }

  V load(int i, std::int64_t at) const { return V::load(from_[i].data + (at & from_[i].moves)); }
  void store(int o, std::int64_t at, V value) const { value.store(to_[o].data + (at & to_[o].moves)); }

  // Calls step(at) for each register of each row.
  template <class Step>
  void for_each(Step step) {
    for (std::int64_t row = 0; row < rows_.rows; ++row)
      for (std::int64_t column = 0; column < rows_.columns; column += piece_) {
        const std::int64_t count = piece_ < rows_.columns - column ? piece_ : rows_.columns - column;
        const std::int64_t rest = count % V::size;
        seek(row, column, count);
        std::int64_t end = count - rest;
        for (bool at_rest = false;; at_rest = true, end = V::size) {
          for (std::int64_t at = 0; at < end; at += V::size) step(at);
          if (at_rest || rest == 0) break;
          pad(end, rest);
        }
        if (rest > 0) unpad(row, column + count - rest, rest);
      }
  }

 private:
  static constexpr std::int64_t kPiece = 256;
  template <class Number>
  struct Place {
    Number* data;
    std::int64_t moves;  // all bits set if the operand advances, otherwise none
  };

  static bool plain(const ElementwiseRows::Input& input) {
    return input.dtype == dtype_of<T>() && (input.stride == 1 || input.stride == 0);
  }

  void seek(std::int64_t row, std::int64_t column, std::int64_t count) {
    for (std::size_t i = 0; i < sources; ++i) {
      const ElementwiseRows::Input& input = rows_.inputs[i];
      const std::int64_t at = row * input.row_stride + column * input.stride;
      if (!plain(input)) {
        copy(input, at, count, copies_[i]);
        from_[i] = {copies_[i], -1};
      } else if (const T* data = static_cast<const T*>(input.data) + at; input.stride == 1) {
        from_[i] = {data, -1};
      } else {
        V(*data).store(registers_[i]);
        from_[i] = {registers_[i], 0};
      }
    }
    for (std::size_t o = 0; o < sinks; ++o) {
      const ElementwiseRows::Output& output = rows_.outputs[o];
      if (output.data)
        to_[o] = {static_cast<T*>(output.data) + row * output.row_stride + column, -1};
      else
        to_[o] = {registers_[sources + o], 0};
    }
  }

  void pad(std::int64_t at, std::int64_t rest) {
    for (std::size_t i = 0; i < sources; ++i) {
      if (from_[i].moves == 0) continue;
      V::load_partial(from_[i].data + at, rest).store(registers_[i]);
      from_[i] = {registers_[i], 0};
    }
    for (std::size_t o = 0; o < sinks; ++o) to_[o] = {registers_[sources + o], 0};
  }
  void unpad(std::int64_t row, std::int64_t column, std::int64_t rest) const {
    for (std::size_t o = 0; o < sinks; ++o) {
      const ElementwiseRows::Output& output = rows_.outputs[o];
      if (output.data)
        V::load(registers_[sources + o]).store_partial(static_cast<T*>(output.data) + row * output.row_stride + column, rest);
    }
  }

  [[gnu::noinline]] static void copy(const ElementwiseRows::Input& input, std::int64_t at, std::int64_t count, T* to) {
    const auto gather = [&](const auto* from) {
      for (std::int64_t i = 0; i < count; ++i) to[i] = static_cast<T>(from[at + i * input.stride]);
    };
    switch (input.dtype) {
      case DType::f32:
        return gather(static_cast<const float*>(input.data));
      case DType::f64:
        return gather(static_cast<const double*>(input.data));
      case DType::i64:
        return gather(static_cast<const std::int64_t*>(input.data));
      case DType::i32:
        return gather(static_cast<const std::int32_t*>(input.data));
      default:
        return gather(static_cast<const std::uint8_t*>(input.data));
    }
  }

  const ElementwiseRows& rows_;
  std::int64_t piece_;
  Place<const T> from_[sources];
  Place<T> to_[sinks];
  alignas(64) T registers_[sources + sinks][V::size];
  alignas(64) T copies_[sources][kPiece];
};

// F is the formula; G gives the slope from the output instead, for ops of one input. The class is declared in every file, but its
// functions are defined only in files compiled for Set: elsewhere they are weak references, which are null if no file of that set
// is linked.
template <class F, class G, class Set>
struct ElementwiseKernel {
  [[gnu::weak]] static void forward(const ElementwiseRows&);
  [[gnu::weak]] static void backward(const ElementwiseRows&);
};

template <class F, class G>
struct ElementwiseKernel<F, G, Here> {
  [[gnu::used, gnu::noinline]] static void forward(const ElementwiseRows& rows) {
    rows.dtype == DType::f32 ? run_forward<float>(rows) : run_forward<double>(rows);
  }
  [[gnu::used, gnu::noinline]] static void backward(const ElementwiseRows& rows) {
    rows.dtype == DType::f32 ? pick_backward<float>(rows) : pick_backward<double>(rows);
  }

 private:
  static constexpr int kInputs = detail::arity<F>();
  using Indices = std::make_index_sequence<kInputs>;

  template <class T>
  static void run_forward(const ElementwiseRows& rows) {
    constexpr int outputs = detail::output_count<F>(Indices{});
    ElementwiseLanes<T, Here, kInputs, outputs> lanes(rows);
    lanes.for_each([&](std::int64_t at) {
      auto values = [&]<std::size_t... i>(std::index_sequence<i...>) { return as_tuple(F{}(lanes.load(i, at)...)); }
      (Indices{});
      [&]<std::size_t... o>(std::index_sequence<o...>) { (lanes.store(o, at, std::get<o>(values)), ...); }
      (std::make_index_sequence<outputs>{});
    });
  }

  template <class T, unsigned wanted = 1>
  static void pick_backward(const ElementwiseRows& rows) {
    if constexpr (std::is_same_v<G, NoGradient>) {
      static_cast<void>(rows);
    } else if constexpr (!std::is_same_v<G, NoOutputRule>) {
      run_backward_from_output<T>(rows);
    } else if constexpr (wanted < 1u << kInputs) {
      if constexpr (wanted == detail::gradient_variant(kInputs, wanted))
        if (detail::gradient_variant(kInputs, rows.wanted) == wanted) return run_backward<T, wanted>(rows);
      pick_backward<T, wanted + 1>(rows);
    }
  }

  // The gradient of input i: the sum over outputs of (gradient of the output) * (partial derivative of the output with respect to
  // input i).
  template <class T, unsigned wanted>
  static void run_backward(const ElementwiseRows& rows) {
    using V = simd::Vec<T, Here>;
    constexpr int outputs = detail::output_count<F>(Indices{});
    ElementwiseLanes<T, Here, kInputs + outputs, kInputs> lanes(rows);
    lanes.for_each([&](std::int64_t at) {
      auto results = [&]<std::size_t... i>(std::index_sequence<i...>) {
        return as_tuple(F{}(detail::seed<wanted, i>(lanes.load(i, at))...));
      }
      (Indices{});
      std::array<V, outputs> gradient;
      for (int o = 0; o < outputs; ++o) gradient[static_cast<std::size_t>(o)] = lanes.load(kInputs + o, at);
      auto one = [&]<unsigned input>(std::integral_constant<unsigned, input>) {
        if constexpr (wanted >> input & 1u) {
          V total(0);
          bool first = true;
          auto add = [&]<class D>(const D& result, const V& g) {
            if constexpr (D::kActive >> input & 1u) {
              V share = g * result.template partial<input>();
              total = first ? share : total + share;
              first = false;
            }
          };
          [&]<std::size_t... o>(std::index_sequence<o...>) { (add(std::get<o>(results), gradient[o]), ...); }
          (std::make_index_sequence<outputs>{});
          lanes.store(input, at, total);
        }
      };
      [&]<unsigned... input>(std::integer_sequence<unsigned, input...>) { (one(std::integral_constant<unsigned, input>{}), ...); }
      (std::make_integer_sequence<unsigned, kInputs>{});
    });
  }

  template <class T>
  static void run_backward_from_output(const ElementwiseRows& rows) {
    ElementwiseLanes<T, Here, 2, 1> lanes(rows);
    lanes.for_each([&](std::int64_t at) { lanes.store(0, at, lanes.load(1, at) * G{}(lanes.load(0, at))); });
  }
};

}  // namespace weft
