#include <weft/models/classifier/term_weights.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace weft {

namespace {

void check_id(const char* op, std::int64_t id, std::int64_t vocabulary, Where caller) {
  check<IndexError>(id >= 0 && id < vocabulary, caller, op, ": the id ", id, " is not in 0 to ", vocabulary - 1);
}

// Calls visit(row, tokens) for each text. `tokens` holds its ids and their positions in the batch, sorted by id, then by
// position.
template <class Visit>
void for_each_text(const Batch& in, Visit visit) {
  const Tensor tokens = contiguous(cast(in.tokens, DType::i64)), lengths = contiguous(cast(in.lengths, DType::i64));
  const auto ids = tokens.span<std::int64_t>(), counts = lengths.span<std::int64_t>();
  std::vector<std::pair<std::int64_t, std::size_t>> sorted;
  for (std::size_t row = 0; row < counts.size(); ++row) {
    const std::size_t begin = row * static_cast<std::size_t>(tokens.size(1));
    sorted.clear();
    for (std::size_t i = begin; i < begin + static_cast<std::size_t>(counts[row]); ++i) sorted.emplace_back(ids[i], i);
    std::sort(sorted.begin(), sorted.end());
    visit(sorted);
  }
}

// Calls visit(id, first position, count) for each distinct id.
template <class Visit>
void for_each_distinct(const std::vector<std::pair<std::int64_t, std::size_t>>& sorted, Visit visit) {
  for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
    while (end < sorted.size() && sorted[end].first == sorted[begin].first) ++end;
    visit(sorted[begin].first, sorted[begin].second, end - begin);
  }
}

}  // namespace

std::string to_string(TermWeights weights) { return name_in(kTermWeightsNames, weights); }

Tensor term_weights(const Batch& in, const Tensor& idf, Where caller) {
  const Tensor factors = idf.defined() ? contiguous(cast(idf, DType::f64)) : Tensor();
  Tensor weights = zeros(in.tokens.shape());
  auto writer = weights.write<float>();
  std::vector<std::pair<std::size_t, double>> distinct;  // positions and weights
  for_each_text(in, [&](const auto& sorted) {
    double squares = 0;
    distinct.clear();
    for_each_distinct(sorted, [&](std::int64_t id, std::size_t place, std::size_t count) {
      double weight = 1;
      if (factors.defined()) {
        check_id("term_weights", id, factors.numel(), caller);
        weight = static_cast<double>(count) * factors.span<double>()[static_cast<std::size_t>(id)];
      }
      squares += weight * weight;
      distinct.emplace_back(place, weight);
    });
    if (squares == 0) return;
    const double norm = std::sqrt(squares);
    for (auto [place, weight] : distinct) writer[static_cast<std::int64_t>(place)] = static_cast<float>(weight / norm);
  });
  return weights;
}

Tensor inverse_document_frequencies(const Data<Batch>& texts, std::int64_t vocabulary, Where caller) {
  constexpr std::int64_t kTextsAtOnce = 256;
  std::vector<std::int64_t> having(static_cast<std::size_t>(vocabulary));
  std::vector<std::size_t> indices;
  for (std::int64_t begin = 0; begin < texts.size(); begin += kTextsAtOnce) {
    indices.clear();
    for (std::int64_t i = begin; i < std::min(begin + kTextsAtOnce, texts.size()); ++i)
      indices.push_back(static_cast<std::size_t>(i));
    for_each_text(texts.batch(indices).input, [&](const auto& sorted) {
      for_each_distinct(sorted, [&](std::int64_t id, std::size_t, std::size_t) {
        check_id("inverse_document_frequencies", id, vocabulary, caller);
        ++having[static_cast<std::size_t>(id)];
      });
    });
  }
  Tensor idf = zeros({vocabulary});
  auto writer = idf.write<float>();
  const auto all = static_cast<double>(texts.size());
  for (std::size_t id = 0; id < having.size(); ++id)
    if (having[id] > 0)
      writer[static_cast<std::int64_t>(id)] = static_cast<float>(std::log((1 + all) / (1 + static_cast<double>(having[id]))) + 1);
  return idf;
}

}  // namespace weft
