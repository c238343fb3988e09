#include <weft/models/classifier/term_weights.h>
#include <weft/models/distributed/packed.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft {

namespace {

using Counts = std::vector<std::int64_t>;

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

// Counts the texts with each id, of those from `begin` to `end`.
static Counts count_texts(const Data<Batch>& texts, std::int64_t begin, std::int64_t end, std::int64_t vocabulary, Where caller) {
  constexpr std::int64_t kTextsAtOnce = 256;
  Counts having(static_cast<std::size_t>(vocabulary));
  std::vector<std::size_t> indices;
  for (; begin < end; begin += kTextsAtOnce) {
    indices.clear();
    for (std::int64_t i = begin; i < std::min(begin + kTextsAtOnce, end); ++i) indices.push_back(static_cast<std::size_t>(i));
    for_each_text(texts.batch(indices).input, [&](const auto& sorted) {
      for_each_distinct(sorted, [&](std::int64_t id, std::size_t, std::size_t) {
        check_id("inverse_document_frequencies", id, vocabulary, caller);
        ++having[static_cast<std::size_t>(id)];
      });
    });
  }
  return having;
}

Tensor inverse_document_frequencies(const Data<Batch>& texts, std::int64_t vocabulary, Where caller) {
  return inverse_document_frequencies(texts, vocabulary, nullptr, caller);
}

Tensor inverse_document_frequencies(const Data<Batch>& texts, std::int64_t vocabulary, Communicator* ranks, Where caller) {
  auto count_own = [&] {
    const std::int64_t rank = ranks ? ranks->rank() : 0, size = ranks ? ranks->size() : 1;
    Counts own = count_texts(texts, texts.size() * rank / size, texts.size() * (rank + 1) / size, vocabulary, caller);
    std::string bytes;
    detail::pack(own, bytes);
    return bytes;
  };
  Counts having(static_cast<std::size_t>(vocabulary));
  for (std::string_view bytes : gather(ranks, count_own)) {
    const auto counts = detail::unpack<Counts>(bytes);
    for (std::size_t id = 0; id < having.size(); ++id) having[id] += counts[id];
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
