// Compiled once per instruction set.
//
// Blocks: a panel of B stays in the first cache while all tiles of a block of A, which stays in the second, pass over it. Between
// two blocks of K the sums rest in C, or in scratch where C is not theirs alone; storing and loading them changes no bit.
#include <weft/tensor/kernels/product.h>
#include <weft/tensor/kernels/product_pack.h>
#include <weft/tensor/kernels/product_tile.h>

#include <utility>

namespace weft::kernels {

namespace {

using Vector = simd::Vec<float, Here>;
using Size = std::int64_t;

constexpr Size kLanes = TileShape<Here>::lanes;
constexpr Size kPanelWidth = TileShape<Here>::panel_width;
constexpr Size kTileRows = TileShape<Here>::rows;
constexpr Size kTileSize = kTileRows * kPanelWidth;
constexpr Size kBlockK = 512;
constexpr Size kBlockTiles = 384 / kTileRows;
constexpr Size kBlockPanels = 1024 / kPanelWidth;
// Panels in a block whose sums rest in scratch.
constexpr Size kScratchPanels = 256 / kPanelWidth;
constexpr Size kMostPanelsAtOnce = 4;
// With so few rows, rows of B are read where they stand.
constexpr Size kFewRows = 2 * kTileRows;
// For fewer panels, A is read where it stands.
constexpr Size kManyPanels = 8;

constexpr Size least(Size a, Size b) { return a < b ? a : b; }
constexpr Size length(Span span) { return span.end - span.begin; }
constexpr Size pieces(Size count, Size most) { return count > most ? (count + most - 1) / most : 1; }
constexpr Span piece(Span whole, Size index, Size count) {
  return {whole.begin + length(whole) * index / count, whole.begin + length(whole) * (index + 1) / count};
}

// The tiles of one number of rows: half a panel, a panel, several panels.
struct Tiles {
  void (*half)(const TileArguments&);
  void (*one)(const TileArguments&);
  void (*several)(const TileArguments&);
  Size panels;  // that `several` takes
};

struct TileTable {
  Tiles of[kTileRows];
};

template <Left left, int... row>
constexpr TileTable tile_table(std::integer_sequence<int, row...>) {
  return {{{multiply_tile<Here, row + 1, 1, 1, left>, multiply_tile<Here, row + 1, 1, 2, left>,
            multiply_tile<Here, row + 1, panels_at_once<Here>(row + 1), 2, left>, panels_at_once<Here>(row + 1)}...}};
}

// By Left.
constexpr TileTable kTiles[] = {tile_table<Left::rows>(std::make_integer_sequence<int, kTileRows>{}),
                                tile_table<Left::columns>(std::make_integer_sequence<int, kTileRows>{}),
                                tile_table<Left::blocks>(std::make_integer_sequence<int, kTileRows>{})};

struct Scratch {
  float* sums;   // [tile, panel, tile rows, panel width]
  float* left;   // a block of A: [tile, k, rows of the tile]
  float* right;  // panels of B
};

constexpr Size kSumsSize = kBlockTiles * kScratchPanels * kTileSize;
constexpr Size kLeftSize = kBlockTiles * kTileRows * kBlockK;
constexpr Size kRightSize = kBlockK * kMostPanelsAtOnce * kPanelWidth;

Scratch split(float* scratch) { return {scratch, scratch + kSumsSize, scratch + kSumsSize + kLeftSize}; }

// A block of B: rows `stride` apart, panels `panel_stride` apart.
struct Right {
  const float* data;
  Size stride, panel_stride;
};

Vector activate(Vector x, Activation activation) {
  switch (activation) {
    case Activation::relu:
      return where(x < Vector(0), Vector(0), x);
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
void finish(const ProductArguments& product, Span rows, Span columns, const float* sums, Size stride) {
  const Epilogue& epilogue = product.epilogue;
  for (Size i = rows.begin; i < rows.end; ++i, sums += stride) {
    float* c = product.c + i * product.c_row_stride;
    for (Size j = columns.begin; j < columns.end; j += kLanes) {
      const Size count = columns.end - j;
      const auto load = [&](const float* from) {
        return count < kLanes ? Vector::load_partial(from, count) : Vector::load(from);
      };
      Vector value = Vector::load(sums + (j - columns.begin));
      if (epilogue.bias) value += load(epilogue.bias + j);
      if (epilogue.accumulate) value = load(c + j) + value;
      value = activate(value, epilogue.activation);
      count < kLanes ? value.store_partial(c + j, count) : value.store(c + j);
    }
  }
}

// The part of a product that one block of K adds to one block of C.
struct Block {
  const ProductArguments& product;
  Span rows, panels, ks;
  Size tiles, tile_rows, higher_tiles;  // the first ones are one row higher
  bool pack_left;
  Left layout;  // of A as the tiles read it
  bool one_k;   // the block of K is all of K

  const float* left(Span at) const {
    return product.a.data + at.begin * product.a.row_stride + ks.begin * product.a.column_stride;
  }
  float* packed_left(const Scratch& scratch, Span at) const {
    return scratch.left + (at.begin - rows.begin) * (pieces(length(ks), kBlock) * kBlock);
  }
  const Tiles& tiles_of(Size count) const { return kTiles[static_cast<int>(layout)].of[count - 1]; }
  // Tiles of nearly the same height, without a division for each.
  Span first_tile() const { return {rows.begin, rows.begin + tile_rows + (higher_tiles > 0)}; }
  Span next_tile(Span tile) const {
    const bool higher = tile.end - rows.begin < higher_tiles * (tile_rows + 1);
    return {tile.end, least(rows.end, tile.end + tile_rows + higher)};
  }
  bool plain() const {
    const Epilogue& epilogue = product.epilogue;
    return !epilogue.bias && !epilogue.accumulate && epilogue.activation == Activation::none;
  }
};

// Rows that lie in one piece are copied in blocks; others go column by column, and a few k at a time, so that the lines of A are
// read from end to end.
void pack_left(const Block& block, const Scratch& scratch) {
  constexpr Size kDepth = 8;
  const Matrix& a = block.product.a;
  const Size k = length(block.ks), depth = block.layout == Left::blocks ? k : kDepth;
  for (Size begin = 0; begin < k; begin += depth)
    for (Span rows = block.first_tile(); length(rows) > 0; rows = block.next_tile(rows)) {
      const Size count = length(rows);
      const float* from = block.left(rows) + begin * a.column_stride;
      float* to = block.packed_left(scratch, rows) + begin * count;
      if (block.layout == Left::blocks)
        StripPacker<Here>::copy_blocks(count, k, from, a.row_stride, to);
      else
        StripPacker<Here>::pack({least(depth, k - begin), count, count, from, a.row_stride, a.column_stride, to});
    }
}

// All tiles of the block against panels of B, one or as many as its only tile takes.
void multiply_panels(const Block& block, Span panels, const Right& right, const Scratch& scratch) {
  const ProductArguments& product = block.product;
  const Matrix& a = product.a;
  const Span columns{panels.begin * kPanelWidth, least(panels.end * kPanelWidth, product.n)};
  const bool in_place = block.plain() && length(columns) == length(panels) * kPanelWidth;
  TileArguments tile{};
  tile.k = length(block.ks);
  tile.a_stride = block.layout == Left::rows ? a.row_stride : a.column_stride;
  tile.b = right.data;
  tile.b_stride = right.stride;
  tile.panel_stride = right.panel_stride;
  tile.c_stride = in_place ? product.c_row_stride : length(panels) * kPanelWidth;
  tile.resume = block.ks.begin > 0;
  float* slot = scratch.sums + (block.plain() || block.one_k ? 0 : panels.begin - block.panels.begin) * kTileSize;
  for (Span rows = block.first_tile(); length(rows) > 0; rows = block.next_tile(rows)) {
    tile.a = block.pack_left ? block.packed_left(scratch, rows) : block.left(rows);
    if (block.pack_left) tile.a_stride = length(rows);
    tile.c = in_place ? product.c + rows.begin * product.c_row_stride + columns.begin : slot;
    for (Size i = rows.begin; i < rows.end; ++i)
      for (Size j = columns.begin; j < columns.end; j += kLanes) __builtin_prefetch(product.c + i * product.c_row_stride + j, 1);
    const Tiles& of = block.tiles_of(length(rows));
    (length(panels) > 1 ? of.several : length(columns) <= kLanes ? of.half : of.one)(tile);
    if (block.ks.end == product.k && !in_place) finish(product, rows, columns, tile.c, tile.c_stride);
    if (!block.one_k) slot += kScratchPanels * kTileSize;
  }
}

// right_of(panels, ks) gives a part of B that is at most most_k long.
template <class RightOf>
void multiply_block(Block block, const Scratch& scratch, Size most_k, RightOf right_of) {
  const Matrix& a = block.product.a;
  const Size whole_panels = block.product.n / kPanelWidth;
  block.tiles = pieces(length(block.rows), kTileRows);
  block.tile_rows = length(block.rows) / block.tiles;
  block.higher_tiles = length(block.rows) % block.tiles;
  block.pack_left = length(block.rows) > 1 &&
                    ((a.row_stride != 1 && a.column_stride != 1) || (block.tiles > 1 && length(block.panels) >= kManyPanels));
  // A single tile reads each panel once, so that K needs no blocks.
  const Size k_blocks = pieces(block.product.k, block.tiles > 1 || block.pack_left ? kBlockK : most_k);
  block.one_k = k_blocks == 1;
  block.layout = a.column_stride == 1 ? block.pack_left ? Left::blocks : Left::rows : Left::columns;
  const Size at_once = block.tiles > 1 ? 1 : block.tiles_of(length(block.rows)).panels;
  for (Size k_block = 0; k_block < k_blocks; ++k_block) {
    block.ks = piece({0, block.product.k}, k_block, k_blocks);
    if (block.pack_left) pack_left(block, scratch);
    for (Span panels = {block.panels.begin, 0}; panels.begin < block.panels.end; panels.begin = panels.end) {
      const bool several = least(block.panels.end, whole_panels) - panels.begin >= at_once;
      panels.end = panels.begin + (several ? at_once : 1);
      multiply_panels(block, panels, right_of(panels, block.ks), scratch);
    }
  }
}

template <class RightOf>
void multiply_blocks(const ProductArguments& product, Span rows, Span panels, const Scratch& scratch, Size most_k,
                     RightOf right_of) {
  Block block{product, {}, {}, {}, 0, 0, 0, false, Left::rows, false};
  const bool sums_in_scratch = product.k > kBlockK && !block.plain();
  const Size panel_blocks = pieces(length(panels), sums_in_scratch ? kScratchPanels : kBlockPanels);
  const Size row_blocks = pieces(length(rows), kBlockTiles * kTileRows);
  if (length(rows) == 0 || length(panels) == 0) return;
  for (Size index = 0; index < panel_blocks * row_blocks; ++index) {
    block.panels = piece(panels, index / row_blocks, panel_blocks);
    block.rows = piece(rows, index % row_blocks, row_blocks);
    multiply_block(block, scratch, most_k, right_of);
  }
}

void pack_panels(Size n, Matrix b, Span panels, Span ks, float* packed) {
  for (Size panel = panels.begin; panel < panels.end; ++panel) {
    const Size column = panel * kPanelWidth;
    StripPacker<Here>::pack({length(ks), least(kPanelWidth, n - column), kPanelWidth,
                             b.data + ks.begin * b.row_stride + column * b.column_stride, b.column_stride, b.row_stride,
                             packed + (panel - panels.begin) * length(ks) * kPanelWidth});
  }
}

}  // namespace

template <>
Size ProductKernel<Here>::panel_width() {
  return kPanelWidth;
}

template <>
Size ProductKernel<Here>::packed_size(Size k, Size n) {
  return (n + kPanelWidth - 1) / kPanelWidth * kPanelWidth * k;
}

template <>
Size ProductKernel<Here>::scratch_size() {
  return kSumsSize + kLeftSize + kRightSize;
}

template <>
void ProductKernel<Here>::pack(Size k, Size n, Matrix b, float* packed, Span panels) {
  pack_panels(n, b, panels, {0, k}, packed + panels.begin * k * kPanelWidth);
}

template <>
void ProductKernel<Here>::multiply(const ProductArguments& product, const float* packed, Span rows, Span panels, float* scratch) {
  multiply_blocks(product, rows, panels, split(scratch), product.k, [&](Span part, Span ks) {
    return Right{packed + (part.begin * product.k + ks.begin) * kPanelWidth, kPanelWidth, product.k * kPanelWidth};
  });
}

template <>
void ProductKernel<Here>::multiply_plain(const ProductArguments& product, Matrix b, Span rows, Span panels, float* scratch) {
  const Scratch parts = split(scratch);
  if (b.column_stride == 1 && length(rows) <= kFewRows) {
    const Span whole{panels.begin, least(panels.end, product.n / kPanelWidth)};
    if (length(whole) > 0) {
      panels.begin = whole.end;
      multiply_blocks(product, rows, whole, parts, product.k, [&](Span part, Span ks) {
        return Right{b.data + ks.begin * b.row_stride + part.begin * kPanelWidth, b.row_stride, kPanelWidth};
      });
    }
  }
  multiply_blocks(product, rows, panels, parts, kBlockK, [&](Span part, Span ks) {
    pack_panels(product.n, b, part, ks, parts.right);
    return Right{parts.right, kPanelWidth, length(ks) * kPanelWidth};
  });
}

}  // namespace weft::kernels
