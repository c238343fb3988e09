#include <weft/models/report/confusion.h>
#include <weft/tensor/error.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace weft::report {

namespace {

double share(std::int64_t part, std::int64_t all) { return all ? static_cast<double>(part) / static_cast<double>(all) : 0; }

}  // namespace

std::int64_t ConfusionCounts::total() const { return std::accumulate(counts.begin(), counts.end(), std::int64_t{0}); }

ConfusionCounts count_confusion(std::span<const std::string> truth, std::span<const std::string> predicted) {
  require<ShapeError>(truth.size() == predicted.size(), "count_confusion: ", truth.size(), " true labels and ", predicted.size(),
                      " predictions");
  std::set<std::string> names(truth.begin(), truth.end());
  names.insert(predicted.begin(), predicted.end());
  std::map<std::string, std::size_t> index;
  ConfusionCounts confusion;
  for (const std::string& name : names) {
    index[name] = confusion.labels.size();
    confusion.labels.push_back(name);
  }
  confusion.counts.resize(names.size() * names.size());
  for (std::size_t i = 0; i < truth.size(); ++i) ++confusion.counts[index[truth[i]] * names.size() + index[predicted[i]]];
  return confusion;
}

std::vector<LabelScores> label_scores(const ConfusionCounts& confusion) {
  std::vector<LabelScores> all;
  const std::size_t labels = confusion.labels.size();
  for (std::size_t i = 0; i < labels; ++i) {
    LabelScores scores{.label = confusion.labels[i]};
    for (std::size_t j = 0; j < labels; ++j) {
      scores.examples += confusion.at(i, j);
      scores.predictions += confusion.at(j, i);
    }
    const std::int64_t right = confusion.at(i, i);
    scores.precision = share(right, scores.predictions);
    scores.recall = share(right, scores.examples);
    scores.f1 = share(2 * right, scores.examples + scores.predictions);
    all.push_back(scores);
  }
  return all;
}

std::vector<Mistake> frequent_mistakes(const ConfusionCounts& confusion, std::size_t most) {
  std::vector<Mistake> mistakes;
  const std::size_t labels = confusion.labels.size();
  for (std::size_t i = 0; i < labels; ++i)
    for (std::size_t j = 0; j < labels; ++j)
      if (i != j && confusion.at(i, j)) mistakes.push_back({confusion.labels[i], confusion.labels[j], confusion.at(i, j)});
  std::stable_sort(mistakes.begin(), mistakes.end(), [](const Mistake& a, const Mistake& b) { return a.count > b.count; });
  if (mistakes.size() > most) mistakes.resize(most);
  return mistakes;
}

}  // namespace weft::report
