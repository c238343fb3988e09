// Data: the examples that a Trainer is given, and the usual kinds of them.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/models/data/batches.h>
#include <weft/models/training/sequence_store.h>
#include <weft/nn/layers/batch.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace weft {

// Targets of this class are ignored in losses and metrics: they mark padding.
inline constexpr std::int64_t kIgnored = -100;

// The sequences at `indices`, padded with 0 to the longest (at least one position), and their lengths. Throws IndexError.
Batch pad(const std::vector<Sequence>& sequences, std::span<const std::size_t> indices);

Batch pad(const SequenceStore& sequences, std::span<const std::size_t> indices);

// The same, padded with another value and without the lengths: [batch, time].
Tensor pad_with(const std::vector<Sequence>& sequences, std::span<const std::size_t> indices, std::int64_t value);
Tensor pad_with(const SequenceStore& sequences, std::span<const std::size_t> indices, std::int64_t value);

// The output of a model that adds a loss of its own to that of its logits.
struct ModelOutput {
  Variable logits;
  // One number, a sum over the batch, divided in an update as the other losses are; or one for each example, [batch], which are
  // added, and with which several shards can run in one graph. Undefined: none.
  Variable extra_loss;
};

// The examples for a model whose forward takes an Input. Derive from it to train on other data.
template <class Input>
class Data {
 public:
  struct Example {
    Input input;
    Tensor targets;  // what the loss takes: classes, i64, of the logits' shape without the classes; or numbers, as for nn::MSE
  };
  virtual ~Data() = default;
  virtual std::int64_t size() const = 0;
  // The amount of work of an example, usually its tokens. Examples of similar length are put into one batch.
  virtual std::int64_t length(std::size_t i) const = 0;
  // The unit of the training speed, tokens/s, chosen so that speeds are comparable: words of a text, target tokens of a pair.
  virtual std::int64_t tokens(std::size_t i) const { return length(i); }
  // For models with one output per token: how many belong to the example. Those after them are padding, which predict() clears.
  virtual std::int64_t outputs(std::size_t i) const { return length(i); }
  // Must depend only on the indices if there are several ranks: each calls it for its own examples, as many at a time as its part
  // of the update has. So random changes of examples come from a generator for each of them, such as {.seed = 7, .stream = i};
  // draws from default_generator() are an error there.
  virtual Example batch(std::span<const std::size_t> indices) const = 0;
  // Whether batch() takes long or waits for a disk. If so, training, scoring and prediction call it in a thread of its own, some
  // batches ahead and in the same order, while the model processes the one before. Results are the same if batch() depends only
  // on the indices: in that thread default_generator(), grad mode and thread count are not the caller's, and when training is
  // stopped, it has read batches that a resumed training reads again.
  virtual bool read_ahead() const { return false; }
  // A hash of everything that batch() returns, by which a checkpoint recognizes its data, and ranks find that theirs differ; 0:
  // only the lengths are compared. It is only called if there are checkpoints, or several ranks and no read_ahead().
  virtual std::uint64_t fingerprint() const { return 0; }
};

// Returns the batches of one epoch, by the indices of their examples, as training makes them: see text::batches_by_length.
template <class Input>
std::vector<std::vector<std::size_t>> batches_of(const Data<Input>& data, const text::BatchOptions& options = {}) {
  std::vector<std::int64_t> lengths;
  for (std::size_t i = 0; i < static_cast<std::size_t>(data.size()); ++i) lengths.push_back(data.length(i));
  return text::batches_by_length(lengths, options);
}

// One label for each sequence. A copy shares the sequences.
class LabelledSequences : public Data<Batch> {
 public:
  // Throws ShapeError if the counts differ.
  LabelledSequences(const std::vector<Sequence>& sequences, std::vector<std::int64_t> labels, Where caller = Where::here());
  // Takes rows of ids [n, time], of an integer dtype, at full length; labels [n]. Labels of a floating dtype stay numbers, of any
  // shape [n, ..]. Throws ShapeError, DtypeError unless ids are integers.
  LabelledSequences(const Tensor& ids, const Tensor& labels, Where caller = Where::here());
  static LabelledSequences from_store(SequenceStore sequences, std::vector<std::int64_t> labels, Where caller = Where::here());

  // Sets the number of tokens of each text, if its sequence has other ids too, as in pairs. Throws ShapeError if the counts
  // differ.
  void set_tokens(std::vector<std::int64_t> tokens, Where caller = Where::here());

  std::int64_t size() const override { return sequences_->size(); }
  std::int64_t length(std::size_t i) const override { return sequences_->length(i); }
  std::int64_t tokens(std::size_t i) const override { return tokens_.empty() ? length(i) : tokens_[i]; }
  Example batch(std::span<const std::size_t> indices) const override;
  bool read_ahead() const override { return !sequences_->in_memory(); }
  std::uint64_t fingerprint() const override;

 private:
  LabelledSequences() = default;
  std::shared_ptr<const SequenceStore> sequences_;
  std::vector<std::int64_t> labels_, tokens_;
  Tensor numbers_;  // instead, [n, ..]
};

namespace detail {
// Returns rows of `tensor` [n, ..], in the order of `indices`.
Tensor rows_at(const Tensor& tensor, std::span<const std::size_t> indices);
// Converts targets for losses: integers of any dtype are classes, i64. Throws ShapeError unless there are as many as inputs.
Tensor checked_targets(const Tensor& inputs, const Tensor& targets, Where caller);
// Returns a hash of their elements, dtypes and shapes.
std::uint64_t fingerprint_of(const Tensor& inputs, const Tensor& targets);
}  // namespace detail

// Plain tensors, for models that take a Tensor or a Variable: inputs [n, ..] and targets [n, ..], one row an example. A copy
// shares them.
template <class Input = Tensor>
class TensorDataset : public Data<Input> {
 public:
  // Throws ShapeError when the counts differ.
  TensorDataset(const Tensor& inputs, const Tensor& targets, Where caller = Where::here())
      : inputs_(inputs), targets_(detail::checked_targets(inputs, targets, caller)) {}

  std::int64_t size() const override { return inputs_.shape()[0]; }
  std::int64_t length(std::size_t) const override { return 1; }
  std::int64_t outputs(std::size_t) const override { return std::numeric_limits<std::int64_t>::max(); }  // no padding
  typename Data<Input>::Example batch(std::span<const std::size_t> indices) const override {
    return {Input(detail::rows_at(inputs_, indices)), detail::rows_at(targets_, indices)};
  }
  std::uint64_t fingerprint() const override { return detail::fingerprint_of(inputs_, targets_); }

 private:
  Tensor inputs_, targets_;
};

// One label for each token.
class TaggedSequences : public Data<Batch> {
 public:
  // Throws ShapeError when the counts, or the lengths of a sequence and its labels, differ.
  TaggedSequences(std::vector<Sequence> sequences, std::vector<Sequence> labels, Where caller = Where::here());

  std::int64_t size() const override { return std::ssize(sequences_); }
  std::int64_t length(std::size_t i) const override { return std::ssize(sequences_[i]); }
  Example batch(std::span<const std::size_t> indices) const override;
  std::uint64_t fingerprint() const override;

 private:
  std::vector<Sequence> sequences_, labels_;
};

// A source, and the target shifted by one word as the input of a decoder with teacher forcing.
struct PairBatch {
  Batch source;
  Batch target;           // <s> and the target's words
  Tensor alignment = {};  // f32 [batch, target time, source time]: the source words that each target word is a translation of; a
                          // row sums to 1 or 0
};

// Pairs of sequences; the decoder reads <s> w1 .. wn and must predict w1 .. wn </s>. A copy shares the sequences.
class SequencePairs : public Data<PairBatch> {
 public:
  // Targets include their marks: <s> w1 .. wn </s>. Throws ShapeError if the counts differ or a target has fewer than two ids.
  SequencePairs(const std::vector<Sequence>& sources, const std::vector<Sequence>& targets, Where caller = Where::here());
  static SequencePairs from_stores(SequenceStore sources, SequenceStore targets, Where caller = Where::here());

  // Sets which tokens are aligned: for each pair s1 t1 s2 t2 .., positions in the source and in the words to be predicted, from
  // 0. Throws ShapeError if the counts differ or a position has no partner, IndexError for a position outside its sequence.
  void set_links(SequenceStore links, Where caller = Where::here());

  std::int64_t size() const override { return sources_->size(); }
  std::int64_t length(std::size_t i) const override { return sources_->length(i) + outputs(i); }
  std::int64_t tokens(std::size_t i) const override { return outputs(i); }
  std::int64_t outputs(std::size_t i) const override { return targets_->length(i) - 1; }
  Example batch(std::span<const std::size_t> indices) const override;
  bool read_ahead() const override;
  std::uint64_t fingerprint() const override;
  bool has_links() const { return links_ != nullptr; }

 private:
  SequencePairs() = default;
  Tensor alignment(std::span<const std::size_t> indices, const Example& example) const;

  std::shared_ptr<const SequenceStore> sources_, targets_, links_;
};

}  // namespace weft
