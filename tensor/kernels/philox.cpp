// Compiled once per instruction set.
#include <weft/tensor/kernels/philox.h>
#include <weft/tensor/kernels/row.h>

namespace weft::kernels {

namespace {

constexpr std::int64_t kLanes = 16;  // blocks at once, so that the compiler can use registers of any size

// One round on all lanes.
[[gnu::always_inline]] inline void round(std::uint32_t (&c)[4][kLanes], std::uint32_t key_low, std::uint32_t key_high) {
  for (std::int64_t i = 0; i < kLanes; ++i) {
    const std::uint64_t left = std::uint64_t{0xD2511F53} * c[0][i], right = std::uint64_t{0xCD9E8D57} * c[2][i];
    c[0][i] = static_cast<std::uint32_t>(right >> 32) ^ c[1][i] ^ key_low;
    c[2][i] = static_cast<std::uint32_t>(left >> 32) ^ c[3][i] ^ key_high;
    c[1][i] = static_cast<std::uint32_t>(right);
    c[3][i] = static_cast<std::uint32_t>(left);
  }
}

// All rounds on the counters c.
[[gnu::always_inline]] inline void rounds(std::uint64_t seed, std::uint32_t (&c)[4][kLanes]) {
  std::uint32_t low = static_cast<std::uint32_t>(seed), high = static_cast<std::uint32_t>(seed >> 32);
  for (int i = 0; i < 10; ++i) {
    round(c, low, high);
    low += 0x9E3779B9;
    high += 0xBB67AE85;
  }
}

// Writes the words of the first `count` lanes, block by block.
[[gnu::always_inline]] inline void store(const std::uint32_t (&c)[4][kLanes], std::int64_t count, std::uint32_t* words) {
  const std::int64_t end = count < kLanes ? count : kLanes;
  for (std::int64_t i = 0; i < end; ++i)
    for (std::int64_t word = 0; word < 4; ++word) words[4 * i + word] = c[word][i];
}

// The places of the next blocks of rows, one in each lane.
class Places {
 public:
  Places(const PhiloxRows& rows, std::int64_t first)
      : width_(static_cast<std::uint32_t>(rows.width)),
        next_row_(static_cast<std::uint32_t>(kLanes / rows.width)),
        next_column_(static_cast<std::uint32_t>(kLanes % rows.width)) {
    auto row = static_cast<std::uint32_t>(first / rows.width), column = static_cast<std::uint32_t>(first % rows.width);
    for (std::int64_t i = 0; i < kLanes; ++i) {
      row_[i] = row, column_[i] = column;
      if (++column == width_) ++row, column = 0;
    }
  }

  void counters(const PhiloxRows& rows, std::uint32_t (&c)[4][kLanes]) const {
    for (int word = 0; word < 4; ++word)
      for (std::int64_t i = 0; i < kLanes; ++i) c[word][i] = rows.counter[word];
    for (std::int64_t i = 0; i < kLanes; ++i) c[0][i] += column_[i];
    for (std::int64_t i = 0; i < kLanes; ++i) c[rows.row_word][i] += row_[i];
  }

  // Moves on by kLanes blocks.
  void advance() {
    for (std::int64_t i = 0; i < kLanes; ++i) {
      const std::uint32_t column = column_[i] + next_column_, past = column >= width_;
      column_[i] = past ? column - width_ : column;
      row_[i] += next_row_ + past;
    }
  }

 private:
  std::uint32_t width_, next_row_, next_column_;
  std::uint32_t row_[kLanes], column_[kLanes];
};

template <class T>
void box_muller(T* u, T* v, std::int64_t count, double mean, double stddev) {
  using Vector = simd::Vec<T, Here>;
  for_each_register<T, Here>(count, [=](std::int64_t j, std::int64_t lanes) {
    const Vector radius = Vector(stddev) * sqrt(Vector(-2) * log(load_lanes<T, Here>(u + j, lanes, T(1))));
    const Vector angle = Vector(6.283185307179586) * load_lanes<T, Here>(v + j, lanes, T(0));
    store_lanes<T, Here>(u + j, lanes, Vector(mean) + radius * cos(angle));
    store_lanes<T, Here>(v + j, lanes, Vector(mean) + radius * sin(angle));
  });
}

}  // namespace

template <>
void PhiloxKernel<Here>::row_words(const PhiloxRows& rows, std::int64_t first, std::int64_t count, std::uint32_t* words) {
  std::uint32_t c[4][kLanes];
  Places places(rows, first);
  for (std::int64_t begin = 0; begin < count; begin += kLanes) {
    places.counters(rows, c);
    rounds(rows.seed, c);
    store(c, count - begin, words + 4 * begin);
    places.advance();
  }
}

template <>
void PhiloxKernel<Here>::words(const PhiloxKey& key, std::uint64_t first, std::int64_t count, std::uint32_t* words) {
  constexpr std::int64_t kRow = std::int64_t{1} << 31;  // inside which word 0 of the counter does not overflow
  while (count > 0) {
    const auto left = kRow - static_cast<std::int64_t>(first % kRow), now = count < left ? count : left;
    const PhiloxRows row{key.seed,
                         {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(first >> 32) + (key.plane << 30),
                          static_cast<std::uint32_t>(key.stream), static_cast<std::uint32_t>(key.stream >> 32)},
                         1,
                         kRow};
    row_words(row, 0, now, words);
    first += static_cast<std::uint64_t>(now), count -= now, words += 4 * now;
  }
}

template <>
void PhiloxKernel<Here>::normal(float* u, float* v, std::int64_t count, double mean, double stddev) {
  box_muller(u, v, count, mean, stddev);
}
template <>
void PhiloxKernel<Here>::normal(double* u, double* v, std::int64_t count, double mean, double stddev) {
  box_muller(u, v, count, mean, stddev);
}

}  // namespace weft::kernels
