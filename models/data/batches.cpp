#include <weft/models/data/batches.h>
#include <weft/models/io/detail/order.h>
#include <weft/tensor/base/error.h>

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

// The number of examples within which lengths are sorted.
std::size_t pool_size(std::span<const std::int64_t> lengths, const BatchOptions& options) {
  const std::size_t all = std::max(lengths.size(), std::size_t{1});
  std::size_t batch = options.batch_size;
  if (options.batch_tokens > 0) {
    const std::int64_t tokens = std::max<std::int64_t>(std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0}), 1);
    const double mean_length = static_cast<double>(tokens) / static_cast<double>(all);
    batch = static_cast<std::size_t>(static_cast<double>(options.batch_tokens) / mean_length) + 1;
  }
  return options.pool_batches > all / batch ? all : options.pool_batches * batch;
}

// Returns how many of the examples, shortest first, form the next batch.
std::size_t next_batch(std::span<const std::size_t> sorted, std::span<const std::int64_t> lengths, const BatchOptions& options) {
  const bool by_size = options.batch_tokens == 0;
  const std::size_t most = by_size ? std::min(sorted.size(), options.batch_size) : sorted.size();
  const std::int64_t tokens = by_size ? options.most_tokens : options.batch_tokens;
  std::size_t count = 1;
  while (count < most && static_cast<std::int64_t>(count + 1) * lengths[sorted[count]] <= tokens) ++count;
  return count;
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
  require<ValueError>(options.batch_size > 0, "batches: batch_size is ", options.batch_size, ", not at least 1");
  require<ValueError>(options.pool_batches > 0, "batches: pool_batches is ", options.pool_batches, ", not at least 1");
  require<ValueError>(options.batch_tokens >= 0, "batches: batch_tokens is ", options.batch_tokens, ", not at least 0");
  std::vector<std::size_t> order = indices(lengths.size());
  CounterRandom random(hash(options.seed, options.epoch));
  shuffle(order, random);

  std::vector<std::vector<std::size_t>> batches;
  const std::size_t pool = pool_size(lengths, options);
  for (std::size_t begin = 0; begin < order.size(); begin += pool) {
    std::span<std::size_t> rest = std::span(order).subspan(begin, std::min(pool, order.size() - begin));
    std::stable_sort(rest.begin(), rest.end(), [&](std::size_t a, std::size_t b) { return lengths[a] < lengths[b]; });
    while (!rest.empty()) {
      const std::size_t count = next_batch(rest, lengths, options);
      batches.emplace_back(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(count));
      rest = rest.subspan(count);
    }
  }
  shuffle(batches, random);
  return batches;
}

}  // namespace weft::text
