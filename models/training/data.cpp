#include <weft/models/io/detail/order.h>
#include <weft/models/training/data.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/reduction/reduce.h>

#include <algorithm>
#include <cstring>

namespace weft {

namespace {

std::uint64_t hash_of(const std::vector<std::int64_t>& numbers, std::uint64_t mixed) {
  for (std::int64_t number : numbers) mixed = text::hash(mixed, static_cast<std::uint64_t>(number));
  return text::hash(mixed, numbers.size());
}

// The same elements with another dtype or shape are different data.
std::uint64_t hash_of(const Tensor& tensor) {
  const Tensor whole = contiguous(tensor);
  std::uint64_t mixed = text::hash(static_cast<std::uint64_t>(whole.dtype()), static_cast<std::uint64_t>(whole.dims()));
  for (std::int64_t size : whole.shape()) mixed = text::hash(mixed, static_cast<std::uint64_t>(size));
  visit(whole.dtype(), [&](auto type) {
    for (auto number : whole.span<decltype(type)>()) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, &number, sizeof number);
      mixed = text::hash(mixed, bits);
    }
  });
  return mixed;
}

void check_indices(std::span<const std::size_t> indices, std::int64_t size) {
  for (const std::size_t i : indices)
    require<IndexError>(i < static_cast<std::size_t>(size), "data: the index ", i, " is not in the range of ", size, " examples");
}

// Stacks the rows that row(i) returns for each of the indices, padded at their ends: [batch, time].
template <class Row>
Tensor pad_rows(std::span<const std::size_t> indices, std::int64_t value, Row row) {
  std::int64_t time = 1;
  for (std::size_t i : indices) time = std::max<std::int64_t>(time, std::ssize(row(i)));
  Tensor padded = full({std::ssize(indices), time}, static_cast<double>(value), DType::i64);
  std::int64_t* out = padded.output<std::int64_t>();
  for (std::size_t i : indices) {
    const auto ids = row(i);
    std::copy(ids.begin(), ids.end(), out);
    out += time;
  }
  return padded;
}

template <class Row>
Batch batch_of_rows(std::span<const std::size_t> indices, Row row) {
  Tensor lengths({std::ssize(indices)}, DType::i64);
  std::transform(indices.begin(), indices.end(), lengths.output<std::int64_t>(),
                 [&](std::size_t i) { return std::ssize(row(i)); });
  return {pad_rows(indices, 0, row), lengths};
}

auto rows_of(const std::vector<Sequence>& sequences) {
  return [&](std::size_t i) { return std::span<const std::int64_t>(sequences[i]); };
}
auto rows_of(const SequenceStore& sequences) {
  return [&](std::size_t i) { return sequences[i]; };
}

SequenceStore stored(const std::vector<Sequence>& sequences, Where caller) {
  const CallScope scope(caller);
  SequenceStore store;
  for (const Sequence& sequence : sequences) store.add(sequence);
  return store;
}

}  // namespace

Tensor pad_with(const std::vector<Sequence>& sequences, std::span<const std::size_t> indices, std::int64_t value) {
  check_indices(indices, std::ssize(sequences));
  return pad_rows(indices, value, rows_of(sequences));
}
Tensor pad_with(const SequenceStore& sequences, std::span<const std::size_t> indices, std::int64_t value) {
  check_indices(indices, sequences.size());
  return pad_rows(indices, value, rows_of(sequences));
}

Batch pad(const std::vector<Sequence>& sequences, std::span<const std::size_t> indices) {
  check_indices(indices, std::ssize(sequences));
  return batch_of_rows(indices, rows_of(sequences));
}
Batch pad(const SequenceStore& sequences, std::span<const std::size_t> indices) {
  check_indices(indices, sequences.size());
  return batch_of_rows(indices, rows_of(sequences));
}

LabelledSequences LabelledSequences::from_store(SequenceStore sequences, std::vector<std::int64_t> labels, Where caller) {
  check<ShapeError>(sequences.size() == std::ssize(labels), caller, "data: ", sequences.size(), " sequences and ", labels.size(),
                    " labels");
  LabelledSequences data;
  data.sequences_ = std::make_shared<const SequenceStore>(std::move(sequences));
  data.labels_ = std::move(labels);
  return data;
}

void LabelledSequences::set_tokens(std::vector<std::int64_t> tokens, Where caller) {
  check<ShapeError>(std::ssize(tokens) == size(), caller, "data: ", size(), " sequences and ", tokens.size(),
                    " numbers of tokens");
  tokens_ = std::move(tokens);
}

LabelledSequences::LabelledSequences(const std::vector<Sequence>& sequences, std::vector<std::int64_t> labels, Where caller)
    : LabelledSequences(from_store(stored(sequences, caller), std::move(labels), caller)) {}

LabelledSequences::LabelledSequences(const Tensor& ids, const Tensor& labels, Where caller) {
  check_defined("data", "tensor of ids", ids, caller);
  check_defined("data", "tensor of labels", labels, caller);
  const bool numbers = is_floating(labels.dtype());
  check<ShapeError>(
      ids.dims() == 2 && labels.dims() >= 1 && labels.shape()[0] == ids.shape()[0] && (numbers || labels.dims() == 1), caller,
      "data: ids ", ids.shape(), " and labels ", labels.shape(), "; they must have shapes [n, time] and [n]");
  check<DtypeError>(!is_floating(ids.dtype()), caller, "data: ids are ", ids.dtype(),
                    ", not integers; numbers are for models whose forward takes a Tensor or a Variable");
  const CallScope scope(caller);
  Tensor rows = contiguous(cast(ids, DType::i64));
  SequenceStore sequences;
  for (std::int64_t i = 0; i < ids.shape()[0]; ++i) {
    const std::int64_t* row = rows.data<std::int64_t>() + i * ids.shape()[1];
    sequences.add({row, row + ids.shape()[1]});
  }
  sequences_ = std::make_shared<const SequenceStore>(std::move(sequences));
  if (numbers) {
    numbers_ = labels;
    return;
  }
  const Tensor classes = contiguous(cast(labels, DType::i64));
  labels_.assign(classes.span<std::int64_t>().begin(), classes.span<std::int64_t>().end());
}

Tensor detail::rows_at(const Tensor& tensor, std::span<const std::size_t> indices) {
  Tensor places({std::ssize(indices)}, DType::i64);
  std::transform(indices.begin(), indices.end(), places.output<std::int64_t>(),
                 [](std::size_t i) { return static_cast<std::int64_t>(i); });
  return index_select(tensor, 0, places);
}

Tensor detail::checked_targets(const Tensor& inputs, const Tensor& targets, Where caller) {
  check<ShapeError>(inputs.dims() >= 1 && targets.dims() >= 1 && inputs.shape()[0] == targets.shape()[0], caller, "data: inputs ",
                    inputs.shape(), " and targets ", targets.shape(), "; both must have shape [n, ..]");
  return is_floating(targets.dtype()) ? targets : cast(targets, DType::i64);
}

std::uint64_t detail::fingerprint_of(const Tensor& inputs, const Tensor& targets) {
  return text::hash(hash_of(inputs), hash_of(targets));
}

LabelledSequences::Example LabelledSequences::batch(std::span<const std::size_t> indices) const {
  check_indices(indices, size());
  sequences_->prefetch(indices);
  if (numbers_.defined()) return {pad(*sequences_, indices), detail::rows_at(numbers_, indices)};
  Tensor targets({std::ssize(indices)}, DType::i64);
  std::transform(indices.begin(), indices.end(), targets.output<std::int64_t>(), [&](std::size_t i) { return labels_[i]; });
  return {pad(*sequences_, indices), targets};
}

TaggedSequences::TaggedSequences(std::vector<Sequence> sequences, std::vector<Sequence> labels, Where caller)
    : sequences_(std::move(sequences)), labels_(std::move(labels)) {
  check<ShapeError>(sequences_.size() == labels_.size(), caller, "data: ", sequences_.size(), " sequences and ", labels_.size(),
                    " label sequences");
  for (std::size_t i = 0; i < sequences_.size(); ++i)
    check<ShapeError>(sequences_[i].size() == labels_[i].size(), caller, "data: sequence ", i, " has ", sequences_[i].size(),
                      " tokens and ", labels_[i].size(), " labels");
}

TaggedSequences::Example TaggedSequences::batch(std::span<const std::size_t> indices) const {
  check_indices(indices, size());
  return {pad(sequences_, indices), pad_with(labels_, indices, kIgnored)};
}

SequencePairs SequencePairs::from_stores(SequenceStore sources, SequenceStore targets, Where caller) {
  check<ShapeError>(sources.size() == targets.size(), caller, "data: ", sources.size(), " sources and ", targets.size(),
                    " targets");
  for (std::size_t i = 0; i < static_cast<std::size_t>(targets.size()); ++i)
    check<ShapeError>(targets.length(i) >= 2, caller, "data: a target has ", targets.length(i),
                      " ids; it must have <s> and </s>");
  SequencePairs data;
  data.sources_ = std::make_shared<const SequenceStore>(std::move(sources));
  data.targets_ = std::make_shared<const SequenceStore>(std::move(targets));
  return data;
}

SequencePairs::SequencePairs(const std::vector<Sequence>& sources, const std::vector<Sequence>& targets, Where caller)
    : SequencePairs(from_stores(stored(sources, caller), stored(targets, caller), caller)) {}

SequencePairs::Example SequencePairs::batch(std::span<const std::size_t> indices) const {
  check_indices(indices, size());
  sources_->prefetch(indices);
  targets_->prefetch(indices);
  if (links_) links_->prefetch(indices);
  auto inputs = [&](std::size_t i) { return (*targets_)[i].first((*targets_)[i].size() - 1); };
  auto outputs = [&](std::size_t i) { return (*targets_)[i].subspan(1); };
  Example example{{pad(*sources_, indices), batch_of_rows(indices, inputs)}, pad_rows(indices, kIgnored, outputs)};
  if (links_) example.input.alignment = alignment(indices, example);
  return example;
}

void SequencePairs::set_links(SequenceStore links, Where caller) {
  check<ShapeError>(links.size() == size(), caller, "data: links of ", links.size(), " pairs for ", size());
  for (std::size_t i = 0; i < static_cast<std::size_t>(size()); ++i) {
    const std::span<const std::int32_t> own = links[i];
    check<ShapeError>(own.size() % 2 == 0, caller, "data: pair ", i, " has ", own.size(),
                      " positions in its links, an odd number");
    for (std::size_t at = 0; at < own.size(); at += 2)
      check<IndexError>(own[at] >= 0 && own[at] < sources_->length(i) && own[at + 1] >= 0 && own[at + 1] < outputs(i), caller,
                        "data: pair ", i, " links ", own[at], " with ", own[at + 1], ", outside ", sources_->length(i), " and ",
                        outputs(i), " tokens");
  }
  links_ = std::make_shared<const SequenceStore>(std::move(links));
}

Tensor SequencePairs::alignment(std::span<const std::size_t> indices, const Example& example) const {
  const std::int64_t target_time = example.input.target.tokens.size(1), source_time = example.input.source.tokens.size(1);
  Tensor alignment = zeros({std::ssize(indices), target_time, source_time});
  float* out = alignment.output<float>();
  for (std::size_t i : indices) {
    const std::span<const std::int32_t> links = (*links_)[i];
    for (std::size_t at = 0; at < links.size(); at += 2) out[links[at + 1] * source_time + links[at]] = 1;
    out += target_time * source_time;
  }
  return alignment / maximum(sum(alignment, {-1}, true), 1);  // the links of a word have equal shares
}

bool SequencePairs::read_ahead() const {
  return !sources_->in_memory() || !targets_->in_memory() || (links_ && !links_->in_memory());
}

std::uint64_t LabelledSequences::fingerprint() const {
  return numbers_.defined() ? text::hash(sequences_->fingerprint(), hash_of(numbers_))
                            : hash_of(labels_, sequences_->fingerprint());
}

std::uint64_t TaggedSequences::fingerprint() const {
  std::uint64_t mixed = 0;
  for (std::size_t i = 0; i < sequences_.size(); ++i) mixed = hash_of(labels_[i], hash_of(sequences_[i], mixed));
  return mixed;
}

std::uint64_t SequencePairs::fingerprint() const {
  const std::uint64_t pairs = text::hash(sources_->fingerprint(), targets_->fingerprint());
  return links_ ? text::hash(pairs, links_->fingerprint()) : pairs;
}

}  // namespace weft
