// Compiled once per instruction set.
#include <weft/tensor/kernels/additive_score.h>
#include <weft/tensor/kernels/row.h>
#include <weft/tensor/kernels/sum_tree.h>

namespace weft::kernels {

namespace {

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
        total = fma(load(in.v + a, count), quick_tanh(load(query + a, count) + load(key + a, count)), total);
      }
      result[i * in.keys + j] = sum(total);
    }
  }
}

// With t = tanh(q_i + k_j) and w = g_ij v (1 - t^2): dq_i is the sum of w over j, dk_j the sum of w over i, and dv the sum of
// g_ij t over both. Pairs with g = 0 do not count.
template <class T>
struct Columns {
  const AdditiveScores<T>& in;
  const AdditiveScoreGradient<T>& out;
  Size at, count;  // the columns of one register

  Vector<T> query(Size i) const { return load(in.query + i * in.dim + at, count); }
  Vector<T> key(Size j) const { return load(in.key + j * in.dim + at, count); }
  T gradient(Size i, Size j) const { return out.gradient[i * in.keys + j]; }

  // Computes dq, in chains of kChain keys; dv, whose chains end with the first key or query after kChain pairs; and, with `keys`,
  // dk, where each sum is one chain.
  template <bool keys>
  [[gnu::flatten]] void by_queries() const {
    const Vector<T> v = load(in.v + at, count);
    Vector<T> dv(0);
    SumTree<Vector<T>> dv_tree;
    Size pairs = 0;
    for (Size j = 0; keys && j < in.keys; ++j) store(Vector<T>(0), out.key + j * in.dim + at, count);
    for (Size i = 0; i < in.queries; ++i) {
      const Vector<T> query = this->query(i);
      SumTree<Vector<T>> dq_tree;
      for (Size begin = 0;; begin += kChain) {
        const bool last = in.keys - begin <= kChain;
        Vector<T> dq(0);
        for (Size j = begin; j < (last ? in.keys : begin + kChain); ++j) {
          if (gradient(i, j) == 0) continue;
          const Vector<T> g(gradient(i, j)), t = quick_tanh(query + key(j)), w = g * v * (Vector<T>(1) - t * t);
          dv = fma(g, t, dv);
          dq += w;
          ++pairs;
          T* dk = out.key + j * in.dim + at;
          if (keys) store(load(dk, count) + w, dk, count);
        }
        if (pairs >= kChain) {
          dv_tree.push(dv, add<T>);
          dv = Vector<T>(0);
          pairs = 0;
        }
        if (last) {
          store(dq_tree.total(dq, add<T>), out.query + i * in.dim + at, count);
          break;
        }
        dq_tree.push(dq, add<T>);
      }
    }
    store(dv_tree.total(dv, add<T>), out.v + at, count);
  }

  // Computes dk, in chains of kChain queries.
  void by_keys() const {
    const Vector<T> v = load(in.v + at, count);
    for (Size j = 0; j < in.keys; ++j) {
      const Vector<T> key = this->key(j);
      SumTree<Vector<T>> tree;
      Vector<T> dk(0);
      for (Size i = 0; i < in.queries; ++i) {
        if (i > 0 && i % kChain == 0) {
          tree.push(dk, add<T>);
          dk = Vector<T>(0);
        }
        if (gradient(i, j) == 0) continue;
        const Vector<T> t = quick_tanh(query(i) + key);
        dk += Vector<T>(gradient(i, j)) * v * (Vector<T>(1) - t * t);
      }
      store(tree.total(dk, add<T>), out.key + j * in.dim + at, count);
    }
  }
};

template <class T>
void gradients(const AdditiveScores<T>& in, const AdditiveScoreGradient<T>& out) {
  constexpr Size size = Vector<T>::size;
  for (Size a = 0; a < in.dim; a += size) {
    const Columns<T> columns{in, out, a, in.dim - a < size ? in.dim - a : size};
    if (in.queries <= kChain) {
      columns.template by_queries<true>();
    } else {
      columns.template by_queries<false>();
      columns.by_keys();
    }
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
