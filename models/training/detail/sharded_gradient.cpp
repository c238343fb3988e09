#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/models/training/detail/sharded_gradient.h>
#include <weft/optim/detail/square_sum.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/indexing/detail/row_range.h>

#include <algorithm>
#include <cstring>
#include <iterator>

namespace weft::detail {

namespace {

using Batches = std::span<const std::vector<std::size_t>>;

std::size_t examples_in(Batches batches) {
  std::size_t count = 0;
  for (const auto& batch : batches) count += batch.size();
  return count;
}

template <class Number>
std::string bytes_of(const std::vector<Number>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

template <class Number>
std::vector<Number> numbers_in(const std::string& bytes) {
  std::vector<Number> numbers(bytes.size() / sizeof(Number));
  std::memcpy(numbers.data(), bytes.data(), bytes.size());
  return numbers;
}

// Returns the sum of squares of one of the parts into which rows_of() cuts a gradient.
optim::SquareSum square_sum(const ParameterGradient& gradient, std::int64_t part, std::int64_t parts) {
  if (gradient.dense.defined())
    return optim::square_sum(rows_in(gradient.dense, part_of(rows_of(gradient.dense.shape()), part, parts)));
  if (!gradient.rows.defined()) return {};
  return optim::square_sum(row_range(gradient.rows, part_of(gradient.rows.count, part, parts)));
}

// Returns the sum over the targets of each example, or the only number.
std::vector<double> losses_of(const Tensor& terms) {
  const Tensor all = cast(contiguous(terms), DType::f64);
  const std::int64_t count = all.dims() > 0 ? all.shape()[0] : 1, each = count > 0 ? all.numel() / count : 0;
  std::vector<double> losses(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < all.numel(); ++i) losses[static_cast<std::size_t>(i / each)] += all.data<double>()[i];
  return losses;
}

}  // namespace

ShardedGradient::ShardedGradient(Learner& learner, const FitOptions& options, GradientWatch& watch, ParameterExchange* exchange,
                                 Where caller)
    : learner_(learner),
      options_(options),
      watch_(watch),
      exchange_(exchange),
      ranks_(options.communicator),
      caller_(caller),
      cut_(options.shards) {}

// Returns this rank's shards of an update of these batches; some may be empty.
std::vector<ReadyBatch> ShardedGradient::own_shards(Batches batches) const {
  std::vector<std::size_t> examples;
  for (const auto& batch : batches) examples.insert(examples.end(), batch.begin(), batch.end());
  std::vector<ReadyBatch> shards;
  const IndexRange slots = cut_.slots_of(ranks_ ? ranks_->rank() : 0, ranks_ ? ranks_->size() : 1);
  for (std::int64_t slot = slots.first; slot < slots.last; ++slot) {
    const IndexRange own = cut_.examples_of(slot, std::ssize(examples));
    shards.push_back({{examples.begin() + own.first, examples.begin() + own.last}, {}, own.first});
  }
  return shards;
}

std::vector<std::vector<std::size_t>> ShardedGradient::to_read(Batches batches) const {
  std::vector<std::vector<std::size_t>> all;
  for (ReadyBatch& shard : own_shards(batches))
    if (!shard.indices.empty()) all.push_back(std::move(shard.indices));
  return all;
}

ShardedGradient::Result ShardedGradient::backward(const Task& task, Batches batches, BatchReader& reader, Tally& tally,
                                                  std::uint64_t number) {
  gradients_.clear();
  double weight = 0;  // of all targets, before any model runs
  for (const std::string& weights : gather(ranks_, [&] { return bytes_of(read(batches, reader)); }))
    for (double each : numbers_in<double>(weights)) weight += each;
  const double by = options_.normalization == LossNormalization::target    ? weight
                    : options_.normalization == LossNormalization::example ? static_cast<double>(examples_in(batches))
                                                                           : 1;
  std::vector<ShardRecord> records;
  for (const std::string& bytes : gather(ranks_, [&] { return to_bytes(run_all(task, by, number)); }))
    std::ranges::move(records_from(bytes), std::back_inserter(records));

  Result result;
  for (const ShardRecord& record : records) {
    result.tokens += record.tokens;
    for (double loss : record.losses) result.loss += loss;
    if (!record.is_finite()) result = {result.loss + record.extra_loss.value_or(0), result.tokens, false};
  }
  if (!result.finite) return result;
  if (weight > 0) result.loss /= weight;
  const CallScope scope(caller_);
  for (const ShardRecord& record : records) tally.add(record);
  if (exchange_) exchange_->add_gradients(gradients_);
  set_gradients();
  return result;
}

// Reads this rank's shards, and returns the weights of their targets.
std::vector<double> ShardedGradient::read(Batches batches, BatchReader& reader) {
  ready_ = own_shards(batches);
  std::vector<double> weights;
  for (ReadyBatch& shard : ready_) {
    if (shard.indices.empty()) continue;
    shard.forward = reader.next();
    weights.push_back(learner_.loss.weight(shard.forward.targets));
  }
  return weights;
}

// Returns the records of this rank's shards; the sums of their gradients are in gradients_.
std::vector<ShardRecord> ShardedGradient::run_all(const Task& task, double divisor, std::uint64_t number) {
  std::vector<ShardRecord> records;
  GradientTree tree(learner_.parameters.size());
  for (const ReadyBatch& shard : ready_) {
    if (shard.indices.empty()) {
      tree.push({});
      continue;
    }
    records.push_back(run(task, shard, divisor, number));
    tree.push(take_gradients());
  }
  gradients_ = tree.total();
  return records;
}

ShardRecord ShardedGradient::run(const Task& task, const ReadyBatch& shard, double divisor, std::uint64_t number) {
  const ExampleDraws by_example = shard.draws(number, caller_);
  const Task::Output output = shard.forward();
  const Variable terms = learner_.loss.terms(output.logits, output.targets, caller_);
  const CallScope scope(caller_);
  ShardRecord record{.losses = losses_of(terms.tensor()), .weight = learner_.loss.weight(output.targets)};
  if (output.extra_loss.defined()) record.extra_loss = output.extra_loss.item();
  const auto& tokens = task.tokens.empty() ? task.lengths : task.tokens;
  for (std::size_t i : shard.indices) record.tokens += tokens[i];
  if (!record.is_finite()) return record;
  const double share = divisor > 0 ? 1 / divisor : 1;
  Variable total = sum(terms) * share;
  if (output.extra_loss.defined()) total = total + output.extra_loss * share;
  watch_.see_graph(total);
  total.backward();
  if (!learner_.metrics.empty())
    record.metrics = metric_states(learner_.metrics, output.logits.tensor(), learner_.loss.for_metrics(output.targets));
  return record;
}

std::vector<ParameterGradient> ShardedGradient::take_gradients() const {
  std::vector<ParameterGradient> gradients;
  for (Variable parameter : learner_.parameters) {
    ParameterGradient& gradient = gradients.emplace_back();
    if (!parameter.has_grad()) continue;
    gradient.rows = parameter.grad_rows();
    if (!gradient.rows.defined()) gradient.dense = contiguous(parameter.grad().tensor());
    parameter.zero_grad();
  }
  return gradients;
}

void ShardedGradient::set_gradients() const {
  for (std::size_t i = 0; i < gradients_.size(); ++i) {
    Variable parameter = learner_.parameters[i];
    if (gradients_[i].rows.defined()) parameter.set_grad_rows(gradients_[i].rows);
    if (gradients_[i].dense.defined()) parameter.set_grad(gradients_[i].dense);
  }
}

// The rows of each parameter are cut into as many parts as there are slots, whatever the number of ranks, and the squares of each
// part are added by itself.
double ShardedGradient::norm() const {
  const std::int64_t parts = cut_.slots(), ranks = exchange_ ? exchange_->parts() : 1;
  const auto parameters = static_cast<std::int64_t>(gradients_.size());
  const auto own = [&] {
    std::vector<double> sums;
    const IndexRange mine = part_of(parts, exchange_ ? exchange_->part() : 0, ranks);
    for (std::int64_t i = 0; i < parameters; ++i)
      for (std::int64_t part = mine.first; part < mine.last; ++part) {
        const optim::SquareSum sum = square_sum(gradients_[static_cast<std::size_t>(i)], part, parts);
        sums.insert(sums.end(), {sum.scale, sum.sum});
      }
    return bytes_of(sums);
  };
  const std::vector<std::string> gathered = gather(ranks_, own);
  std::vector<optim::SquareSum> all(static_cast<std::size_t>(parameters * parts));
  for (std::size_t rank = 0; rank < gathered.size(); ++rank) {
    const std::vector<double> sums = numbers_in<double>(gathered[rank]);
    const IndexRange theirs = part_of(parts, exchange_ ? exchange_->part_of_rank(static_cast<int>(rank)) : 0, ranks);
    for (std::int64_t i = 0; i < parameters; ++i)
      for (std::int64_t part = theirs.first; part < theirs.last; ++part) {
        const auto at = static_cast<std::size_t>(2 * (i * theirs.size() + part - theirs.first));
        all[static_cast<std::size_t>(i * parts + part)] = {sums[at], sums[at + 1]};
      }
  }
  return optim::norm_of(all);
}

void ShardedGradient::collect_parameters() {
  if (exchange_) exchange_->collect_parameters(gradients_);
}

}  // namespace weft::detail
