#include <weft/models/distributed/detail/overlapped_sums.h>
#include <weft/models/distributed/detail/wait.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/detail/accumulate.h>

#include <algorithm>

namespace weft {

namespace {

constexpr std::int64_t kMost = 1 << 30;  // bytes of a gradient
constexpr std::size_t kMostTags = 32767;

}  // namespace

OverlappedSums::OverlappedSums(Communicator& ranks, const std::vector<Variable>& parameters)
    : ranks_(ranks), parameters_(parameters), rounds_(rounds_of(ranks)) {
  if (ranks.overlaps_from() && ranks.size() > 1) sums_.resize(parameters.size());
}

void OverlappedSums::choose(const std::vector<std::string>& kinds) {
  for (std::size_t i = 0; i < std::min(sums_.size(), kMostTags); ++i) {
    const Tensor& parameter = parameters_[i].tensor();
    const std::int64_t bytes = parameter.numel() * size_of(parameter.dtype());
    const auto dense = [i](const std::string& rank) { return (rank[i] & kDense) != 0; };
    sums_[i].chosen = bytes >= ranks_.overlaps_from() && bytes <= kMost && rows_of(parameter.shape()) >= ranks_.size() &&
                      std::all_of(kinds.begin(), kinds.end(), dense);
  }
}

Tensor OverlappedSums::rows(const Sum& sum, IndexRange parts) const {
  return rows_in(sum.gradient, rows_of_parts(rows_of(sum.gradient.shape()), parts, ranks_.size()));
}

void OverlappedSums::begin_round(std::size_t parameter) {
  Sum& sum = sums_[parameter];
  const Round& round = rounds_[sum.round];
  sum.received = Tensor(rows(sum, round.own).shape(), sum.gradient.dtype());
  sum.exchange = ranks_.begin_exchange(round.partner, static_cast<int>(parameter), rows(sum, round.other), sum.received);
}

// Returns whether the sum is complete. A round that could not begin, for lack of memory, begins later: other ranks wait for it.
bool OverlappedSums::advance(std::size_t parameter) {
  Sum& sum = sums_[parameter];
  while (sum.gradient.defined() && sum.round < rounds_.size()) {
    if (!sum.exchange) begin_round(parameter);
    if (!sum.exchange->done()) return false;
    sum.exchange.reset();
    Tensor own = rows(sum, rounds_[sum.round].own);
    add_to(own, std::exchange(sum.received, Tensor()));
    ++sum.round;
  }
  return true;
}

bool OverlappedSums::advance_all() {
  waiting_ = 0;
  for (std::size_t i = 0; i < sums_.size(); ++i) waiting_ += !advance(i);
  return waiting_ == 0;
}

void OverlappedSums::start(std::size_t parameter, const Tensor& gradient) {
  Sum& sum = sums_[parameter];
  sum.gradient = contiguous(gradient);
  sum.round = 0;
  ++waiting_;
  begin_round(parameter);
}

bool OverlappedSums::has_started() const {
  return std::ranges::any_of(sums_, [](const Sum& sum) { return sum.gradient.defined(); });
}

void OverlappedSums::poll() {
  constexpr auto kOften = std::chrono::microseconds(200);
  if (waiting_ == 0 || Clock::now() - polled_ < kOften) return;
  advance_all();
  polled_ = Clock::now();
}

void OverlappedSums::finish() {
  for (std::size_t i = 0; i < sums_.size(); ++i)
    if (chosen(i) && !started(i)) start(i, full(parameters_[i].shape(), -0.0, parameters_[i].dtype()));
  detail::wait([&] { return advance_all(); });
}

}  // namespace weft
