#include <weft/models/classifier/detail/comparison_splits.h>
#include <weft/models/data/batches.h>
#include <weft/models/data/detail/stratified_folds.h>
#include <weft/models/io/detail/order.h>
#include <weft/tensor/base/error.h>

#include <string>

namespace weft::detail {

namespace {

// Returns the fold of each text.
std::vector<std::size_t> folds_of(const LabelledTexts& texts, std::size_t folds, std::uint64_t seed) {
  std::vector<std::string> labels;
  for (const text::LabelledText& example : texts) labels.push_back(example.label);
  return text::stratified_folds(labels, folds, seed);
}

// Returns the texts of fold `chosen` and all other texts.
std::pair<LabelledTexts, LabelledTexts> parted(const LabelledTexts& texts, std::size_t folds, std::size_t chosen,
                                               std::uint64_t seed) {
  const std::vector<std::size_t> fold = folds_of(texts, folds, seed);
  std::pair<LabelledTexts, LabelledTexts> parts;
  for (std::size_t i = 0; i < texts.size(); ++i) (fold[i] == chosen ? parts.first : parts.second).push_back(texts[i]);
  return parts;
}

}  // namespace

LabelledTexts draw_texts(const LabelledTexts& texts, std::int64_t most, std::uint64_t seed) {
  if (most == 0 || std::ssize(texts) <= most) return texts;
  const double share = static_cast<double>(most) / static_cast<double>(texts.size());
  LabelledTexts drawn;
  for (std::size_t i : text::hold_out(texts.size(), {.fraction = share, .seed = seed}).held_out) drawn.push_back(texts[i]);
  return drawn;
}

ComparisonSplit fold_split(const LabelledTexts& texts, std::size_t run, std::uint64_t seed, bool choose) {
  constexpr std::size_t kChoosingFolds = 10;
  const std::size_t cycle = run / kComparisonFolds;  // runs beyond the number of folds are split anew
  auto [scores, rest] = parted(texts, kComparisonFolds, run % kComparisonFolds, text::hash(seed, cycle));
  require<ValueError>(!scores.empty(), "compare: no label has two texts, one to train on and one to score");
  if (!choose) return {std::move(rest), {}, std::move(scores)};
  auto [chooses, train] = parted(rest, kChoosingFolds, 0, text::hash(seed, run));
  return {std::move(train), std::move(chooses), std::move(scores)};
}

ComparisonSplit dev_split(const LabelledTexts& texts, const LabelledTexts& dev, std::size_t run, std::uint64_t seed) {
  const text::HeldOutSplit halves = text::hold_out(dev.size(), {.fraction = 0.5, .seed = text::hash(seed, run / 2)});
  ComparisonSplit split{texts, {}, {}};
  for (std::size_t i : halves.held_out) (run % 2 ? split.chooses : split.scores).push_back(dev[i]);
  for (std::size_t i : halves.train) (run % 2 ? split.scores : split.chooses).push_back(dev[i]);
  return split;
}

}  // namespace weft::detail
