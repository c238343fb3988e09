// Compiled once per instruction set.
//
// Blocks: a panel of B stays in the first cache while all tiles of a block of A, which stays in the second, pass over it. K goes
// through in blocks that are chains, or parts of longer ones. The sum of the most chains waits in C, or in scratch where C is not
// its own, all others in scratch; so does a chain between two of its parts, which changes no bit.
#include <weft/tensor/kernels/gemm.h>
#include <weft/tensor/kernels/gemm_pack.h>
#include <weft/tensor/kernels/gemm_parts.h>

namespace weft::kernels {

namespace {

// The part of a product that one block of K adds to one block of C.
template <class T>
struct Block {
  const GemmArguments<T>& product;
  Span rows, panels;
  Part part;
  Size tiles, tile_rows, higher_tiles;  // the first ones are one row higher
  bool pack_left;
  Left layout;                // of A as the tiles read it
  bool one_k;                 // the block of K is all of K
  const T* const* left_rows;  // the columns of A, if they are not strided

  Span ks() const { return part.ks; }
  Size waiting_size() const { return tiles * length(panels) * kTileSize<T>; }

  const T* left(Span at) const { return product.a.data + at.begin * product.a.row_stride + ks().begin * product.a.column_stride; }
  T* packed_left(const Scratch<T>& scratch, Span at) const {
    return scratch.left + (at.begin - rows.begin) * (pieces(length(ks()), kBlock) * kBlock);
  }
  const Tiles<T>& tiles_of(Size count) const { return kTiles<T>[static_cast<int>(layout)].of[count - 1]; }
  // Tiles of nearly the same height, without a division for each.
  Span first_tile() const { return {rows.begin, rows.begin + tile_rows + (higher_tiles > 0)}; }
  Span next_tile(Span tile) const {
    const bool higher = tile.end - rows.begin < higher_tiles * (tile_rows + 1);
    return {tile.end, least(rows.end, tile.end + tile_rows + higher)};
  }
  bool plain() const {
    const Epilogue<T>& epilogue = product.epilogue;
    return !epilogue.bias && !epilogue.accumulate && epilogue.activation == Activation::none;
  }
};

template <class T>
void pack_left_rows(const Block<T>& block, const Scratch<T>& scratch, Size most) {
  const Size k = length(block.ks());
  for (Size begin = 0; begin < k; begin += most)
    for (Span rows = block.first_tile(); length(rows) > 0; rows = block.next_tile(rows)) {
      const Size count = length(rows);
      StripPacker<T, Here>::pack_lines(least(most, k - begin), count, count, block.left_rows + block.ks().begin + begin,
                                       rows.begin, block.packed_left(scratch, rows) + begin * count);
    }
}

// Rows that lie in one piece are copied in blocks; others go column by column, and a few k at a time, so that the lines of A are
// read from end to end.
template <class T>
void pack_left(const Block<T>& block, const Scratch<T>& scratch) {
  constexpr Size kDepth = 8;
  if (block.left_rows) return pack_left_rows(block, scratch, kDepth);
  const Matrix<T>& a = block.product.a;
  const Size k = length(block.ks()), depth = block.layout == Left::blocks ? k : kDepth;
  for (Size begin = 0; begin < k; begin += depth)
    for (Span rows = block.first_tile(); length(rows) > 0; rows = block.next_tile(rows)) {
      const Size count = length(rows);
      const T* from = block.left(rows) + begin * a.column_stride;
      T* to = block.packed_left(scratch, rows) + begin * count;
      if (block.layout == Left::blocks)
        StripPacker<T, Here>::copy_blocks(count, k, from, a.row_stride, to);
      else
        StripPacker<T, Here>::pack({least(depth, k - begin), count, count, from, a.row_stride, a.column_stride, to});
    }
}

// Where a tile finds the sums of its chains, by depth in the tree.
template <class T>
struct Resting {
  T* c;  // depth 0
  Size c_stride;
  T* waiting;  // depth 1
  Size stride, step;

  T* at(Size depth) const { return depth == 0 ? c : waiting + (depth - 1) * step; }
  Size stride_at(Size depth) const { return depth == 0 ? c_stride : stride; }
};

// What the tile does before and after its block of K: see kernels/sum_tree.h. The sum of all chains arrives at depth 0.
template <class T>
void place_sums(const Part& part, const Resting<T>& resting, TileArguments<T>& tile) {
  const Size depth = part.waiting, joined = part.ends ? part.joined : 0;
  tile.start = part.begins ? nullptr : resting.at(depth);
  tile.start_stride = resting.stride_at(depth);
  tile.c = resting.at(depth - joined);
  tile.c_stride = resting.stride_at(depth - joined);
  tile.join_c = joined > 0;  // the last of them, in whose place the sum waits
  tile.joined = joined > 0 ? static_cast<int>(joined) - 1 : 0;
  tile.waiting = resting.at(depth - 1);
  tile.waiting_stride = resting.stride;
  tile.waiting_step = -resting.step;
}

// All tiles of the block against panels of B, one or as many as its only tile takes.
template <class T>
void multiply_panels(const Block<T>& block, Span panels, const Right<T>& right, const Scratch<T>& scratch) {
  const GemmArguments<T>& product = block.product;
  const Matrix<T>& a = product.a;
  const Span columns{panels.begin * kPanelWidth<T>, least(panels.end * kPanelWidth<T>, product.n)};
  const bool in_place = block.plain() && length(columns) == length(panels) * kPanelWidth<T>;
  const Size stride = length(panels) * kPanelWidth<T>, panel = panels.begin - block.panels.begin;
  TileArguments<T> tile{};
  tile.k = length(block.ks());
  tile.a_stride = block.layout == Left::rows ? a.row_stride : a.column_stride;
  tile.b = right.data;
  tile.b_stride = right.stride;
  tile.panel_stride = right.panel_stride;
  T* slot = scratch.sums + (block.plain() || block.one_k ? 0 : panel) * kTileSize<T>;
  T* waiting = scratch.waiting + panel * kTileSize<T>;
  for (Span rows = block.first_tile(); length(rows) > 0; rows = block.next_tile(rows)) {
    tile.a = block.pack_left ? block.packed_left(scratch, rows) : block.left(rows);
    if (block.pack_left) tile.a_stride = length(rows);
    T* c = in_place ? product.c + rows.begin * product.c_row_stride + columns.begin : slot;
    place_sums(block.part, {c, in_place ? product.c_row_stride : stride, waiting, stride, block.waiting_size()}, tile);
    const T* to = in_place ? tile.c : product.c + rows.begin * product.c_row_stride + columns.begin;
    const Size to_stride = in_place ? tile.c_stride : product.c_row_stride;
    for (Size i = 0; i < length(rows); ++i)
      for (Size j = 0; j < length(columns); j += kLanes<T>) __builtin_prefetch(to + i * to_stride + j, 1);
    const Tiles<T>& of = block.tiles_of(length(rows));
    (length(panels) > 1 ? of.several : length(columns) <= kLanes<T> ? of.half : of.one)(tile);
    if (block.part.last && block.part.ends && !in_place) finish(product, rows, columns, tile.c, tile.c_stride);
    if (!block.one_k) {
      slot += kScratchPanels<T> * kTileSize<T>;
      waiting += length(block.panels) * kTileSize<T>;
    }
  }
}

// right_of(panels, ks) gives a part of B that is at most most_k long.
template <class T, class RightOf>
void multiply_block(Block<T> block, const Scratch<T>& scratch, Size most_k, RightOf right_of) {
  const Matrix<T>& a = block.product.a;
  const Size whole_panels = block.product.n / kPanelWidth<T>;
  block.tiles = pieces(length(block.rows), kTileRows);
  block.tile_rows = length(block.rows) / block.tiles;
  block.higher_tiles = length(block.rows) % block.tiles;
  block.pack_left = block.left_rows || (length(block.rows) > 1 && ((a.row_stride != 1 && a.column_stride != 1) ||
                                                                   (block.tiles > 1 && length(block.panels) >= kManyPanels)));
  // A single tile reads each panel once, so that a chain needs no blocks.
  const Size most = block.tiles > 1 || block.pack_left ? kBlockK : most_k, chains = chain_count(block.product);
  block.one_k = chains == 1 && block.product.k <= most;
  block.layout = block.left_rows || a.column_stride != 1 ? Left::columns : block.pack_left ? Left::blocks : Left::rows;
  const Size at_once = block.tiles > 1 ? 1 : block.tiles_of(length(block.rows)).panels;
  const auto multiply_part = [&](const Part& part) {
    block.part = part;
    if (block.pack_left) pack_left(block, scratch);
    for (Span panels = {block.panels.begin, 0}; panels.begin < block.panels.end; panels.begin = panels.end) {
      const bool several = least(block.panels.end, whole_panels) - panels.begin >= at_once;
      panels.end = panels.begin + (several ? at_once : 1);
      multiply_panels(block, panels, right_of(panels, part.ks), scratch);
    }
  };
  for (Size index = 0, waiting = 0; index < chains; ++index) {
    const Span whole = chain(block.product, index);
    const Size parts = pieces(length(whole), most), joined = joined_by(block.product, index, waiting);
    for (Size i = 0; i < parts; ++i)
      multiply_part({piece(whole, i, parts), waiting, joined, i == 0, i + 1 == parts, index + 1 == chains});
    waiting += 1 - joined;
  }
}

template <class T, class RightOf>
void multiply_blocks(const GemmArguments<T>& product, Span rows, Span panels, const Scratch<T>& scratch, Size most_k,
                     RightOf right_of, const T* const* left_rows = nullptr) {
  Block<T> block{product, {}, {}, {}, 0, 0, 0, false, Left::rows, false, left_rows};
  const bool sums_in_scratch = product.k > kBlockK && !block.plain();
  const Size panel_blocks = pieces(length(panels), sums_in_scratch ? kScratchPanels<T> : kBlockPanels<T>);
  const Size row_blocks = pieces(length(rows), kBlockTiles * kTileRows);
  if (length(rows) == 0 || length(panels) == 0) return;
  for (Size index = 0; index < panel_blocks * row_blocks; ++index) {
    block.panels = piece(panels, index / row_blocks, panel_blocks);
    block.rows = piece(rows, index % row_blocks, row_blocks);
    multiply_block(block, scratch, most_k, right_of);
  }
}

template <class T>
void pack_panels(Size n, Matrix<T> b, Span panels, Span ks, T* packed) {
  constexpr Size width = kPanelWidth<T>;
  for (Size panel = panels.begin; panel < panels.end; ++panel) {
    const Size column = panel * width;
    StripPacker<T, Here>::pack({length(ks), least(width, n - column), width,
                                b.data + ks.begin * b.row_stride + column * b.column_stride, b.column_stride, b.row_stride,
                                packed + (panel - panels.begin) * length(ks) * width});
  }
}

template <class T>
void multiply_unpacked(const GemmArguments<T>& product, Matrix<T> b, Span rows, Span panels, T* scratch) {
  constexpr Size width = kPanelWidth<T>;
  const Scratch<T> parts = split(scratch);
  if (b.column_stride == 1 && length(rows) <= kFewRows) {
    const Span whole{panels.begin, least(panels.end, product.n / width)};
    if (length(whole) > 0) {
      panels.begin = whole.end;
      multiply_blocks(product, rows, whole, parts, product.k, [&](Span part, Span ks) {
        return Right<T>{b.data + ks.begin * b.row_stride + part.begin * width, b.row_stride, width};
      });
    }
  }
  multiply_blocks(product, rows, panels, parts, kBlockK, [&](Span part, Span ks) {
    pack_panels(product.n, b, part, ks, parts.right);
    return Right<T>{parts.right, width, length(ks) * width};
  });
}

template <class T>
void multiply_factor_rows(const GemmArguments<T>& product, FactorRows<T> factors, Span rows, Span panels, T* scratch) {
  constexpr Size width = kPanelWidth<T>;
  const Scratch<T> parts = split(scratch);
  const auto right_of = [&](Span part, Span ks) {
    for (Size panel = part.begin; panel < part.end; ++panel)
      StripPacker<T, Here>::pack_lines(length(ks), least(width, product.n - panel * width), width, factors.right + ks.begin,
                                       panel * width, parts.right + (panel - part.begin) * length(ks) * width);
    return Right<T>{parts.right, width, length(ks) * width};
  };
  multiply_blocks(product, rows, panels, parts, kBlockK, right_of, factors.left);
}

// The sums that wait beside that in C, a chain that rests between its parts among them, need a place each.
template <class T>
Size scratch_size_of(const GemmArguments<T>& product) {
  const Size tiles = least(kBlockTiles, pieces(product.m, kTileRows));
  const Size panels = least(kBlockPanels<T>, pieces(product.n, kPanelWidth<T>));
  return kSumsSize<T> + kLeftSize + kRightSize<T> + most_waiting(product) * tiles * panels * kTileSize<T>;
}

}  // namespace

template <>
template <>
Size GemmKernel<Here>::panel_width<float>() {
  return kPanelWidth<float>;
}
template <>
template <>
Size GemmKernel<Here>::panel_width<double>() {
  return kPanelWidth<double>;
}

template <>
Size GemmKernel<Here>::scratch_size(const GemmArguments<float>& product) {
  return scratch_size_of(product);
}
template <>
Size GemmKernel<Here>::scratch_size(const GemmArguments<double>& product) {
  return scratch_size_of(product);
}

template <>
Size GemmKernel<Here>::packed_size(Size k, Size n) {
  constexpr Size width = kPanelWidth<float>;
  return (n + width - 1) / width * width * k;
}

template <>
void GemmKernel<Here>::pack(Size k, Size n, Matrix<float> b, float* packed, Span panels) {
  pack_panels(n, b, panels, {0, k}, packed + panels.begin * k * kPanelWidth<float>);
}

template <>
void GemmKernel<Here>::multiply(const GemmArguments<float>& product, const float* packed, Span rows, Span panels,
                                float* scratch) {
  constexpr Size width = kPanelWidth<float>;
  multiply_blocks(product, rows, panels, split(scratch), product.k, [&](Span part, Span ks) {
    return Right<float>{packed + (part.begin * product.k + ks.begin) * width, width, product.k * width};
  });
}

template <>
void GemmKernel<Here>::multiply_plain(const GemmArguments<float>& product, Matrix<float> b, Span rows, Span panels,
                                      float* scratch) {
  multiply_unpacked(product, b, rows, panels, scratch);
}
template <>
void GemmKernel<Here>::multiply_plain(const GemmArguments<double>& product, Matrix<double> b, Span rows, Span panels,
                                      double* scratch) {
  multiply_unpacked(product, b, rows, panels, scratch);
}

template <>
void GemmKernel<Here>::multiply_rows(const GemmArguments<float>& product, FactorRows<float> factors, Span rows, Span panels,
                                     float* scratch) {
  multiply_factor_rows(product, factors, rows, panels, scratch);
}
template <>
void GemmKernel<Here>::multiply_rows(const GemmArguments<double>& product, FactorRows<double> factors, Span rows, Span panels,
                                     double* scratch) {
  multiply_factor_rows(product, factors, rows, panels, scratch);
}

}  // namespace weft::kernels
