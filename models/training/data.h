// Data: examples as a Trainer takes them, and the usual kinds.
#pragma once

#include <weft/nn/batch.h>

#include <span>
#include <vector>

namespace weft {

using Sequence = std::vector<std::int64_t>;  // token ids

// A target of this class is not counted, in losses and metrics: it stands in padding.
inline constexpr std::int64_t kIgnored = -100;

// The sequences at `indices`, padded with 0 to the longest (at least one position), and their lengths.
Batch pad(const std::vector<Sequence>& sequences, std::span<const std::size_t> indices);

// The same, padded with another value and without the lengths: [batch, time].
Tensor pad_with(const std::vector<Sequence>& sequences, std::span<const std::size_t> indices, std::int64_t value);

// Examples of a model whose forward takes an Input. Derive from it to train on other data.
template <class Input>
class Data {
 public:
  struct Example {
    Input input;
    Tensor targets;  // what the loss takes: classes, i64, of the logits' shape without the classes; or numbers, as for nn::MSE
  };
  virtual ~Data() = default;
  virtual std::int64_t size() const = 0;
  // In tokens, or what else progress is counted in. Examples of similar length are put into one batch.
  virtual std::int64_t length(std::size_t i) const = 0;
  // Where a model has an output per token: how many are the example's own. Those behind are padding, which predict() clears.
  virtual std::int64_t outputs(std::size_t i) const { return length(i); }
  virtual Example batch(std::span<const std::size_t> indices) const = 0;
};

// One label for each sequence.
class LabelledSequences : public Data<Batch> {
 public:
  // Throws ShapeError when the counts differ.
  LabelledSequences(std::vector<Sequence> sequences, std::vector<std::int64_t> labels, Where where = Where::here());
  // Rows of ids [n, time] at full length, labels [n].
  LabelledSequences(const Tensor& ids, const Tensor& labels, Where where = Where::here());

  std::int64_t size() const override { return std::ssize(sequences_); }
  std::int64_t length(std::size_t i) const override { return std::ssize(sequences_[i]); }
  Example batch(std::span<const std::size_t> indices) const override;

 private:
  std::vector<Sequence> sequences_;
  std::vector<std::int64_t> labels_;
};

// One label for each token.
class TaggedSequences : public Data<Batch> {
 public:
  // Throws ShapeError when the counts, or the lengths of a sequence and its labels, differ.
  TaggedSequences(std::vector<Sequence> sequences, std::vector<Sequence> labels, Where where = Where::here());

  std::int64_t size() const override { return std::ssize(sequences_); }
  std::int64_t length(std::size_t i) const override { return std::ssize(sequences_[i]); }
  Example batch(std::span<const std::size_t> indices) const override;

 private:
  std::vector<Sequence> sequences_, labels_;
};

// A source and, for a decoder that is told the right answer so far, the target up to the word before.
struct PairBatch {
  Batch source;
  Batch target;  // <s> and the target's words
};

// Pairs of sequences; the decoder reads <s> w1 .. wn and is to predict w1 .. wn </s>.
class SequencePairs : public Data<PairBatch> {
 public:
  // Targets come with their marks: <s> w1 .. wn </s>. Throws ShapeError when the counts differ or a target has fewer than two
  // ids.
  SequencePairs(std::vector<Sequence> sources, std::vector<Sequence> targets, Where where = Where::here());

  std::int64_t size() const override { return std::ssize(sources_); }
  std::int64_t length(std::size_t i) const override { return std::ssize(sources_[i]) + std::ssize(inputs_[i]); }
  std::int64_t outputs(std::size_t i) const override { return std::ssize(inputs_[i]); }
  Example batch(std::span<const std::size_t> indices) const override;

 private:
  std::vector<Sequence> sources_, inputs_, outputs_;
};

}  // namespace weft
