#include <weft/models/text/bpe.h>
#include <weft/models/text/utf8.h>
#include <weft/tensor/error.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

namespace weft::text {

namespace {

using SymbolId = std::uint32_t;
using Rank = std::uint32_t;

constexpr SymbolId kUnknownSymbol = std::numeric_limits<SymbolId>::max();  // no merge has it
constexpr Rank kNoMerge = std::numeric_limits<Rank>::max();
constexpr std::string_view kSeparator = "@@";
constexpr std::size_t kMostRemembered = 1 << 18;  // words

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

template <class Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

// A symbol of a word, and the merge of it and the symbol after it.
struct Place {
  SymbolId symbol;
  std::size_t end;  // of its bytes; they begin where those of the symbol before end
  Rank rank = kNoMerge;
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
  void apply(Rank rank, std::vector<Place>& places) const;
  std::vector<std::string> cut(std::string_view word) const;

  BpeCodes codes_;
  TextMap<SymbolId> symbols_;
  std::unordered_map<std::uint64_t, Merge> merges_;
  std::shared_mutex mutex_;
  TextMap<std::vector<std::string>> remembered_;
};

Bpe::Table::Table(BpeCodes codes) : codes_(std::move(codes)) {
  require<ValueError>(codes_.size() < kNoMerge, "BPE: ", codes_.size(), " merges are too many");
  for (std::size_t i = 0; i < codes_.size(); ++i) {
    const SymbolId left = add_symbol(codes_[i].left), right = add_symbol(codes_[i].right);
    // Of a merge that stands twice the first counts.
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
  std::vector<Place> places;
  std::string last;
  for (std::size_t begin = 0; begin < word.size();) {
    const std::size_t end = begin + decode_utf8(word, begin).length;
    std::string_view character = word.substr(begin, end - begin);
    if (end == word.size()) character = last.append(character).append(kEndOfWord);
    places.push_back({find_symbol(character), end});
    begin = end;
  }
  for (std::size_t i = 0; i + 1 < places.size(); ++i)
    if (const Merge* merge = find_merge(places[i].symbol, places[i + 1].symbol)) places[i].rank = merge->rank;
  return places;
}

// Merges every pair of this rank. In "a a a" the first two are one.
void Bpe::Table::apply(Rank rank, std::vector<Place>& places) const {
  auto rank_of = [&](const Place& left, const Place& right) {
    const Merge* merge = find_merge(left.symbol, right.symbol);
    return merge ? merge->rank : kNoMerge;
  };
  std::size_t kept = 0;
  bool merged_before = false;  // then the merge of what was kept last with what comes now is another one
  for (std::size_t i = 0; i < places.size(); ++i, ++kept) {
    const bool here = places[i].rank == rank;
    Place place = places[i];
    if (here) place = {find_merge(places[i].symbol, places[i + 1].symbol)->symbol, places[i + 1].end, places[i + 1].rank};
    if (kept > 0 && (here || merged_before)) places[kept - 1].rank = rank_of(places[kept - 1], place);
    places[kept] = place;
    merged_before = here;
    i += here;
  }
  places.resize(kept);
}

std::vector<std::string> Bpe::Table::cut(std::string_view word) const {
  std::vector<Place> places = characters(word);
  for (;;) {
    auto first = std::min_element(places.begin(), places.end(), [](const Place& a, const Place& b) { return a.rank < b.rank; });
    if (first == places.end() || first->rank == kNoMerge) break;
    apply(first->rank, places);
  }
  std::vector<std::string> pieces;
  std::size_t begin = 0;
  for (const Place& place : places) {
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
  std::lock_guard lock(mutex_);
  if (remembered_.size() < kMostRemembered) remembered_.emplace(word, std::move(made));
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
