// The SIMD loops of an elementwise op: forward, and the gradient by dual numbers. Compiled once per instruction set.
#pragma once

#include <weft/tensor/dual.h>
#include <weft/tensor/elementwise_call.h>
#include <weft/tensor/simd.h>
#include <weft/tensor/trace.h>

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

// Input `input` with its derivative by itself, or a constant when no gradient by it is asked for.
template <unsigned wanted, unsigned input, class V>
auto seed(const V& value) {
  if constexpr (wanted >> input & 1u)
    return Dual<V, (1u << input)>{value, {V(1)}};
  else
    return Dual<V, 0>{value, {}};
}

// Formulas of up to three inputs have a gradient kernel for each set of wanted gradients, longer ones one for all.
constexpr unsigned gradient_variant(int inputs, unsigned wanted) { return inputs <= 3 ? wanted : (1u << inputs) - 1; }

// The inputs whose values the gradient kernel reads.
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

// The inputs among `active` by which the only result has the slope 1: their gradient is the result's.
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

}  // namespace detail

struct NoOutputRule {};  // the gradient comes from the formula
struct NoGradient {};    // there is none

// --- kernels ---

// Loads and stores `count` lanes (all of them in the loop, fewer at a row's end). The end runs the same SIMD code on a padded
// register.
template <class T, class Set>
struct ElementwiseLanes {
  using V = simd::Vec<T, Set>;

  static V load(const ElementwiseRows::Input& input, std::int64_t row, std::int64_t column, std::int64_t count) {
    std::int64_t at = row * input.row_stride + column * input.stride;
    if (input.dtype == dtype_of<T>()) {
      const T* from = static_cast<const T*>(input.data) + at;
      if (input.stride == 1) return count == V::size ? V::load(from) : V::load_partial(from, count);
      if (input.stride == 0) return V(*from);
      return gather(from, input.stride, count);
    }
    switch (input.dtype) {
      case DType::f32:
        return gather(static_cast<const float*>(input.data) + at, input.stride, count);
      case DType::f64:
        return gather(static_cast<const double*>(input.data) + at, input.stride, count);
      case DType::i64:
        return gather(static_cast<const std::int64_t*>(input.data) + at, input.stride, count);
      case DType::i32:
        return gather(static_cast<const std::int32_t*>(input.data) + at, input.stride, count);
      default:
        return gather(static_cast<const std::uint8_t*>(input.data) + at, input.stride, count);
    }
  }

  template <class From>
  static V gather(const From* from, std::int64_t stride, std::int64_t count) {
    alignas(64) T lanes[V::size];
    for (int i = 0; i < V::size; ++i) lanes[i] = static_cast<T>(from[i < count ? i * stride : 0]);
    return V::load(lanes);
  }

  static void store(const ElementwiseRows::Output& output, std::int64_t row, std::int64_t column, std::int64_t count, V value) {
    if (!output.data) return;
    T* to = static_cast<T*>(output.data) + row * output.row_stride + column;
    count == V::size ? value.store(to) : value.store_partial(to, count);
  }
};

// F is the formula; G gives the slope from the output instead, for ops of one input. Declared in every file, defined where the
// set is the file's own: elsewhere the functions are weak references, null when no file of that set is linked.
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

  template <class T, class Step>
  static void for_each_register(const ElementwiseRows& rows, Step step) {
    constexpr std::int64_t size = simd::Vec<T, Here>::size;
    for (std::int64_t row = 0; row < rows.rows; ++row) {
      std::int64_t column = 0;
      for (; column + size <= rows.columns; column += size) step(row, column, size);
      if (column < rows.columns) step(row, column, rows.columns - column);
    }
  }

  template <class T>
  static void run_forward(const ElementwiseRows& rows) {
    using Lanes = ElementwiseLanes<T, Here>;
    for_each_register<T>(rows, [&](std::int64_t row, std::int64_t column, std::int64_t count) {
      auto values = [&]<std::size_t... i>(std::index_sequence<i...>) {
        return as_tuple(F{}(Lanes::load(rows.inputs[i], row, column, count)...));
      }
      (Indices{});
      [&]<std::size_t... o>(std::index_sequence<o...>) {
        (Lanes::store(rows.outputs[o], row, column, count, std::get<o>(values)), ...);
      }
      (std::make_index_sequence<std::tuple_size_v<decltype(values)>>{});
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

  // Gradient of input i: the sum over outputs of (gradient of the output) * (partial of the output by input i).
  template <class T, unsigned wanted>
  static void run_backward(const ElementwiseRows& rows) {
    using V = simd::Vec<T, Here>;
    using Lanes = ElementwiseLanes<T, Here>;
    for_each_register<T>(rows, [&](std::int64_t row, std::int64_t column, std::int64_t count) {
      auto results = [&]<std::size_t... i>(std::index_sequence<i...>) {
        return as_tuple(F{}(detail::seed<wanted, i>(Lanes::load(rows.inputs[i], row, column, count))...));
      }
      (Indices{});
      constexpr std::size_t outputs = std::tuple_size_v<decltype(results)>;
      std::array<V, outputs> gradient;
      for (std::size_t o = 0; o < outputs; ++o) gradient[o] = Lanes::load(rows.inputs[kInputs + o], row, column, count);
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
          Lanes::store(rows.outputs[input], row, column, count, total);
        }
      };
      [&]<unsigned... input>(std::integer_sequence<unsigned, input...>) { (one(std::integral_constant<unsigned, input>{}), ...); }
      (std::make_integer_sequence<unsigned, kInputs>{});
    });
  }

  template <class T>
  static void run_backward_from_output(const ElementwiseRows& rows) {
    using Lanes = ElementwiseLanes<T, Here>;
    for_each_register<T>(rows, [&](std::int64_t row, std::int64_t column, std::int64_t count) {
      auto output = Lanes::load(rows.inputs[0], row, column, count);
      auto gradient = Lanes::load(rows.inputs[1], row, column, count);
      Lanes::store(rows.outputs[0], row, column, count, gradient * G{}(output));
    });
  }
};

}  // namespace weft
