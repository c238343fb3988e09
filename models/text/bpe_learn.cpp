#include <weft/models/text/bpe_learn.h>
#include <weft/models/text/utf8.h>

#include <algorithm>

namespace weft::text {

namespace {

using SymbolId = std::uint32_t;
using Symbols = std::vector<SymbolId>;

struct Word {
  Symbols symbols;
  std::int64_t count = 0;
};

// Two symbols, how often they are neighbours, and in which words they were when both came into being: no merge makes a pair of
// older symbols neighbours, so that a count only falls.
struct Pair {
  SymbolId left = 0, right = 0;
  std::int64_t count = 0;
  std::vector<std::size_t> words = {};
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
  Pair& pair(SymbolId left, SymbolId right);
  void add(SymbolId left, SymbolId right, std::size_t word);
  void remove(SymbolId left, SymbolId right, std::size_t word);

  bool comes_later(const Candidate& a, const Candidate& b) const;
  void push_new_pairs();
  bool find_best();

  void merge(const Pair& best, SymbolId merged);
  Symbols merged_symbols(const Symbols& before, const Pair& best, SymbolId merged) const;
  void forget_neighbours(const Symbols& before, SymbolId left, SymbolId right, std::size_t word);
  void count_neighbours(SymbolId merged, std::size_t word);

  std::vector<std::string> texts_;  // of symbols
  std::unordered_map<std::string, SymbolId> symbols_;
  std::vector<Word> words_;  // their order reaches sums alone
  std::vector<Pair> pairs_;
  std::unordered_map<std::uint64_t, std::size_t> pair_of_;
  // A heap of pairs with the counts that they once had; the first is brought up to date when it is asked for.
  std::vector<Candidate> heap_;
  std::size_t pushed_ = 0;  // pairs that the heap knows
};

Learner::Learner(const TokenCounts& words) {
  for (const auto& [text, count] : words) {
    if (text.empty()) continue;
    Word& word = words_.emplace_back();
    word.count = count;
    std::size_t begin = 0;
    for (CodePoint c : CodePoints(text)) {
      std::string character = text.substr(begin, c.length);
      begin += c.length;
      if (begin == text.size()) character += kEndOfWord;
      word.symbols.push_back(symbol(character));
    }
  }
  for (std::size_t i = 0; i < words_.size(); ++i)
    for (std::size_t at = 1; at < words_[i].symbols.size(); ++at) add(words_[i].symbols[at - 1], words_[i].symbols[at], i);
  push_new_pairs();
}

SymbolId Learner::symbol(const std::string& text) {
  auto [found, is_new] = symbols_.try_emplace(text, static_cast<SymbolId>(texts_.size()));
  if (is_new) texts_.push_back(text);
  return found->second;
}

Pair& Learner::pair(SymbolId left, SymbolId right) {
  auto [found, is_new] = pair_of_.try_emplace(std::uint64_t{left} << 32 | right, pairs_.size());
  if (is_new) pairs_.push_back({.left = left, .right = right});
  return pairs_[found->second];
}

void Learner::add(SymbolId left, SymbolId right, std::size_t word) {
  Pair& grown = pair(left, right);
  grown.count += words_[word].count;
  if (grown.words.empty() || grown.words.back() != word) grown.words.push_back(word);
}

void Learner::remove(SymbolId left, SymbolId right, std::size_t word) { pair(left, right).count -= words_[word].count; }

// --- the most frequent pair ---

bool Learner::comes_later(const Candidate& a, const Candidate& b) const {
  if (a.count != b.count) return a.count < b.count;
  const Pair &first = pairs_[a.pair], &second = pairs_[b.pair];
  if (first.left != second.left) return texts_[first.left] < texts_[second.left];
  return texts_[first.right] < texts_[second.right];
}

void Learner::push_new_pairs() {
  for (; pushed_ < pairs_.size(); ++pushed_) {
    heap_.push_back({pairs_[pushed_].count, pushed_});
    std::push_heap(heap_.begin(), heap_.end(), [&](const Candidate& a, const Candidate& b) { return comes_later(a, b); });
  }
}

// Brings the most frequent pair to the front of the heap; false when no pair occurs.
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

Symbols Learner::merged_symbols(const Symbols& before, const Pair& best, SymbolId merged) const {
  Symbols after;
  after.reserve(before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    const bool here = i + 1 < before.size() && before[i] == best.left && before[i + 1] == best.right;
    after.push_back(here ? merged : before[i]);
    i += here;
  }
  return after;
}

// Where "b c" is merged in "a b c d", "a b" and "c d" are no neighbours any more.
void Learner::forget_neighbours(const Symbols& before, SymbolId left, SymbolId right, std::size_t word) {
  auto stands_at = [&](std::size_t i) { return i + 1 < before.size() && before[i] == left && before[i + 1] == right; };
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!stands_at(i)) continue;
    if (i > 0) remove(before[i - 1], left, word);
    // In "b c b c" the second "b c" takes care of the "c b" between them.
    if (i + 2 < before.size() && !stands_at(i + 2)) remove(right, before[i + 2], word);
    ++i;
  }
}

// "a bc" and "bc d" are neighbours now.
void Learner::count_neighbours(SymbolId merged, std::size_t word) {
  const Symbols& after = words_[word].symbols;
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (after[i] != merged) continue;
    if (i > 0) add(after[i - 1], merged, word);
    if (i + 1 < after.size() && after[i + 1] != merged) add(merged, after[i + 1], word);
  }
}

void Learner::merge(const Pair& best, SymbolId merged) {
  for (std::size_t word : best.words) {
    Symbols after = merged_symbols(words_[word].symbols, best, merged);
    if (after.size() == words_[word].symbols.size()) continue;  // another merge took one of the two
    words_[word].symbols.swap(after);
    forget_neighbours(after, best.left, best.right, word);
    count_neighbours(merged, word);
  }
}

BpeCodes Learner::learn(const BpeLearning& options) {
  BpeCodes codes;
  while (std::ssize(codes) < options.merges && find_best() && heap_.front().count >= options.min_frequency) {
    const std::size_t index = heap_.front().pair;
    const Pair best = std::move(pairs_[index]);
    codes.push_back({texts_[best.left], texts_[best.right]});
    merge(best, symbol(codes.back().left + codes.back().right));
    pairs_[index] = {.left = best.left, .right = best.right};
    push_new_pairs();
  }
  return codes;
}

}  // namespace

BpeCodes learn_bpe(const TokenCounts& words, const BpeLearning& options) {
  require<ValueError>(options.merges >= 0, "learn_bpe: ", options.merges, " merges");
  require<ValueError>(options.min_frequency >= 1, "learn_bpe: min_frequency is ", options.min_frequency, ", not at least 1");
  return Learner(words).learn(options);
}

}  // namespace weft::text
