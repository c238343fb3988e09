// Compiled once per instruction set.
#include <weft/tensor/kernels/additive_score.h>
#include <weft/tensor/kernels/row.h>
#include <weft/tensor/kernels/sum_tree.h>

namespace weft::kernels {

namespace {

using Size = std::int64_t;
template <class T>
using Vector = simd::Vec<T, Here>;

// `count` numbers of a row at most. Zeros behind its end add nothing to a score: v is 0 there.
template <class T>
[[gnu::always_inline]] inline Vector<T> load(const T* from, Size count) {
  return load_lanes<T, Here>(from, count, T(0));
}
template <class T>
[[gnu::always_inline]] inline void store(Vector<T> x, T* to, Size count) {
  store_lanes<T, Here>(to, count, x);
}

template <class T>
void scores(const AdditiveScores<T>& in, T* result, Size begin, Size end) {
  constexpr Size size = Vector<T>::size;
  for (Size i = begin; i < end; ++i) {
    const T* query = in.query + i * in.dim;
    for (Size j = 0; j < in.keys; ++j) {
      const T* key = in.key + j * in.dim;
      Vector<T> total(0);
      for (Size a = 0; a < in.dim; a += size) {
        const Size count = in.dim - a < size ? in.dim - a : size;
        total = fma(load(in.v + a, count), tanh(load(query + a, count) + load(key + a, count)), total);
      }
      result[i * in.keys + j] = sum(total);
    }
  }
}

// A sum in the order of sum_tree.h, one chain after the other.
template <class T>
struct LongSum {
  Vector<T> chain{T(0)};
  Size left = kChain;
  SumTree<Vector<T>> tree;

  static Vector<T> add(Vector<T> a, Vector<T> b) { return a + b; }
  // Room for one number more.
  [[gnu::always_inline]] Vector<T>& next() {
    if (left-- == 0) {
      tree.push(chain, add);
      chain = Vector<T>(0);
      left = kChain - 1;
    }
    return chain;
  }
  Vector<T> total() const { return tree.total(chain, add); }
};

// With t = tanh(q_i + k_j) and w = g_ij v (1 - t^2): dq_i is the sum of w over j, dk_j that over i, dv that of g_ij t over both.
// Pairs with g = 0 do not count.
template <class T>
struct Columns {
  const AdditiveScores<T>& in;
  const AdditiveScoreGradient<T>& out;
  Size at, count;  // the columns of one register

  Vector<T> tanh_of(Size i, Size j) const {
    return tanh(load(in.query + i * in.dim + at, count) + load(in.key + j * in.dim + at, count));
  }
  T gradient(Size i, Size j) const { return out.gradient[i * in.keys + j]; }

  // With `keys` dk too, where each of its sums is one chain.
  void by_queries(bool keys) const {
    const Vector<T> v = load(in.v + at, count);
    LongSum<T> dv;
    for (Size j = 0; keys && j < in.keys; ++j) store(Vector<T>(0), out.key + j * in.dim + at, count);
    for (Size i = 0; i < in.queries; ++i) {
      LongSum<T> dq;
      for (Size j = 0; j < in.keys; ++j) {
        if (gradient(i, j) == 0) continue;
        const Vector<T> g(gradient(i, j)), t = tanh_of(i, j), w = g * v * (Vector<T>(1) - t * t);
        Vector<T>& dv_chain = dv.next();
        dv_chain = fma(g, t, dv_chain);
        dq.next() += w;
        T* dk = out.key + j * in.dim + at;
        if (keys) store(load(dk, count) + w, dk, count);
      }
      store(dq.total(), out.query + i * in.dim + at, count);
    }
    store(dv.total(), out.v + at, count);
  }

  void by_keys() const {
    const Vector<T> v = load(in.v + at, count);
    for (Size j = 0; j < in.keys; ++j) {
      LongSum<T> dk;
      for (Size i = 0; i < in.queries; ++i) {
        if (gradient(i, j) == 0) continue;
        const Vector<T> t = tanh_of(i, j);
        dk.next() += Vector<T>(gradient(i, j)) * v * (Vector<T>(1) - t * t);
      }
      store(dk.total(), out.key + j * in.dim + at, count);
    }
  }
};

template <class T>
void gradients(const AdditiveScores<T>& in, const AdditiveScoreGradient<T>& out) {
  constexpr Size size = Vector<T>::size;
  for (Size a = 0; a < in.dim; a += size) {
    const Columns<T> columns{in, out, a, in.dim - a < size ? in.dim - a : size};
    columns.by_queries(in.queries <= kChain);
    if (in.queries > kChain) columns.by_keys();
  }
}

}  // namespace

template <>
void AdditiveScoreKernel<Here>::forward(const AdditiveScores<float>& in, float* result, Size begin, Size end) {
  scores(in, result, begin, end);
}
template <>
void AdditiveScoreKernel<Here>::forward(const AdditiveScores<double>& in, double* result, Size begin, Size end) {
  scores(in, result, begin, end);
}
template <>
void AdditiveScoreKernel<Here>::backward(const AdditiveScores<float>& in, const AdditiveScoreGradient<float>& out) {
  gradients(in, out);
}
template <>
void AdditiveScoreKernel<Here>::backward(const AdditiveScores<double>& in, const AdditiveScoreGradient<double>& out) {
  gradients(in, out);
}

}  // namespace weft::kernels
