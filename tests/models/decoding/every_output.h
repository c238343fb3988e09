// Enumerates all outputs of a decoder with a tiny vocabulary.
#pragma once

#include <weft/models/decoding/hypothesis.h>
#include <weft/nn/layers/batch.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "tests/numbers.h"

namespace weft::test {

// The probabilities of the next token, given the source and the tokens written so far.
using NextProbabilities = std::function<std::vector<double>(const Sequence& source, const Sequence& written)>;

inline constexpr std::int64_t kWords = 5;  // <s>, </s> and three words

// Returns rows of probabilities. That of <s> is zero; with `sparse` some others are zero too.
inline std::vector<std::vector<double>> probability_rows(std::int64_t count, std::uint64_t seed, bool sparse = false) {
  Numbers numbers(seed);
  std::vector<std::vector<double>> rows;
  for (std::int64_t i = 0; i < count; ++i) {
    std::vector<double> row(kWords, 0);
    double sum = 0;
    for (std::size_t id = 1; id < row.size(); ++id)
      sum += row[id] = sparse && id != 1 && numbers.below(3) == 0 ? 0 : 1 + static_cast<double>(numbers.below(20));
    for (double& p : row) p /= sum;
    rows.push_back(row);
  }
  return rows;
}

inline Tensor log_table(const std::vector<std::vector<double>>& rows) {
  std::vector<double> all;
  for (const auto& row : rows) all.insert(all.end(), row.begin(), row.end());
  return log(tensor(all, {std::ssize(rows), kWords}));
}

struct Output {
  Sequence ids;
  double log_probability, score;
};

// Returns all outputs with a probability above 0 and at most `longest` words, in falling order of ln p, which includes that of
// </s>.
inline std::vector<Output> every_output(const NextProbabilities& next, const Sequence& source, std::size_t longest) {
  std::vector<Output> outputs;
  std::vector<Output> live{{{}, 0, 0}};
  while (!live.empty()) {
    std::vector<Output> longer;
    for (const Output& each : live) {
      const std::vector<double> p = next(source, each.ids);
      const double ended = each.log_probability + std::log(p[1]);
      outputs.push_back({each.ids, ended, ended / static_cast<double>(each.ids.size() + 1)});
      for (std::int64_t id = 2; id < kWords && each.ids.size() < longest; ++id) {
        if (p[static_cast<std::size_t>(id)] == 0) continue;
        longer.push_back({each.ids, each.log_probability + std::log(p[static_cast<std::size_t>(id)]), 0});
        longer.back().ids.push_back(id);
      }
    }
    live = std::move(longer);
  }
  std::stable_sort(outputs.begin(), outputs.end(), [](const Output& a, const Output& b) { return a.score > b.score; });
  return outputs;
}

inline Batch no_sources(std::int64_t count) { return {zeros({count, 0}, DType::i64), zeros({count}, DType::i64)}; }

inline void check_best(const NBest& found, const std::vector<Output>& all) {
  REQUIRE(found.size() <= all.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i].ids == all[i].ids);
    CHECK(found[i].log_probability == doctest::Approx(all[i].log_probability));
    CHECK(found[i].score == doctest::Approx(all[i].score));
  }
}

inline Sequence greedy_output(const NextProbabilities& next, const Sequence& source, std::size_t longest) {
  Sequence written;
  while (written.size() < longest) {
    const std::vector<double> p = next(source, written);
    const std::int64_t id = std::max_element(p.begin(), p.end()) - p.begin();
    if (id == 1) break;
    written.push_back(id);
  }
  return written;
}

inline Batch sources_of(const std::vector<Sequence>& sources) {
  std::size_t time = 0;
  for (const Sequence& source : sources) time = std::max(time, source.size());
  Sequence tokens, lengths;
  for (const Sequence& source : sources) {
    tokens.insert(tokens.end(), source.begin(), source.end());
    tokens.resize(tokens.size() + time - source.size());
    lengths.push_back(std::ssize(source));
  }
  return {tensor(tokens, {std::ssize(sources), static_cast<std::int64_t>(time)}), tensor(lengths)};
}

}  // namespace weft::test
