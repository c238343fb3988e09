#include <weft/models/io/utf8.h>
#include <weft/models/subwords/bpe.h>
#include <weft/tensor/base/error.h>

#include <cstdint>
#include <limits>
#include <mutex>
#include <queue>
#include <shared_mutex>
#include <unordered_map>

namespace weft::text {

namespace {

using SymbolId = std::uint32_t;
using Rank = std::uint32_t;

constexpr SymbolId kUnknownSymbol = std::numeric_limits<SymbolId>::max();  // occurs in no merge
constexpr Rank kNoMerge = std::numeric_limits<Rank>::max();
constexpr std::string_view kSeparator = "@@";
constexpr std::size_t kMostRemembered = std::size_t{1} << 26;  // bytes of all remembered words and their pieces
constexpr std::size_t kLongestRemembered = 256;                // bytes of a word; longer words are rarely repeated

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

template <class Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

using Index = std::uint32_t;  // of symbols and bytes in a word
constexpr Index kNone = std::numeric_limits<Index>::max();

// A symbol of a word, in a linked list. A merge extends the left symbol in place and removes the right one.
struct Place {
  SymbolId symbol;
  Index end;  // of its bytes, which begin where those of the previous symbol end
  Index before = kNone, next = kNone;
  bool gone() const { return end == 0; }
};

// A possible merge of a symbol with the next one.
struct Candidate {
  Rank rank;
  Index place;
  // The front of a heap is the lowest rank, and within one rank the first place.
  bool operator<(const Candidate& other) const { return rank != other.rank ? rank > other.rank : place > other.place; }
};

}  // namespace

class Bpe::Table {
 public:
  explicit Table(BpeCodes codes);
  const BpeCodes& codes() const { return codes_; }
  void segment(std::string_view word, std::vector<std::string>& pieces);

 private:
  struct Merge {
    Rank rank;
    SymbolId symbol;
  };

  SymbolId add_symbol(const std::string& text);
  SymbolId find_symbol(std::string_view text) const;
  const Merge* find_merge(SymbolId left, SymbolId right) const;
  std::vector<Place> characters(std::string_view word) const;
  const Merge* merge_at(const std::vector<Place>& places, Index place) const;
  void merge_all(std::vector<Place>& places) const;
  std::vector<std::string> cut(std::string_view word) const;

  BpeCodes codes_;
  TextMap<SymbolId> symbols_;
  std::unordered_map<std::uint64_t, Merge> merges_;
  std::shared_mutex mutex_;
  TextMap<std::vector<std::string>> remembered_;
  std::size_t remembered_bytes_ = 0;
};

Bpe::Table::Table(BpeCodes codes) : codes_(std::move(codes)) {
  require<ValueError>(codes_.size() < kNoMerge, "BPE: ", codes_.size(), " merges are too many");
  for (std::size_t i = 0; i < codes_.size(); ++i) {
    const SymbolId left = add_symbol(codes_[i].left), right = add_symbol(codes_[i].right);
    // If a merge occurs twice, the first one counts.
    merges_.try_emplace(std::uint64_t{left} << 32 | right,
                        Merge{static_cast<Rank>(i), add_symbol(codes_[i].left + codes_[i].right)});
  }
}

SymbolId Bpe::Table::add_symbol(const std::string& text) {
  return symbols_.try_emplace(text, static_cast<SymbolId>(symbols_.size())).first->second;
}

SymbolId Bpe::Table::find_symbol(std::string_view text) const {
  auto found = symbols_.find(text);
  return found == symbols_.end() ? kUnknownSymbol : found->second;
}

const Bpe::Table::Merge* Bpe::Table::find_merge(SymbolId left, SymbolId right) const {
  auto found = merges_.find(std::uint64_t{left} << 32 | right);
  return found == merges_.end() ? nullptr : &found->second;
}

std::vector<Place> Bpe::Table::characters(std::string_view word) const {
  require<ValueError>(word.size() < kNone, "BPE: a word of ", word.size(), " bytes is too long");
  std::vector<Place> places;
  std::string last;
  for (std::size_t begin = 0; begin < word.size();) {
    const std::size_t end = begin + decode_utf8(word, begin).length;
    std::string_view character = word.substr(begin, end - begin);
    if (end == word.size()) character = last.append(character).append(kEndOfWord);
    const auto here = static_cast<Index>(places.size());
    places.push_back(
        {find_symbol(character), static_cast<Index>(end), here == 0 ? kNone : here - 1, end == word.size() ? kNone : here + 1});
    begin = end;
  }
  return places;
}

// Returns the merge of the symbol at `place` with the next one, or null.
const Bpe::Table::Merge* Bpe::Table::merge_at(const std::vector<Place>& places, Index place) const {
  if (place == kNone || places[place].gone() || places[place].next == kNone) return nullptr;
  return find_merge(places[place].symbol, places[places[place].next].symbol);
}

// Repeatedly merges all pairs of the lowest rank present, from left to right: in "a a a" the first two symbols are merged.
void Bpe::Table::merge_all(std::vector<Place>& places) const {
  std::priority_queue<Candidate> queue;
  auto look_at = [&](Index place) {
    if (const Merge* merge = merge_at(places, place)) queue.push({merge->rank, place});
  };
  for (Index i = 0; i < places.size(); ++i) look_at(i);
  std::vector<Index> merged;
  while (!queue.empty()) {
    const Rank rank = queue.top().rank;
    merged.clear();
    for (; !queue.empty() && queue.top().rank == rank; queue.pop()) {
      const Index at = queue.top().place;
      const Merge* merge = merge_at(places, at);
      if (!merge || merge->rank != rank) continue;  // an earlier merge took one of the two
      Place& left = places[at];
      Place& right = places[left.next];
      left = {merge->symbol, right.end, left.before, right.next};
      right.end = 0;
      if (left.next != kNone) places[left.next].before = at;
      merged.push_back(at);
    }
    // New pairs may have a lower rank, but wait until all pairs of the current rank are merged.
    for (Index at : merged) {
      look_at(places[at].before);
      look_at(at);
    }
  }
}

std::vector<std::string> Bpe::Table::cut(std::string_view word) const {
  std::vector<Place> places = characters(word);
  merge_all(places);
  std::vector<std::string> pieces;
  std::size_t begin = 0;
  for (const Place& place : places) {
    if (place.gone()) continue;
    pieces.emplace_back(word.substr(begin, place.end - begin));
    if (place.end != word.size()) pieces.back() += kSeparator;
    begin = place.end;
  }
  return pieces;
}

void Bpe::Table::segment(std::string_view word, std::vector<std::string>& pieces) {
  {
    std::shared_lock lock(mutex_);
    auto found = remembered_.find(word);
    if (found != remembered_.end()) {
      pieces.insert(pieces.end(), found->second.begin(), found->second.end());
      return;
    }
  }
  std::vector<std::string> made = cut(word);
  pieces.insert(pieces.end(), made.begin(), made.end());
  if (word.size() > kLongestRemembered) return;
  std::size_t bytes = sizeof(TextMap<std::vector<std::string>>::value_type) + 2 * word.size();
  for (const std::string& piece : made) bytes += sizeof piece + piece.capacity();
  std::lock_guard lock(mutex_);
  if (remembered_bytes_ + bytes <= kMostRemembered && remembered_.emplace(word, std::move(made)).second)
    remembered_bytes_ += bytes;
}

Bpe::Bpe(BpeCodes codes) : table_(std::make_shared<Table>(std::move(codes))) {}

const BpeCodes& Bpe::codes() const { return table_->codes(); }

std::string Bpe::join(const std::vector<std::string>& pieces) {
  std::string text;
  bool inside_word = true;
  for (std::string_view piece : pieces) {
    if (!inside_word) text += ' ';
    inside_word = piece.ends_with(kSeparator);
    if (inside_word) piece.remove_suffix(kSeparator.size());
    text += piece;
  }
  return text;
}

void Bpe::segment(std::string_view word, std::vector<std::string>& pieces) const { table_->segment(word, pieces); }

}  // namespace weft::text
