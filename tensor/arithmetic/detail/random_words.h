// The random words that a tensor is made of.
#pragma once

#include <weft/tensor/arithmetic/detail/random_draws.h>
#include <weft/tensor/kernels/philox.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <cstdint>

namespace weft {

// The random words of a tensor's elements. Each element has a position, and each position one word in each of two planes: word p
// % 4 of the plane's block p / 4.
//
// Drawn in order, the elements have consecutive positions of one stream. Drawn by example, the positions are those along the last
// axis, and blocks are counted by all coordinates: the counter has the position's block / the index of the last axis but one /
// the stream's low half + the example / its high half + the index of the axes between. So no size of an axis matters, except for
// those between: a longer padding changes no number of what stood there before. The last axis has fewer than 2^34 elements, the
// one before fewer than 2^30.
class RandomWords {
 public:
  static constexpr std::int64_t kMost = 1024;  // elements drawn at once

  RandomWords(const Draw& draw, const Shape& shape);

  // The parts in which the elements are drawn: at most kMost elements each, at ends of rows if they are drawn by example.
  std::int64_t parts() const { return (row_count_ + part_rows_ - 1) / part_rows_ * row_parts_; }
  struct Part {
    std::int64_t begin, count;  // elements
    std::uint64_t first;        // the position of the first one
  };
  Part part(std::int64_t i) const;

  // Returns the words of the positions first .. first + count - 1, which are those of a part.
  const std::uint32_t* draw(std::uint64_t first, std::int64_t count, std::uint32_t plane);

 private:
  void draw_rows(std::int64_t row, std::int64_t column, std::int64_t count, std::uint32_t plane, std::uint32_t* to) const;

  Draw draw_;
  std::int64_t columns_;        // of a row: all elements, or those of the last axis
  std::int64_t row_count_ = 1;  // of all examples
  std::int64_t rows_ = 1;       // the size of the last axis but one
  std::int64_t between_ = 1;    // the number of indices of the axes between
  std::int64_t part_rows_ = 1;  // whole rows in a part
  std::int64_t row_parts_ = 1;  // or parts in a row
  std::uint32_t words_[2][kMost + 8];
};

// Calls draw(words, part) for all parts, split over threads.
template <class Function>
void draw_parts(const Draw& draw, const Shape& shape, Function function) {
  parallel_for(RandomWords(draw, shape).parts(), 16, [&](std::int64_t begin, std::int64_t end) {
    RandomWords words(draw, shape);
    for (; begin < end; ++begin) function(words, words.part(begin));
  });
}

}  // namespace weft
