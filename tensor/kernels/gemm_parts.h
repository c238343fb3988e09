// The parts of kernels/gemm.cpp: block sizes, the tiles for them, scratch, chains, and the storing of finished sums. No
// other file includes this one, which is compiled once per instruction set.
#pragma once

#include <weft/tensor/kernels/gemm.h>
#include <weft/tensor/kernels/gemm_tile.h>

#include <utility>

namespace weft::kernels {

namespace {

template <class T>
using Vector = simd::Vec<T, Here>;
using Size = std::int64_t;

template <class T>
constexpr Size kLanes = TileShape<T, Here>::lanes;
template <class T>
constexpr Size kPanelWidth = TileShape<T, Here>::panel_width;
constexpr Size kTileRows = kTileRowsOf<Here>;
template <class T>
constexpr Size kTileSize = kTileRows* kPanelWidth<T>;
constexpr Size kBlockK = kChain;
constexpr Size kBlockTiles = 384 / kTileRows;
template <class T>
constexpr Size kBlockPanels = 1024 / kPanelWidth<T>;
// Panels in a block whose sums are kept in scratch.
template <class T>
constexpr Size kScratchPanels = 256 / kPanelWidth<T>;
constexpr Size kMostPanelsAtOnce = 4;
// With at most this many rows, rows of B are read in place.
constexpr Size kFewRows = 2 * kTileRows;
// With fewer panels than this, A is read in place.
constexpr Size kManyPanels = 8;

constexpr Size least(Size a, Size b) { return a < b ? a : b; }
constexpr Size length(Span span) { return span.end - span.begin; }
constexpr Size pieces(Size count, Size most) { return count > most ? (count + most - 1) / most : 1; }
constexpr Span piece(Span whole, Size index, Size count) {
  return {whole.begin + length(whole) * index / count, whole.begin + length(whole) * (index + 1) / count};
}

// The tiles for one number of rows: half a panel, a panel, several panels.
template <class T>
struct Tiles {
  using Function = void (*)(const TileArguments<T>&);
  Function half, one, several;
  Size panels;  // the number that `several` takes
};

template <class T>
struct TileTable {
  Tiles<T> of[kTileRows];
};

template <class T, Left left, int... row>
constexpr TileTable<T> tile_table(std::integer_sequence<int, row...>) {
  return {{{multiply_tile<T, Here, row + 1, 1, 1, left>, multiply_tile<T, Here, row + 1, 1, 2, left>,
            multiply_tile<T, Here, row + 1, panels_at_once<Here>(row + 1), 2, left>, panels_at_once<Here>(row + 1)}...}};
}

// Indexed by Left.
template <class T>
constexpr TileTable<T> kTiles[] = {tile_table<T, Left::rows>(std::make_integer_sequence<int, kTileRows>{}),
                                   tile_table<T, Left::columns>(std::make_integer_sequence<int, kTileRows>{}),
                                   tile_table<T, Left::blocks>(std::make_integer_sequence<int, kTileRows>{})};

template <class T>
struct Scratch {
  T* sums;     // [tile, panel, tile rows, panel width]
  T* left;     // a block of A: [tile, k, rows of the tile]
  T* right;    // panels of B
  T* waiting;  // sums of chains: [depth - 1, tile, panel, tile rows, panel width]
};

template <class T>
constexpr Size kSumsSize = kBlockTiles* kScratchPanels<T>* kTileSize<T>;
constexpr Size kLeftSize = kBlockTiles * kTileRows * kBlockK;
template <class T>
constexpr Size kRightSize = kBlockK* kMostPanelsAtOnce* kPanelWidth<T>;

template <class T>
Scratch<T> split(T* scratch) {
  T* left = scratch + kSumsSize<T>;
  return {scratch, left, left + kLeftSize, left + kLeftSize + kRightSize<T>};
}

template <class T>
Size chain_count(const GemmArguments<T>& product) {
  return product.chains.count ? product.chains.count : pieces(product.k, kChain);
}

// A block of K: a chain or a part of one.
struct Part {
  Span ks;
  Size waiting, joined;     // the sums that wait while the chain is added, and to how many of them it is added in the end
  bool begins, ends, last;  // whether it begins or ends its chain; whether the chain is the last
};

// To how many waiting sums the sum of a chain is added.
template <class T>
Size joined_by(const GemmArguments<T>& product, Size index, Size waiting) {
  if (product.chains.joined) return product.chains.joined[index];
  return index + 1 == chain_count(product) ? waiting : joined_sums(index);
}

// The most sums that wait at a time.
template <class T>
Size most_waiting(const GemmArguments<T>& product) {
  const Size chains = chain_count(product);
  Size waiting = 0, most = 0;
  for (Size index = 0; index < chains; waiting += 1 - joined_by(product, index++, waiting))
    most = waiting > most ? waiting : most;
  return most;
}

template <class T>
Span chain(const GemmArguments<T>& product, Size index) {
  if (product.chains.count) return {index ? product.chains.ends[index - 1] : 0, product.chains.ends[index]};
  return {index * kChain, least(product.k, (index + 1) * kChain)};
}

// A block of B: rows `stride` apart, panels `panel_stride` apart.
template <class T>
struct Right {
  const T* data;
  Size stride, panel_stride;
};

template <class T>
Vector<T> activate(Vector<T> x, Activation activation) {
  switch (activation) {
    case Activation::relu:
      return where(x < Vector<T>(0), Vector<T>(0), x);
    case Activation::tanh:
      return tanh(x);
    case Activation::sigmoid:
      return sigmoid(x);
    case Activation::none:
      break;
  }
  return x;
}

// Writes finished sums [rows, columns] to C from (row, column) on.
template <class T>
void finish(const GemmArguments<T>& product, Span rows, Span columns, const T* sums, Size stride) {
  const Epilogue<T>& epilogue = product.epilogue;
  for (Size i = rows.begin; i < rows.end; ++i, sums += stride) {
    T* c = product.c + i * product.c_row_stride;
    for (Size j = columns.begin; j < columns.end; j += kLanes<T>) {
      const Size count = columns.end - j;
      const auto load = [&](const T* from) {
        return count < kLanes<T> ? Vector<T>::load_partial(from, count) : Vector<T>::load(from);
      };
      Vector<T> value = Vector<T>::load(sums + (j - columns.begin));
      if (epilogue.bias) value += load(epilogue.bias + j);
      if (epilogue.accumulate) value = load(c + j) + value;
      value = activate(value, epilogue.activation);
      count < kLanes<T> ? value.store_partial(c + j, count) : value.store(c + j);
    }
  }
}

}  // namespace

}  // namespace weft::kernels
