#include <weft/tensor/arithmetic/detail/random_words.h>

namespace weft {

namespace {

std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
std::uint32_t high(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

std::int64_t blocks(std::int64_t columns) { return (columns + 3) / 4; }

}  // namespace

RandomWords::RandomWords(const Draw& draw, const Shape& shape) : draw_(draw), columns_(shape.numel()) {
  if (draw.first_example >= 0 && columns_ > 0) {
    columns_ = shape.dims() < 2 ? 1 : shape.back();
    rows_ = shape.dims() < 3 ? 1 : shape.back(1);
    row_count_ = shape.numel() / columns_;
    between_ = row_count_ / (rows_ * shape[0]);
    draw_.from.counter = 0;
    part_rows_ = std::max<std::int64_t>(kMost / (4 * blocks(columns_)), 1);
  }
  if (part_rows_ == 1) row_parts_ = (columns_ + kMost - 1) / kMost;
}

RandomWords::Part RandomWords::part(std::int64_t i) const {
  const std::int64_t row = i / row_parts_ * part_rows_, column = i % row_parts_ * kMost;
  const std::int64_t begin = row * columns_ + column;
  const std::int64_t count =
      part_rows_ == 1 ? std::min(kMost, columns_ - column) : std::min(part_rows_, row_count_ - row) * columns_;
  return {begin, count, draw_.from.counter + static_cast<std::uint64_t>(begin)};
}

const std::uint32_t* RandomWords::draw(std::uint64_t first, std::int64_t count, std::uint32_t plane) {
  std::uint32_t* to = words_[plane];
  if (draw_.first_example < 0) {
    const auto skip = static_cast<std::int64_t>(first % 4);
    best<kernels::PhiloxKernel>([&](auto kernel) {
      kernel.words({draw_.from.seed, draw_.from.stream, plane}, first / 4, (skip + count + 3) / 4, to);
    });
    return to + skip;
  }
  const std::int64_t row = static_cast<std::int64_t>(first) / columns_, column = static_cast<std::int64_t>(first) % columns_;
  draw_rows(row, column, count, plane, to);
  const std::int64_t drawn = 4 * blocks(columns_);  // words of a row
  if (drawn > columns_ && count > columns_)
    for (std::int64_t i = 1; i < count / columns_; ++i) std::copy_n(to + i * drawn, columns_, to + i * columns_);
  return to;
}

// Rows of one example and one index of the axes between are drawn together; if these are single rows, those of all examples.
void RandomWords::draw_rows(std::int64_t row, std::int64_t column, std::int64_t count, std::uint32_t plane,
                            std::uint32_t* to) const {
  const std::int64_t width = blocks(columns_);
  const bool single = rows_ * between_ == 1;
  std::int64_t left = count <= columns_ - column ? blocks(count) : count / columns_ * width;
  while (left > 0) {
    const std::int64_t first = single ? 0 : row / rows_ * rows_;  // of the rows that can be drawn together
    const std::int64_t last = single ? row_count_ : first + rows_;
    const auto example = static_cast<std::uint64_t>(draw_.first_example + first / (rows_ * between_));
    const auto index = static_cast<std::uint64_t>(first / rows_ % between_);
    const kernels::PhiloxRows all{draw_.from.seed,
                                  {0, plane << 30, low(low(draw_.from.stream) + example), low(high(draw_.from.stream) + index)},
                                  single ? 2 : 1,
                                  width};
    const std::int64_t from = (row - first) * width + column / 4, drawn = std::min(left, (last - first) * width - from);
    best<kernels::PhiloxKernel>([&](auto kernel) { kernel.row_words(all, from, drawn, to); });
    left -= drawn, to += 4 * drawn, row = last, column = 0;
  }
}

}  // namespace weft
