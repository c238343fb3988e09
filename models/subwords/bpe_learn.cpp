#include <weft/models/io/utf8.h>
#include <weft/models/subwords/bpe_learn.h>

#include <algorithm>
#include <limits>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace weft::text {

namespace {

using SymbolId = std::uint32_t;
using Index = std::uint32_t;  // of a symbol in the list of all words' symbols

constexpr SymbolId kGone = std::numeric_limits<SymbolId>::max();
constexpr Index kNoPlace = std::numeric_limits<Index>::max();

// A symbol of a word, in a linked list. A merge extends the left symbol in place and removes the right one, so that its cost does
// not depend on the length of the word.
struct WordPlace {
  SymbolId symbol;
  Index word;
  Index before = kNoPlace, next = kNoPlace;
};

// Two symbols, how often they are neighbours, and the places of the left symbol when the pair was first seen. A merge that makes
// a new symbol creates no pair of older symbols. So the counts of older pairs only fall, and the places are in rising order.
// Neither holds if the words contain a literal "</w>", because a merge can then make a symbol that exists already.
struct Pair {
  SymbolId left = 0, right = 0;
  std::int64_t count = 0;
  std::vector<Index> places = {};
};

class Learner {
 public:
  explicit Learner(const TokenCounts& words);
  BpeCodes learn(const BpeLearning& options);

 private:
  struct Candidate {
    std::int64_t count;
    std::size_t pair;
  };

  SymbolId symbol(const std::string& text);
  void add_word(const std::string& text);
  Pair& pair_at(Index left);
  void add_pair(Index left);
  void remove_pair(Index left);

  bool comes_later(const Candidate& a, const Candidate& b) const;
  void push_pair(std::size_t pair);
  void push_new_pairs();
  bool find_best();

  bool stands_at(Index place, const Pair& pair) const;
  void take_in_next(Index place, SymbolId merged);
  void merge(const Pair& best, SymbolId merged);

  std::vector<std::string> texts_;  // the texts of the symbols
  std::unordered_map<std::string, SymbolId> symbols_;
  std::vector<std::int64_t> counts_;  // of words; their order affects nothing but the order of sums
  std::vector<WordPlace> places_;     // of all words, one after the other
  std::vector<Pair> pairs_;
  std::unordered_map<std::uint64_t, std::size_t> pair_of_;
  // A heap of pairs by counts that may be outdated; only the first pair is brought up to date, when it is needed.
  std::vector<Candidate> heap_;
  std::size_t pushed_ = 0;          // the number of pairs in the heap
  std::vector<std::size_t> risen_;  // those of them whose count rose in the last merge
};

Learner::Learner(const TokenCounts& words) {
  for (const auto& [text, count] : words) {
    if (text.empty()) continue;
    add_word(text);
    counts_.push_back(count);
  }
  for (Index i = 0; i < places_.size(); ++i)
    if (places_[i].next != kNoPlace) add_pair(i);
  push_new_pairs();
}

void Learner::add_word(const std::string& text) {
  require<ValueError>(text.size() < kNoPlace - places_.size(), "learn_bpe: the distinct words take 4 GiB or more together");
  const auto word = static_cast<Index>(counts_.size()), first = static_cast<Index>(places_.size());
  std::size_t begin = 0;
  for (CodePoint c : CodePoints(text)) {
    std::string character = text.substr(begin, c.length);
    begin += c.length;
    const auto here = static_cast<Index>(places_.size());
    if (begin == text.size()) character += kEndOfWord;
    places_.push_back({symbol(character), word, here == first ? kNoPlace : here - 1, begin == text.size() ? kNoPlace : here + 1});
  }
}

SymbolId Learner::symbol(const std::string& text) {
  auto [found, is_new] = symbols_.try_emplace(text, static_cast<SymbolId>(texts_.size()));
  if (is_new) texts_.push_back(text);
  return found->second;
}

// Returns the pair of the symbol at `left` and the next one.
Pair& Learner::pair_at(Index left) {
  const SymbolId first = places_[left].symbol, second = places_[places_[left].next].symbol;
  auto [found, is_new] = pair_of_.try_emplace(std::uint64_t{first} << 32 | second, pairs_.size());
  if (is_new) pairs_.push_back({.left = first, .right = second});
  return pairs_[found->second];
}

void Learner::add_pair(Index left) {
  Pair& grown = pair_at(left);
  grown.count += counts_[places_[left].word];
  grown.places.push_back(left);
  const auto index = static_cast<std::size_t>(&grown - pairs_.data());
  if (index < pushed_) risen_.push_back(index);
}

void Learner::remove_pair(Index left) { pair_at(left).count -= counts_[places_[left].word]; }

// --- the most frequent pair ---

bool Learner::comes_later(const Candidate& a, const Candidate& b) const {
  if (a.count != b.count) return a.count < b.count;
  const Pair &first = pairs_[a.pair], &second = pairs_[b.pair];
  if (first.left != second.left) return texts_[first.left] < texts_[second.left];
  return texts_[first.right] < texts_[second.right];
}

void Learner::push_pair(std::size_t pair) {
  heap_.push_back({pairs_[pair].count, pair});
  std::push_heap(heap_.begin(), heap_.end(), [&](const Candidate& a, const Candidate& b) { return comes_later(a, b); });
}

// Pairs whose counts rose are then in the heap twice, once with an outdated count.
void Learner::push_new_pairs() {
  for (; pushed_ < pairs_.size(); ++pushed_) push_pair(pushed_);
  std::sort(risen_.begin(), risen_.end());
  risen_.erase(std::unique(risen_.begin(), risen_.end()), risen_.end());
  for (std::size_t pair : risen_) push_pair(pair);
  risen_.clear();
}

// Brings the most frequent pair to the front of the heap; returns false if no pair occurs any more.
bool Learner::find_best() {
  auto later = [&](const Candidate& a, const Candidate& b) { return comes_later(a, b); };
  while (!heap_.empty()) {
    const std::int64_t now = pairs_[heap_.front().pair].count;
    if (now == heap_.front().count && now > 0) return true;
    std::pop_heap(heap_.begin(), heap_.end(), later);
    heap_.back().count = now;
    if (now > 0)
      std::push_heap(heap_.begin(), heap_.end(), later);
    else
      heap_.pop_back();
  }
  return false;
}

// --- a merge ---

bool Learner::stands_at(Index place, const Pair& pair) const {
  const WordPlace& left = places_[place];
  return left.symbol == pair.left && left.next != kNoPlace && places_[left.next].symbol == pair.right;
}

void Learner::take_in_next(Index place, SymbolId merged) {
  WordPlace& left = places_[place];
  WordPlace& right = places_[left.next];
  left.symbol = merged;
  left.next = right.next;
  right.symbol = kGone;
  if (left.next != kNoPlace) places_[left.next].before = place;
}

void Learner::merge(const Pair& best, SymbolId merged) {
  // When "b c" is merged in "a b c d", the pairs "a b" and "c d" disappear.
  std::vector<Index> made;
  for (Index place : best.places) {
    if (!stands_at(place, best)) continue;  // an earlier merge took one of the two, as in "b b b"
    const Index before = places_[place].before, right = places_[place].next;
    const bool is_behind_made = !made.empty() && made.back() == before;  // in "b c b c" the previous merge has removed "c b"
    if (before != kNoPlace && !is_behind_made) remove_pair(before);
    if (places_[right].next != kNoPlace) remove_pair(right);
    take_in_next(place, merged);
    made.push_back(place);
  }
  // The new pairs are "a bc" and "bc d".
  for (std::size_t i = 0; i < made.size(); ++i) {
    const WordPlace& place = places_[made[i]];
    if (place.before != kNoPlace) add_pair(place.before);
    const bool is_before_made = i + 1 < made.size() && made[i + 1] == place.next;
    if (place.next != kNoPlace && !is_before_made) add_pair(made[i]);
  }
}

BpeCodes Learner::learn(const BpeLearning& options) {
  BpeCodes codes;
  while (std::ssize(codes) < options.merges && find_best() && heap_.front().count >= options.min_frequency) {
    const std::size_t index = heap_.front().pair;
    Pair best = std::move(pairs_[index]);
    if (!std::is_sorted(best.places.begin(), best.places.end())) std::sort(best.places.begin(), best.places.end());
    codes.push_back({texts_[best.left], texts_[best.right]});
    merge(best, symbol(codes.back().left + codes.back().right));
    pairs_[index] = {.left = best.left, .right = best.right};
    push_new_pairs();
  }
  return codes;
}

}  // namespace

BpeCodes learn_bpe(const TokenCounts& words, const BpeLearning& options) {
  require<ValueError>(options.merges >= 0, "learn_bpe: the number of merges is negative: ", options.merges);
  require<ValueError>(options.min_frequency >= 1, "learn_bpe: min_frequency is ", options.min_frequency, ", not at least 1");
  return Learner(words).learn(options);
}

}  // namespace weft::text
