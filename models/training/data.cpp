#include <weft/models/training/data.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/create.h>

#include <algorithm>

namespace weft {

Tensor pad_with(const std::vector<Sequence>& sequences, std::span<const std::size_t> indices, std::int64_t value) {
  std::int64_t time = 1;
  for (std::size_t i : indices) time = std::max<std::int64_t>(time, std::ssize(sequences[i]));
  Tensor padded = full({std::ssize(indices), time}, static_cast<double>(value), DType::i64);
  std::int64_t* row = padded.output<std::int64_t>();
  for (std::size_t i : indices) {
    std::copy(sequences[i].begin(), sequences[i].end(), row);
    row += time;
  }
  return padded;
}

Batch pad(const std::vector<Sequence>& sequences, std::span<const std::size_t> indices) {
  Tensor lengths({std::ssize(indices)}, DType::i64);
  std::transform(indices.begin(), indices.end(), lengths.output<std::int64_t>(),
                 [&](std::size_t i) { return std::ssize(sequences[i]); });
  return {pad_with(sequences, indices, 0), lengths};
}

LabelledSequences::LabelledSequences(std::vector<Sequence> sequences, std::vector<std::int64_t> labels, Where where)
    : sequences_(std::move(sequences)), labels_(std::move(labels)) {
  check<ShapeError>(sequences_.size() == labels_.size(), where, "data: ", sequences_.size(), " sequences and ", labels_.size(),
                    " labels");
}

LabelledSequences::LabelledSequences(const Tensor& ids, const Tensor& labels, Where where) {
  check<ShapeError>(ids.dims() == 2 && labels.shape() == Shape{ids.shape()[0]}, where, "data: ids ", ids.shape(), " and labels ",
                    labels.shape(), ", not [n, time] and [n]");
  Tensor rows = contiguous(cast(ids, DType::i64)), classes = contiguous(cast(labels, DType::i64));
  for (std::int64_t i = 0; i < ids.shape()[0]; ++i) {
    const std::int64_t* row = rows.data<std::int64_t>() + i * ids.shape()[1];
    sequences_.emplace_back(row, row + ids.shape()[1]);
  }
  labels_.assign(classes.span<std::int64_t>().begin(), classes.span<std::int64_t>().end());
}

LabelledSequences::Example LabelledSequences::batch(std::span<const std::size_t> indices) const {
  Tensor targets({std::ssize(indices)}, DType::i64);
  std::transform(indices.begin(), indices.end(), targets.output<std::int64_t>(), [&](std::size_t i) { return labels_[i]; });
  return {pad(sequences_, indices), targets};
}

TaggedSequences::TaggedSequences(std::vector<Sequence> sequences, std::vector<Sequence> labels, Where where)
    : sequences_(std::move(sequences)), labels_(std::move(labels)) {
  check<ShapeError>(sequences_.size() == labels_.size(), where, "data: ", sequences_.size(), " sequences and ", labels_.size(),
                    " label sequences");
  for (std::size_t i = 0; i < sequences_.size(); ++i)
    check<ShapeError>(sequences_[i].size() == labels_[i].size(), where, "data: sequence ", i, " has ", sequences_[i].size(),
                      " tokens and ", labels_[i].size(), " labels");
}

TaggedSequences::Example TaggedSequences::batch(std::span<const std::size_t> indices) const {
  return {pad(sequences_, indices), pad_with(labels_, indices, kIgnored)};
}

SequencePairs::SequencePairs(std::vector<Sequence> sources, std::vector<Sequence> targets, Where where)
    : sources_(std::move(sources)) {
  check<ShapeError>(sources_.size() == targets.size(), where, "data: ", sources_.size(), " sources and ", targets.size(),
                    " targets");
  for (const Sequence& target : targets) {
    check<ShapeError>(target.size() >= 2, where, "data: a target has ", target.size(), " ids, not <s> .. </s>");
    inputs_.emplace_back(target.begin(), target.end() - 1);
    outputs_.emplace_back(target.begin() + 1, target.end());
  }
}

SequencePairs::Example SequencePairs::batch(std::span<const std::size_t> indices) const {
  return {{pad(sources_, indices), pad(inputs_, indices)}, pad_with(outputs_, indices, kIgnored)};
}

}  // namespace weft
