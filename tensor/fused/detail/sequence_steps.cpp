#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/fused/detail/sequence_steps.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <cstring>
#include <numeric>

namespace weft {

namespace {

constexpr std::int64_t kGrain = 1 << 15;  // the smallest count of numbers that is worth a thread

std::int64_t grain(std::int64_t width) { return std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(width, 1)); }

void copy_row(const float* from, std::int64_t width, float* to) {
  std::memcpy(to, from, static_cast<std::size_t>(width) * sizeof(float));
}

std::int64_t width_of(const Tensor& x) { return x.shape().back(); }

}  // namespace

SequenceSteps::SequenceSteps(std::int64_t batch, std::int64_t time, const Tensor& lengths, bool reverse)
    : batch_(batch), time_(time), reverse_(reverse) {
  auto length_of = [&](std::int64_t i) {
    return lengths.defined() ? lengths.data<std::int64_t>()[i * lengths.strides()[0]] : time;
  };
  order_.resize(static_cast<std::size_t>(batch));
  std::iota(order_.begin(), order_.end(), 0);
  if (lengths.defined())
    std::stable_sort(order_.begin(), order_.end(), [&](std::int64_t a, std::int64_t b) { return length_of(a) > length_of(b); });
  for (std::int64_t i : order_) lengths_.push_back(length_of(i));
  begin_.push_back(0);
  std::int64_t running = batch;
  for (std::int64_t s = 0; batch > 0 && s < length(0); ++s) {
    while (length(running - 1) <= s) --running;
    begin_.push_back(begin_.back() + running);
  }
}

std::int64_t SequenceSteps::place(std::int64_t j, std::int64_t s) const {
  return row(j) * time_ + (reverse_ ? length(j) - 1 - s : s);
}

// Calls body(s, j) for each step s and each row j that has it, in threads.
template <class Body>
void SequenceSteps::for_each_row(std::int64_t width, const Body& body) const {
  parallel_for(batch_, grain(width * steps()), [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t s = 0; s < steps(); ++s)
      for (std::int64_t j = first; j < std::min(last, count(s)); ++j) body(s, j);
  });
}

std::vector<std::int64_t> SequenceSteps::rows_of_batch() const {
  std::vector<std::int64_t> rows;
  for (std::int64_t s = 0; s < steps(); ++s)
    for (std::int64_t j = 0; j < count(s); ++j) rows.push_back(row(j));
  return rows;
}

Tensor SequenceSteps::pack(const Tensor& padded) const {
  const Tensor all = contiguous(padded);
  const std::int64_t width = width_of(all);
  Tensor packed({rows(), width}, DType::f32);
  const float* from = all.data<float>();
  float* to = packed.output<float>();
  for_each_row(width,
               [&](std::int64_t s, std::int64_t j) { copy_row(from + place(j, s) * width, width, to + (begin(s) + j) * width); });
  return packed;
}

Tensor SequenceSteps::unpack(const Tensor& packed) const {
  const std::int64_t width = width_of(packed);
  Tensor padded({batch_, time_, width}, DType::f32);
  const float* from = packed.data<float>();
  float* to = padded.output<float>();
  for_each_row(width,
               [&](std::int64_t s, std::int64_t j) { copy_row(from + (begin(s) + j) * width, width, to + place(j, s) * width); });
  parallel_for(batch_, grain(width * steps()), [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t j = first; j < last; ++j)
      std::fill_n(to + (row(j) * time_ + length(j)) * width, (time_ - length(j)) * width, 0.0f);
  });
  return padded;
}

void SequenceSteps::order_into(Tensor& ordered, const Tensor& states) const {
  const Tensor all = contiguous(states);
  const std::int64_t width = width_of(all);
  const float* from = all.data<float>();
  float* to = ordered.output<float>();
  for (std::int64_t j = 0; j < batch_; ++j) copy_row(from + row(j) * width, width, to + j * width);
}

Tensor SequenceSteps::order(const Tensor& states) const {
  Tensor ordered({batch_, width_of(states)}, DType::f32);
  order_into(ordered, states);
  return ordered;
}

Tensor SequenceSteps::restore(const Tensor& ordered) const {
  const std::int64_t width = width_of(ordered);
  Tensor states({batch_, width}, DType::f32);
  const float* from = ordered.data<float>();
  float* to = states.output<float>();
  for (std::int64_t j = 0; j < batch_; ++j) copy_row(from + j * width, width, to + row(j) * width);
  return states;
}

Tensor SequenceSteps::history(const Tensor& initial) const {
  Tensor history({batch_ + rows(), width_of(initial)}, DType::f32);
  order_into(history, initial);
  return history;
}

Tensor SequenceSteps::outputs(const Tensor& history) const { return unpack(slice(history, 0, batch_, batch_ + rows())); }

Tensor SequenceSteps::last(const Tensor& history) const {
  const std::int64_t width = width_of(history);
  Tensor states({batch_, width}, DType::f32);
  const float* from = history.data<float>();
  float* to = states.output<float>();
  for (std::int64_t j = 0; j < batch_; ++j) copy_row(from + (before(length(j)) + j) * width, width, to + row(j) * width);
  return states;
}

Tensor SequenceSteps::previous(const Tensor& history) const {
  if (rows() == batch_ * steps()) return slice(history, 0, 0, rows());
  const std::int64_t width = width_of(history);
  Tensor packed({rows(), width}, DType::f32);
  const float* from = history.data<float>();
  float* to = packed.output<float>();
  for_each_row(width, [&](std::int64_t s, std::int64_t j) {
    copy_row(from + (before(s) + j) * width, width, to + (begin(s) + j) * width);
  });
  return packed;
}

void SequenceSteps::add_step(const Tensor& padded, std::int64_t s, Tensor& ordered) const {
  const std::int64_t width = width_of(ordered);
  const float* from = padded.data<float>();
  float* to = ordered.output<float>();
  parallel_for(count(s), grain(width), [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t j = first; j < last; ++j) {
      const float* added = from + place(j, s) * width;
      float* sum = to + j * width;
      for (std::int64_t i = 0; i < width; ++i) sum[i] += added[i];
    }
  });
}

}  // namespace weft
