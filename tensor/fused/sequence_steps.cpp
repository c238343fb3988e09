#include <weft/tensor/fused/sequence_steps.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <cstring>
#include <numeric>

namespace weft {

namespace {

constexpr std::int64_t kGrain = 1 << 15;  // the least numbers that are worth a thread

std::int64_t grain(std::int64_t width) { return std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(width, 1)); }

void copy_row(const float* from, std::int64_t width, float* to) {
  std::memcpy(to, from, static_cast<std::size_t>(width) * sizeof(float));
}

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

void SequenceSteps::pack(const float* padded, std::int64_t width, float* packed) const {
  parallel_for(batch_, grain(width * steps()), [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t s = 0; s < steps(); ++s)
      for (std::int64_t j = first; j < std::min(last, count(s)); ++j)
        copy_row(padded + place(j, s) * width, width, packed + (begin(s) + j) * width);
  });
}

void SequenceSteps::unpack(const float* packed, std::int64_t width, float* padded) const {
  parallel_for(batch_, grain(width * steps()), [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t s = 0; s < steps(); ++s)
      for (std::int64_t j = first; j < std::min(last, count(s)); ++j)
        copy_row(packed + (begin(s) + j) * width, width, padded + place(j, s) * width);
    for (std::int64_t j = first; j < last; ++j)
      std::fill_n(padded + (row(j) * time_ + length(j)) * width, (time_ - length(j)) * width, 0.0f);
  });
}

void SequenceSteps::order_rows(const float* states, std::int64_t width, float* ordered) const {
  for (std::int64_t j = 0; j < batch_; ++j) copy_row(states + row(j) * width, width, ordered + j * width);
}

void SequenceSteps::restore_rows(const float* ordered, std::int64_t width, float* states) const {
  for (std::int64_t j = 0; j < batch_; ++j) copy_row(ordered + j * width, width, states + row(j) * width);
}

void SequenceSteps::last_rows(const float* history, std::int64_t width, float* states) const {
  for (std::int64_t j = 0; j < batch_; ++j) copy_row(history + (before(length(j)) + j) * width, width, states + row(j) * width);
}

void SequenceSteps::previous_rows(const float* history, std::int64_t width, float* packed) const {
  parallel_for(batch_, grain(width * steps()), [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t s = 0; s < steps(); ++s)
      for (std::int64_t j = first; j < std::min(last, count(s)); ++j)
        copy_row(history + (before(s) + j) * width, width, packed + (begin(s) + j) * width);
  });
}

void SequenceSteps::add_step(const float* padded, std::int64_t s, std::int64_t width, float* ordered) const {
  parallel_for(count(s), grain(width), [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t j = first; j < last; ++j) {
      const float* from = padded + place(j, s) * width;
      float* to = ordered + j * width;
      for (std::int64_t i = 0; i < width; ++i) to[i] += from[i];
    }
  });
}

}  // namespace weft
