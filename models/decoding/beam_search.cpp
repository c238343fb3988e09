#include <weft/models/decoding/detail/search.h>

#include <algorithm>

namespace weft {

BeamSearch::BeamSearch(std::int64_t source_tokens, const DecoderTokens& tokens, const SearchOptions& options,
                       std::span<const std::int64_t> prefix)
    : Search(source_tokens, tokens, options, prefix), width_(options.beam) {}

bool BeamSearch::done() const {
  if (live_.empty()) return true;
  const auto wanted = static_cast<std::size_t>(options_.n_best);
  return finished_.size() >= wanted && finished_[wanted - 1].score >= search_bound(live_.front().value, longest_ + 1, options_);
}

// Returns the best continuations by falling value. Equal ones are ordered by row, better rows first, then by id.
std::vector<Search::Live> BeamSearch::choose(const NextWords& words, std::int64_t first_row) {
  std::vector<Live> all;
  for (std::int64_t row = 0; row < std::ssize(live_); ++row) {
    const Live& live = live_[static_cast<std::size_t>(row)];
    for (const auto& choice : words.best(first_row + row, width_, rules(live))) all.push_back(continued(row, live, choice));
  }
  std::stable_sort(all.begin(), all.end(), [](const Live& a, const Live& b) { return a.value > b.value; });
  if (std::ssize(all) > width_) all.resize(static_cast<std::size_t>(width_));
  return all;
}

// Keeps the finished hypotheses in falling order of score; among equal scores the earlier one comes first.
void BeamSearch::finish(const Finished& ended) {
  auto place = std::upper_bound(finished_.begin(), finished_.end(), ended,
                                [](const Finished& a, const Finished& b) { return a.score > b.score; });
  finished_.insert(place, ended);
  --width_;
}

}  // namespace weft
