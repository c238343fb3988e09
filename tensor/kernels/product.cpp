// Compiled once per instruction set.
//
// Blocks: the columns of a block of B stay in the second cache while all rows of a block of A pass; a tile of A stays in the
// first. Between two blocks of K the sums rest in C, or in scratch where C is not theirs alone; storing and loading them changes
// no bit.
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
constexpr Size kBlockTiles = 504 / kTileRows;
constexpr Size kBlockPanels = 256 / kPanelWidth;
// With so few rows, rows of B are read where they stand.
constexpr Size kFewRows = 2 * kTileRows;
// For so few panels, columns of A are read where they stand.
constexpr Size kFewPanels = 2;

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

template <bool adjacent>
struct TileTable {
  Tiles of[kTileRows];
};

template <bool adjacent, int... row>
constexpr TileTable<adjacent> tile_table(std::integer_sequence<int, row...>) {
  return {{{multiply_tile<Here, row + 1, 1, 1, adjacent>, multiply_tile<Here, row + 1, 1, 2, adjacent>,
            multiply_tile<Here, row + 1, panels_at_once<Here>(row + 1), 2, adjacent>, panels_at_once<Here>(row + 1)}...}};
}

constexpr auto kRowTiles = tile_table<false>(std::make_integer_sequence<int, kTileRows>{});
constexpr auto kColumnTiles = tile_table<true>(std::make_integer_sequence<int, kTileRows>{});

struct Scratch {
  float* sums;   // [tile, panel, tile rows, panel width]
  float* left;   // a tile of A
  float* right;  // a block of B
};

constexpr Size kSumsSize = kBlockTiles * kBlockPanels * kTileSize;
constexpr Size kLeftSize = kTileRows * kBlockK;
constexpr Size kRightSize = kBlockK * kBlockPanels * kPanelWidth;

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

// One tile of rows against all panels of a block.
void multiply_row_tile(const ProductArguments& product, Span rows, Span panels, Span ks, const Right& right, float* sums,
                       float* left) {
  const Matrix& a = product.a;
  const Epilogue& epilogue = product.epilogue;
  const bool plain = !epilogue.bias && !epilogue.accumulate && epilogue.activation == Activation::none;
  const bool first = ks.begin == 0, last = ks.end == product.k;
  const bool adjacent = a.column_stride != 1;

  TileArguments tile{};
  tile.k = length(ks);
  tile.a = a.data + rows.begin * a.row_stride + ks.begin * a.column_stride;
  tile.a_stride = adjacent ? a.column_stride : a.row_stride;
  if (adjacent && length(rows) > 1 && (a.row_stride != 1 || length(panels) > kFewPanels)) {
    StripPacker<Here>::pack({tile.k, length(rows), length(rows), tile.a, a.row_stride, a.column_stride, left});
    tile.a = left;
    tile.a_stride = length(rows);
  }
  tile.b_stride = right.stride;
  tile.panel_stride = right.panel_stride;
  tile.resume = !first;

  const Tiles& tiles = (adjacent ? kColumnTiles.of : kRowTiles.of)[length(rows) - 1];
  for (Size panel = panels.begin; panel < panels.end;) {
    const Size column = panel * kPanelWidth;
    const bool group = least(panels.end, product.n / kPanelWidth) - panel >= tiles.panels;
    const Size count = group ? tiles.panels : 1;
    const Span columns{column, least(column + count * kPanelWidth, product.n)};
    const bool in_place = plain && length(columns) == count * kPanelWidth;
    tile.b = right.data + (panel - panels.begin) * right.panel_stride;
    tile.c = in_place ? product.c + rows.begin * product.c_row_stride + column : sums + (panel - panels.begin) * kTileSize;
    tile.c_stride = in_place ? product.c_row_stride : count * kPanelWidth;
    (group ? tiles.several : length(columns) <= kLanes ? tiles.half : tiles.one)(tile);
    if (last && !in_place) finish(product, rows, columns, tile.c, tile.c_stride);
    panel += count;
  }
}

// Blocks over columns, rows and K; right_of(panels, ks) gives a block of B.
template <class RightOf>
void multiply_blocks(const ProductArguments& product, Span rows, Span panels, const Scratch& scratch, RightOf right_of) {
  const Size panel_blocks = pieces(length(panels), kBlockPanels);
  const Size row_blocks = pieces(length(rows), kBlockTiles * kTileRows);
  const Size k_blocks = pieces(product.k, kBlockK);
  for (Size block = 0; block < panel_blocks * row_blocks; ++block) {
    const Span block_panels = piece(panels, block / row_blocks, panel_blocks);
    const Span block_rows = piece(rows, block % row_blocks, row_blocks);
    const Size tiles = pieces(length(block_rows), kTileRows);
    for (Size k_block = 0; k_block < k_blocks; ++k_block) {
      const Span ks = piece({0, product.k}, k_block, k_blocks);
      const Right right = right_of(block_panels, ks);
      for (Size tile = 0; tile < tiles; ++tile)
        multiply_row_tile(product, piece(block_rows, tile, tiles), block_panels, ks, right,
                          scratch.sums + tile * kBlockPanels * kTileSize, scratch.left);
    }
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
  multiply_blocks(product, rows, panels, split(scratch), [&](Span block, Span ks) {
    return Right{packed + (block.begin * product.k + ks.begin) * kPanelWidth, kPanelWidth, product.k * kPanelWidth};
  });
}

template <>
void ProductKernel<Here>::multiply_plain(const ProductArguments& product, Matrix b, Span rows, Span panels, float* scratch) {
  const Scratch parts = split(scratch);
  Span to_pack = panels;
  if (b.column_stride == 1 && length(rows) <= kFewRows) {
    const Span whole{panels.begin, least(panels.end, product.n / kPanelWidth)};
    if (length(whole) > 0) {
      to_pack.begin = whole.end;
      multiply_blocks(product, rows, whole, parts, [&](Span block, Span ks) {
        return Right{b.data + ks.begin * b.row_stride + block.begin * kPanelWidth, b.row_stride, kPanelWidth};
      });
    }
  }
  multiply_blocks(product, rows, to_pack, parts, [&](Span block, Span ks) {
    pack_panels(product.n, b, block, ks, parts.right);
    return Right{parts.right, kPanelWidth, length(ks) * kPanelWidth};
  });
}

}  // namespace weft::kernels
