#include <weft/models/metrics/detail/common_words.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace weft::metrics {

namespace {

using Words = std::span<const std::string>;
using Bits = std::vector<std::uint64_t>;

constexpr std::size_t kBits = 64;

bool is_set(const Bits& bits, std::size_t at) { return bits[at / kBits] >> (at % kBits) & 1; }

// Computes the rows of the table of lengths, where lengths[i][j] is the length of the longest common subsequence of the first i
// words of one text and the first j words of the other. A row is stored as its differences: bit j is 0 if lengths[i][j + 1] is
// lengths[i][j] + 1, otherwise 1.
class Rows {
 public:
  explicit Rows(Words columns) : words_((columns.size() + kBits - 1) / kBits), mask_(words_) {
    for (std::size_t j = 0; j < columns.size(); ++j) places_[columns[j]].places.push_back(j);
  }

  Bits first() const { return Bits(words_, ~std::uint64_t{0}); }

  // Turns row i into row i + 1, where `word` is word i of the first text.
  void add(const std::string& word, Bits& row) {
    const auto found = places_.find(word);
    if (found == places_.end()) return;
    // Usually a mask costs no more to set than to read, so that one is shared. Words with more places than a mask has elements
    // keep a mask of their own; there are at most 64 of these.
    Places& own = found->second;
    if (own.places.size() > words_) {
      if (own.mask.empty()) set(own.places, own.mask = Bits(words_), true);
      return add(own.mask, row);
    }
    set(own.places, mask_, true);
    add(mask_, row);
    set(own.places, mask_, false);
  }

  // Returns lengths[i][count] of a row.
  static std::int64_t length(const Bits& row, std::size_t count) {
    std::int64_t ones = 0;
    for (std::size_t i = 0; i < count / kBits; ++i) ones += std::popcount(row[i]);
    if (count % kBits) ones += std::popcount(row[count / kBits] << (kBits - count % kBits));
    return static_cast<std::int64_t>(count) - ones;
  }

 private:
  struct Places {
    std::vector<std::size_t> places;
    Bits mask;
  };

  static void set(const std::vector<std::size_t>& places, Bits& mask, bool on) {
    for (std::size_t j : places) mask[j / kBits] = on ? mask[j / kBits] | std::uint64_t{1} << (j % kBits) : 0;
  }
  static void add(const Bits& mask, Bits& row) {
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::uint64_t here = row[i] & mask[i], sum = row[i] + here, with_carry = sum + carry;
      carry = (sum < here) | (with_carry < sum);
      row[i] = with_carry | (row[i] & ~mask[i]);
    }
  }

  std::size_t words_;
  std::unordered_map<std::string_view, Places> places_;
  Bits mask_;
};

// Returns how many words at their ends both texts have in common.
std::size_t common_end(Words a, Words b) {
  std::size_t count = 0;
  while (count < a.size() && count < b.size() && a[a.size() - 1 - count] == b[b.size() - 1 - count]) ++count;
  return count;
}

// Gives the rows from the last to the first. Only every step-th row is kept; the rows between two of these are computed again
// when they are needed.
class RowsBackwards {
 public:
  RowsBackwards(Words words, Words columns)
      : words_(words), rows_(columns), step_(static_cast<std::size_t>(std::sqrt(static_cast<double>(words.size()))) + 1) {
    Bits row = rows_.first();
    for (std::size_t i = 0; i <= words_.size(); ++i) {
      if (i % step_ == 0) kept_.push_back(row);
      if (i < words_.size()) rows_.add(words_[i], row);
    }
  }

  // Returns row i; i must not rise from call to call.
  const Bits& operator[](std::size_t i) {
    const std::size_t begin = i / step_ * step_;
    if (between_.empty() || begin != begin_) {
      begin_ = begin;
      between_.assign(1, kept_[i / step_]);
      for (std::size_t at = begin; at + 1 < begin + step_ && at < words_.size(); ++at) {
        between_.push_back(between_.back());
        rows_.add(words_[at], between_.back());
      }
    }
    return between_[i - begin];
  }

 private:
  Words words_;
  Rows rows_;
  std::size_t step_, begin_ = 0;
  std::vector<Bits> kept_, between_;
};

}  // namespace

std::size_t common_length(Words a, Words b) {
  const std::size_t end = common_end(a, b);
  a = a.first(a.size() - end), b = b.first(b.size() - end);
  std::size_t begin = 0;
  while (begin < a.size() && begin < b.size() && a[begin] == b[begin]) ++begin;
  a = a.subspan(begin), b = b.subspan(begin);
  Rows rows(b);
  Bits row = rows.first();
  for (const std::string& word : a) rows.add(word, row);
  return begin + end + static_cast<std::size_t>(Rows::length(row, b.size()));
}

void mark_common(Words reference, Words hypothesis, std::vector<bool>& marked) {
  std::size_t i = reference.size(), j = hypothesis.size();
  for (std::size_t end = common_end(reference, hypothesis); end > 0; --end, --j) marked[--i] = true;
  if (i == 0 || j == 0) return;
  RowsBackwards rows(reference.first(i), hypothesis.first(j));
  Bits row = rows[i], above = rows[i - 1];
  std::int64_t here = Rows::length(row, j), up = Rows::length(above, j);  // lengths[i][j] and lengths[i - 1][j]
  auto next_row = [&] {
    row.swap(above);
    if (i > 0) above = rows[i - 1];
    up = i > 0 ? Rows::length(above, j) : 0;
  };
  while (i > 0 && j > 0) {
    const std::int64_t left = here - !is_set(row, j - 1), up_left = up - !is_set(above, j - 1);
    if (reference[i - 1] == hypothesis[j - 1]) {
      marked[--i] = true;
      --j;
      here = up_left;
      next_row();
    } else if (left > up) {
      --j;
      here = left;
      up = up_left;
    } else {
      --i;
      here = up;
      next_row();
    }
  }
}

}  // namespace weft::metrics
