#include <weft/models/data/detail/stratified_folds.h>
#include <weft/models/io/detail/order.h>
#include <weft/tensor/base/error.h>

#include <map>
#include <numeric>

namespace weft::text {

std::vector<std::size_t> stratified_folds(std::span<const std::string> labels, std::size_t folds, std::uint64_t seed) {
  require<ValueError>(folds >= 2, "stratified_folds: at least 2 folds are needed, got ", folds);
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  CounterRandom random(seed);
  shuffle(order, random);
  std::map<std::string, std::vector<std::size_t>> by_label;
  for (std::size_t i : order) by_label[labels[i]].push_back(i);
  std::vector<std::size_t> fold(labels.size(), folds);
  std::size_t next = 0;  // goes on from label to label, so that folds differ by one text at most
  for (const auto& [label, texts] : by_label)
    if (texts.size() >= 2)
      for (std::size_t i : texts) fold[i] = next++ % folds;
  return fold;
}

}  // namespace weft::text
