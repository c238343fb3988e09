#include <weft/models/decoding/detail/next_words.h>
#include <weft/tensor/array/copy.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace weft {

namespace {

// `ids` must be in rising order.
bool contains(const std::vector<std::int64_t>& ids, std::int64_t id) { return std::ranges::binary_search(ids, id); }

bool better(const NextWords::Choice& a, const NextWords::Choice& b) {
  return a.value != b.value ? a.value > b.value : a.id < b.id;
}

// Collects the best choices.
class Best {
 public:
  explicit Best(std::int64_t count) : count_(count) {}

  // A choice must have a value above this to be among the best. Equal values do not count because ids are added in rising order.
  double threshold() const { return threshold_; }
  void add(const NextWords::Choice& choice) {
    if (!(choice.value > threshold_)) return;
    if (std::ssize(heap_) == count_) {
      std::pop_heap(heap_.begin(), heap_.end(), better);
      heap_.pop_back();
    }
    heap_.push_back(choice);
    std::push_heap(heap_.begin(), heap_.end(), better);
    if (std::ssize(heap_) == count_) threshold_ = heap_.front().value;
  }
  std::vector<NextWords::Choice> sorted() && {
    std::sort_heap(heap_.begin(), heap_.end(), better);
    return std::move(heap_);
  }

 private:
  std::int64_t count_;
  double threshold_ = -INFINITY;
  std::vector<NextWords::Choice> heap_;  // the worst choice is at the front
};

// Keeps the smallest set of the most probable choices whose total is at least the share `top_p` of all weights.
void keep_nucleus(std::vector<NextWords::Choice>& choices, std::vector<double>& weights, double top_p) {
  double total = 0;
  for (double weight : weights) total += weight;
  // All choices with less weight than this have less than 1 - top_p together, so that they need not be sorted.
  const double least = (1 - top_p) * total / static_cast<double>(weights.size());
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (weights[i] >= least) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return better(choices[a], choices[b]); });
  std::vector<NextWords::Choice> kept;
  std::vector<double> kept_weights;
  double sum = 0;
  for (std::size_t i : order) {
    kept.push_back(choices[i]);
    kept_weights.push_back(weights[i]);
    sum += weights[i];
    if (sum >= top_p * total) break;
  }
  choices = std::move(kept);
  weights = std::move(kept_weights);
}

// Returns the largest T that is at most `number`.
template <class T>
T at_most(double number) {
  const T rounded = static_cast<T>(number);
  return static_cast<double>(rounded) <= number ? rounded : std::nextafter(rounded, -std::numeric_limits<T>::infinity());
}

[[gnu::cold]] void refuse(std::int64_t id, double log_probability) {
  require<ValueError>(!std::isnan(log_probability), "decode: the model's probabilities are NaN");
  require<ValueError>(false, "decode: ln p of id ", id, " is ", log_probability,
                      ", above 0: a step must return log-probabilities, not logits");
}

}  // namespace

NextWords::NextWords(const Tensor& log_probabilities, const SearchOptions& options, const DecoderTokens& tokens)
    : log_probabilities_(contiguous(log_probabilities)),
      words_(std::min(options.words, log_probabilities.size(1))),
      end_(tokens.end),
      repetition_penalty_(options.repetition_penalty) {
  if (tokens.start != tokens.end) never_.push_back(tokens.start);
  if (tokens.padding) never_.push_back(*tokens.padding);
  if (tokens.unknown && !options.unknown) never_.push_back(*tokens.unknown);
  std::ranges::sort(never_);
}

template <class T>
NextWords::Choice NextWords::choice(const T* all, std::int64_t id, const NextRules& rules) const {
  constexpr double kRounding = 1e-3;
  if (!(static_cast<double>(all[id]) <= kRounding)) refuse(id, static_cast<double>(all[id]));
  const double log_probability = std::min(static_cast<double>(all[id]), 0.0);
  return {id, log_probability, contains(rules.repeated, id) ? log_probability * repetition_penalty_ : log_probability};
}

template <class T>
std::vector<NextWords::Choice> NextWords::best_of(const T* all, std::int64_t count, const NextRules& rules) const {
  auto is_forbidden = [&](std::int64_t id) {
    return contains(never_, id) || (id == end_ && !rules.may_end) || contains(rules.blocked, id);
  };
  Best best(count);
  // A value is never above ln p, so that most words are skipped, a block at a time, by one comparison each. NaN is not skipped.
  constexpr std::int64_t kBlock = 16;
  for (std::int64_t begin = 0; begin < words_; begin += kBlock) {
    const std::int64_t end = std::min(begin + kBlock, words_);
    const T threshold = at_most<T>(best.threshold());
    bool all_worse = true;
    for (std::int64_t id = begin; id < end; ++id) all_worse &= all[id] <= threshold;
    if (all_worse) continue;
    for (std::int64_t id = begin; id < end; ++id)
      if (!(static_cast<double>(all[id]) <= best.threshold()) && !is_forbidden(id)) best.add(choice(all, id, rules));
  }
  return std::move(best).sorted();
}

template <class T>
std::vector<NextWords::Choice> NextWords::every(const T* all, const NextRules& rules) const {
  std::vector<Choice> choices;
  choices.reserve(static_cast<std::size_t>(words_));
  std::int64_t id = 0;
  auto add_until = [&](std::int64_t end) {
    for (; id < end; ++id)
      if (all[id] != -std::numeric_limits<T>::infinity() && !contains(rules.blocked, id))
        choices.push_back(choice(all, id, rules));
  };
  for (std::int64_t never : never_) {
    add_until(std::min(never, words_));
    id = std::max(id, never + 1);
  }
  add_until(words_);
  if (!rules.may_end) std::erase_if(choices, [&](const Choice& choice) { return choice.id == end_; });
  return choices;
}

std::vector<NextWords::Choice> NextWords::best(std::int64_t row, std::int64_t count, const NextRules& rules) const {
  auto of = [&](auto* data) -> std::vector<Choice> {
    auto* all = data + row * log_probabilities_.size(1);
    if (rules.forced) return {choice(all, *rules.forced, rules)};
    if (rules.must_end) return {choice(all, end_, rules)};
    std::vector<Choice> choices = count ? best_of(all, count, rules) : every(all, rules);
    if (choices.empty()) choices.push_back(choice(all, end_, rules));
    return choices;
  };
  return log_probabilities_.dtype() == DType::f64 ? of(log_probabilities_.data<double>()) : of(log_probabilities_.data<float>());
}

NextWords::Choice NextWords::draw(std::int64_t row, const Sampling& sampling, double chance, const NextRules& rules) const {
  std::vector<Choice> choices = best(row, sampling.top_k, rules);
  if (choices.size() == 1) return choices.front();  // its probability may be 0, which cannot be drawn from
  double highest = choices.front().value;
  for (const Choice& choice : choices) highest = std::max(highest, choice.value);
  std::vector<double> weights;
  for (const Choice& choice : choices) weights.push_back(std::exp((choice.value - highest) / sampling.temperature));
  if (sampling.top_p < 1) keep_nucleus(choices, weights, sampling.top_p);
  double total = 0;
  for (double weight : weights) total += weight;
  double left = chance * total;
  std::size_t drawn = 0;
  for (std::size_t i = 0; i < choices.size() && left >= 0; ++i) {
    if (weights[i] > 0) drawn = i;
    left -= weights[i];
  }
  return choices[drawn];
}

}  // namespace weft
