#include <weft/models/decoding/next_words.h>
#include <weft/models/text/vocabulary.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/softmax.h>

#include <algorithm>
#include <cmath>

namespace weft {

std::int64_t longest_output(std::int64_t source_tokens, const SearchOptions& options) {
  double by_source =
      std::floor(options.length_factor * static_cast<double>(source_tokens)) + static_cast<double>(options.length_margin);
  return static_cast<std::int64_t>(std::min(static_cast<double>(options.max_length), by_source));
}

NextWords::NextWords(const Tensor& logits, const SearchOptions& options)
    : log_probabilities_(cast(contiguous(log_softmax(logits)), DType::f64)), unknown_(options.unknown), words_(options.words) {}

bool NextWords::allowed(std::int64_t id) const {
  return id != text::kPaddingId && id != text::kSentenceStartId && (unknown_ || id != text::kUnknownId);
}

std::vector<NextWords::Choice> NextWords::best(std::int64_t row, std::int64_t count, bool must_end) const {
  const double* all = log_probabilities_.data<double>() + row * log_probabilities_.size(1);
  if (must_end) return {{text::kSentenceEndId, all[text::kSentenceEndId]}};
  auto better = [](const Choice& a, const Choice& b) {
    return a.log_probability != b.log_probability ? a.log_probability > b.log_probability : a.id < b.id;
  };
  std::vector<Choice> heap;  // in front stands the worst of the best so far
  for (std::int64_t id = 0; id < std::min(words_, log_probabilities_.size(1)); ++id) {
    if (!allowed(id)) continue;
    Choice choice{id, all[id]};
    if (std::ssize(heap) == count) {
      if (!better(choice, heap.front())) continue;
      std::pop_heap(heap.begin(), heap.end(), better);
      heap.pop_back();
    }
    heap.push_back(choice);
    std::push_heap(heap.begin(), heap.end(), better);
  }
  std::sort_heap(heap.begin(), heap.end(), better);
  return heap;
}

}  // namespace weft
