#include <weft/models/io/unicode.h>
#include <weft/models/io/utf8.h>
#include <weft/models/metrics/bleu.h>
#include <weft/models/metrics/chrf.h>
#include <weft/models/metrics/detail/ngrams.h>
#include <weft/models/text/white_space.h>

namespace weft::metrics {

namespace {

// A line, prepared for chrF.
struct Prepared {
  std::u32string characters;          // without white space
  std::vector<std::u32string> words;  // for the word orders
};

bool is_mark(char32_t c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

// Splits a punctuation mark off the end of the word, or otherwise off its start.
void add_word(const std::u32string& word, std::vector<std::u32string>& words) {
  if (word.size() > 1 && is_mark(word.back())) {
    words.push_back(word.substr(0, word.size() - 1));
    words.push_back(word.substr(word.size() - 1));
  } else if (word.size() > 1 && is_mark(word.front())) {
    words.push_back(word.substr(0, 1));
    words.push_back(word.substr(1));
  } else {
    words.push_back(word);
  }
}

Prepared prepare(std::string_view line, const ChrfOptions& options) {
  const std::string text = options.lower_case ? text::lower_case_in_context(line) : std::string(line);
  Prepared prepared;
  for (std::string_view piece : text::split_at_white_space(text)) {
    std::u32string word;
    for (text::CodePoint c : text::CodePoints(piece)) word += c.value;
    prepared.characters += word;
    if (options.word_order > 0) add_word(word, prepared.words);
  }
  return prepared;
}

template <class Token>
ChrfCounts::Order compare(std::span<const Token> hypothesis, std::span<const Token> reference, std::size_t n) {
  const auto found = ngrams(hypothesis, n), wanted = ngrams(reference, n);
  return {wanted.empty() ? 0 : found.size(), wanted.size(), count_common(found, wanted)};
}

ChrfCounts::Orders compare(const Prepared& hypothesis, const Prepared& reference, int word_order) {
  constexpr std::size_t kCharacters = ChrfCounts::kCharacterOrder;
  ChrfCounts::Orders orders;
  for (std::size_t n = 1; n <= kCharacters; ++n)
    orders[n - 1] = compare(std::span(hypothesis.characters), std::span(reference.characters), n);
  for (std::size_t n = 1; n <= static_cast<std::size_t>(word_order); ++n)
    orders[kCharacters + n - 1] = compare(std::span(hypothesis.words), std::span(reference.words), n);
  return orders;
}

double score_of(const ChrfCounts::Orders& orders) {
  double precision = 0, recall = 0;
  int counted = 0;
  for (const ChrfCounts::Order& order : orders) {
    if (order.hypothesis == 0 || order.reference == 0) continue;
    const double matches = static_cast<double>(order.matches);
    precision += matches / static_cast<double>(order.hypothesis);
    recall += matches / static_cast<double>(order.reference);
    ++counted;
  }
  if (precision + recall == 0) return 0;
  precision /= counted;
  recall /= counted;
  constexpr double kFactor = 4;  // beta squared
  return 100 * (1 + kFactor) * precision * recall / (kFactor * precision + recall);
}

}  // namespace

ChrfCounts::ChrfCounts(ChrfOptions options, Where caller) : options_(options) {
  check<ValueError>(options.word_order >= 0 && options.word_order <= 2, caller, "chrf: word_order is ", options.word_order,
                    ", not 0, 1 or 2");
}

void ChrfCounts::add(std::string_view hypothesis, const References& references, Where caller) {
  check<ValueError>(!references.empty(), caller, "chrf: a hypothesis has no reference");
  references_.add(references.size());
  const Prepared line = prepare(hypothesis, options_);
  Orders best = {};
  double best_score = -1;
  for (const std::string& reference : references) {
    const Orders orders = compare(line, prepare(reference, options_), options_.word_order);
    if (const double score = score_of(orders); score > best_score) {
      best_score = score;
      best = orders;
    }
  }
  for (std::size_t i = 0; i < orders_.size(); ++i) {
    orders_[i].hypothesis += best[i].hypothesis;
    orders_[i].reference += best[i].reference;
    orders_[i].matches += best[i].matches;
  }
}

double ChrfCounts::score() const { return score_of(orders_); }

std::string ChrfCounts::name() const { return "chrF2" + std::string(static_cast<std::size_t>(options_.word_order), '+'); }

std::string ChrfCounts::signature() const {
  return "nrefs:" + references_.name() + "|case:" + (options_.lower_case ? "lc" : "mixed") +
         "|eff:yes|nc:6|nw:" + std::to_string(options_.word_order) + "|space:no|version:" + kSacrebleuVersion;
}

double corpus_chrf(std::span<const std::string> hypotheses, std::span<const References> references, const ChrfOptions& options,
                   Where caller) {
  check<ShapeError>(hypotheses.size() == references.size(), caller, "corpus_chrf: counts differ: ", hypotheses.size(),
                    " hypotheses, ", references.size(), " references");
  ChrfCounts counts(options, caller);
  for (std::size_t i = 0; i < hypotheses.size(); ++i) counts.add(hypotheses[i], references[i], caller);
  return counts.score();
}

}  // namespace weft::metrics
