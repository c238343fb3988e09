#include <weft/models/text/batches.h>
#include <weft/models/text/order.h>
#include <weft/tensor/error.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace weft::text {

namespace {

std::vector<std::size_t> indices(std::size_t count) {
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

}  // namespace

HeldOutSplit hold_out(std::size_t count, const HoldOutOptions& options) {
  require<ValueError>(count >= 2, "hold_out: at least 2 examples are needed, got ", count);
  require<ValueError>(options.fraction > 0 && options.fraction < 1, "hold_out: the fraction must be between 0 and 1, got ",
                      options.fraction);
  const double share = std::round(options.fraction * static_cast<double>(count));
  const std::size_t held_out = std::clamp(static_cast<std::size_t>(share), std::size_t{1}, count - 1);

  std::vector<std::size_t> order = indices(count);
  CounterRandom random(options.seed);
  shuffle(order, random);
  const auto cut = order.begin() + static_cast<std::ptrdiff_t>(held_out);
  HeldOutSplit split{.train = {cut, order.end()}, .held_out = {order.begin(), cut}};
  std::sort(split.train.begin(), split.train.end());
  std::sort(split.held_out.begin(), split.held_out.end());
  return split;
}

std::vector<std::vector<std::size_t>> batches_by_length(std::span<const std::int64_t> lengths, const BatchOptions& options) {
  require<ValueError>(options.batch_size > 0 && options.pool_batches > 0,
                      "batches_by_length: batch size and pool size must be at least 1, got ", options.batch_size, " and ",
                      options.pool_batches);
  std::vector<std::size_t> order = indices(lengths.size());
  CounterRandom random(hash(options.seed, options.epoch));
  shuffle(order, random);

  std::vector<std::vector<std::size_t>> batches;
  const std::size_t longest_pool = std::max(order.size(), std::size_t{1});
  const bool one_pool = options.pool_batches > longest_pool / options.batch_size;
  const std::size_t pool = one_pool ? longest_pool : options.pool_batches * options.batch_size;
  for (std::size_t begin = 0; begin < order.size(); begin += pool) {
    const std::size_t end = std::min(begin + pool, order.size());
    const auto first = order.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = order.begin() + static_cast<std::ptrdiff_t>(end);
    std::stable_sort(first, last, [&](std::size_t a, std::size_t b) { return lengths[a] < lengths[b]; });
    for (std::size_t i = begin; i < end; i += options.batch_size) {
      const auto next = order.begin() + static_cast<std::ptrdiff_t>(std::min(i + options.batch_size, end));
      batches.emplace_back(order.begin() + static_cast<std::ptrdiff_t>(i), next);
    }
  }
  shuffle(batches, random);
  return batches;
}

}  // namespace weft::text
