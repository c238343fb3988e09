#include <weft/models/decoding/detail/search.h>
#include <weft/models/io/detail/order.h>

#include <algorithm>

namespace weft {

SamplingSearch::SamplingSearch(std::int64_t source_tokens, const DecoderTokens& tokens, const SearchOptions& options,
                               std::span<const std::int64_t> prefix, std::uint64_t stream)
    : Search(source_tokens, tokens, options, prefix), stream_(text::hash(options.sampling->seed, stream)) {}

std::vector<Search::Live> SamplingSearch::choose(const NextWords& words, std::int64_t first_row) {
  std::vector<Live> all;
  auto draw = [&](std::int64_t row, std::int64_t number) {
    const Live& live = live_[static_cast<std::size_t>(row)];
    const std::uint64_t bits =
        text::hash(text::hash(stream_, static_cast<std::uint64_t>(number)), static_cast<std::uint64_t>(words_));
    const double chance = static_cast<double>(bits >> 11) * 0x1.0p-53;  // from 0 to below 1
    all.push_back(continued(row, live, words.draw(first_row + row, *options_.sampling, chance, rules(live))));
    all.back().draw = number;
  };
  if (words_ == 0)
    for (std::int64_t number = 0; number < options_.n_best; ++number) draw(0, number);
  else
    for (std::int64_t row = 0; row < std::ssize(live_); ++row) draw(row, live_[static_cast<std::size_t>(row)].draw);
  return all;
}

// Keeps the finished hypotheses in the order of their draws.
void SamplingSearch::finish(const Finished& ended) {
  auto place = std::upper_bound(finished_.begin(), finished_.end(), ended,
                                [](const Finished& a, const Finished& b) { return a.draw < b.draw; });
  finished_.insert(place, ended);
}

}  // namespace weft
