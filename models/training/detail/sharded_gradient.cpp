#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/models/distributed/packed.h>
#include <weft/models/training/detail/sharded_gradient.h>
#include <weft/optim/detail/square_sum.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/detail/row_range.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <numeric>
#include <ostream>

namespace weft::detail {

namespace {

using Batches = std::span<const std::vector<std::size_t>>;

std::size_t examples_in(Batches batches) {
  std::size_t count = 0;
  for (const auto& batch : batches) count += batch.size();
  return count;
}

// What a rank tells the others about an update.
struct Answer {
  bool spoilt = false;  // it has begun to exchange sums in which examples were mixed
  std::string kinds;    // of its gradients
  std::vector<ShardRecord> records;

  auto fields() { return std::tie(spoilt, kinds, records); }
  auto fields() const { return std::tie(spoilt, kinds, records); }
};

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
      cut_(options.shards),
      one_graph_(options.shard_graphs != ShardGraphs::each) {}

// Returns how many slots one graph covers: as many as have the examples of a batch.
std::int64_t ShardedGradient::slots_in_graph(std::size_t batches) const {
  if (!one_graph_) return 1;
  const int ranks = ranks_ ? ranks_->size() : 1;
  const std::int64_t least = (static_cast<std::int64_t>(batches) + ranks - 1) / ranks;
  std::int64_t graphs = 1;
  while (graphs < least) graphs *= 2;
  return std::max<std::int64_t>(cut_.slots() / ranks / graphs, 1);
}

// Returns the graphs of this rank for an update of these batches; some may have no examples.
std::vector<ShardedGradient::Graph> ShardedGradient::own_graphs(Batches batches) const {
  std::vector<std::size_t> examples;
  for (const auto& batch : batches) examples.insert(examples.end(), batch.begin(), batch.end());
  const std::int64_t count = std::ssize(examples), each = slots_in_graph(batches.size());
  const IndexRange slots = cut_.slots_of(ranks_ ? ranks_->rank() : 0, ranks_ ? ranks_->size() : 1);
  std::vector<Graph> graphs;
  for (std::int64_t first = slots.first; first < slots.last; first += each) {
    const std::int64_t begin = cut_.examples_of(first, count).first, end = cut_.examples_of(first + each - 1, count).last;
    Graph& graph = graphs.emplace_back();
    graph.batch = {{examples.begin() + begin, examples.begin() + end}, {}, begin};
    for (std::int64_t slot = first; slot < first + each; ++slot) graph.ends.push_back(cut_.examples_of(slot, count).last - begin);
  }
  return graphs;
}

std::vector<std::vector<std::size_t>> ShardedGradient::to_read(Batches batches) const {
  std::vector<std::vector<std::size_t>> all;
  for (Graph& graph : own_graphs(batches))
    if (!graph.batch.indices.empty()) all.push_back(std::move(graph.batch.indices));
  return all;
}

std::vector<ReadyBatch> ShardedGradient::ran() const {
  std::vector<ReadyBatch> all;
  for (const Graph& graph : graphs_)
    if (!graph.batch.indices.empty()) all.push_back(graph.batch);
  return all;
}

ShardedGradient::Result ShardedGradient::backward(const Task& task, Batches batches, BatchReader& reader, Tally& tally,
                                                  std::uint64_t number) {
  number_ = number;
  double weight = 0;  // of all targets, before any model runs
  for (const std::string& weights : gather(ranks_, [&] { return to_bytes(read(task, batches, reader)); }))
    for (double each : from_bytes<std::vector<double>>(weights)) weight += each;
  const double by = options_.normalization == LossNormalization::target    ? weight
                    : options_.normalization == LossNormalization::example ? static_cast<double>(examples_in(batches))
                                                                           : 1;
  std::vector<ShardRecord> records;
  std::vector<std::string> kinds;  // of the gradients of each rank
  const auto pass = [&] { return run_all(task, batches, reader, by); };
  std::vector<std::string> answers = answers_of(pass, true);
  const auto spoilt = [](const std::string& bytes) { return from_bytes<Answer>(bytes).spoilt; };
  if (std::ranges::any_of(answers, spoilt)) answers = answers_of(pass, false);
  for (const std::string& bytes : answers) {
    Answer answer = from_bytes<Answer>(bytes);
    kinds.push_back(std::move(answer.kinds));
    std::ranges::move(answer.records, std::back_inserter(records));
  }

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
  if (exchange_) exchange_->add_gradients(gradients_, kinds);
  for (std::size_t i = 0; i < gradients_.size(); ++i) {
    gradients_[i].join();
    Variable parameter = learner_.parameters[i];
    if (gradients_[i].rows.defined()) parameter.set_grad_rows(gradients_[i].rows);
    if (gradients_[i].dense.defined()) parameter.set_grad(gradients_[i].dense);
  }
  return result;
}

// Runs a pass over this rank's graphs, with an exchange during it if `early`, and returns the Answer of each rank.
std::vector<std::string> ShardedGradient::answers_of(const std::function<std::vector<ShardRecord>()>& pass, bool early) {
  early_ = early, spoilt_ = false;
  std::vector<ShardRecord> own;
  std::exception_ptr failure;
  try {
    own = pass();
  } catch (...) {
    failure = std::current_exception();
  }
  // An error of the exchange itself must end this rank: inside gather() it would wait for others, which wait for the exchange.
  std::string kinds;
  if (exchange_ && failure)
    exchange_->abandon();
  else if (exchange_)
    kinds = exchange_->finish_started(gradients_);
  return gather(ranks_, [&] {
    if (failure) std::rethrow_exception(failure);
    return to_bytes(Answer{spoilt_, kinds, own});
  });
}

// Reads what this rank's graphs need, and returns the weights of the slots' targets.
std::vector<double> ShardedGradient::read(const Task& task, Batches batches, BatchReader& reader) {
  graphs_ = own_graphs(batches);
  std::vector<double> weights;
  const std::uint64_t drawn = default_generator().counter;
  for (Graph& graph : graphs_) {
    if (graph.batch.indices.empty()) continue;
    graph.batch.forward = read_ahead_ ? reader.next() : task.read(graph.batch.indices);
    for (std::size_t slot = 0; slot < graph.ends.size(); ++slot)
      weights.push_back(weight_of(graph.batch.forward.targets, graph, slot));
  }
  const bool alone = !ranks_ || ranks_->size() == 1;
  check<ValueError>(alone || default_generator().counter == drawn, caller_,
                    "fit: batch() drew random numbers, but on several ranks it must depend only on the indices");
  return weights;
}

double ShardedGradient::weight_of(const Tensor& targets, const Graph& graph, std::size_t slot) const {
  const std::int64_t first = slot == 0 ? 0 : graph.ends[slot - 1], last = graph.ends[slot];
  if (first == last) return 0;
  return learner_.loss.weight(graph.ends.size() == 1 ? targets : slice(targets, 0, first, last));
}

// Returns the records of this rank's slots; the sums of their gradients are in gradients_.
std::vector<ShardRecord> ShardedGradient::run_all(const Task& task, Batches batches, BatchReader& reader, double divisor) {
  std::vector<ShardRecord> records;
  GradientTree tree(learner_.parameters.size());
  for (const Graph& graph : graphs_) {
    gradients_.clear();
    const std::string mixes = graph.batch.indices.empty() ? "" : run(task, graph, divisor, records);
    if (!mixes.empty()) {
      one_graph_ = read_ahead_ = false;
      spoilt_ = exchange_ && exchange_->has_started();  // by layers above the op, which have seen mixed examples
      if (options_.log) *options_.log << "shards run one by one, because " << mixes << " does not add by examples" << std::endl;
      reader.stop();  // it has read ahead for other graphs
      graphs_ = own_graphs(batches);
      for (Graph& alone : graphs_)
        if (!alone.batch.indices.empty()) alone.batch.forward = task.read(alone.batch.indices);
      return run_all(task, batches, reader, divisor);
    }
    tree.push(std::move(gradients_));
  }
  gradients_ = tree.total();
  return records;
}

// Adds the records of a graph's slots, and leaves its gradients in gradients_ unless a loss is not finite. If the slots'
// gradients cannot be told apart, returns what mixes them, and there are none.
std::string ShardedGradient::run(const Task& task, const Graph& graph, double divisor, std::vector<ShardRecord>& records) {
  const ExampleDraws by_example = graph.batch.draws(number_, caller_);
  ShardedGradients scope(graph.ends, ShardedGradients::Lookups::kept, caller_);
  const Task::Output output = graph.batch.forward();
  const Variable terms = learner_.loss.terms(output.logits, output.targets, caller_);
  if (graph.ends.size() > 1 && by_example.depend_on_cut()) return "a random draw";
  if (const std::string mixes = what_mixes(output, terms, graph); !mixes.empty()) return mixes;
  const CallScope line(caller_);
  std::vector<ShardRecord> own = records_of(task, graph, output, terms);
  const bool finite = std::all_of(own.begin(), own.end(), [](const ShardRecord& record) { return record.is_finite(); });
  if (finite) {
    const double share = divisor > 0 ? 1 / divisor : 1;
    Variable total = sum(mark_examples(terms)) * share;  // what_mixes() has seen that its first axis are the examples
    if (output.extra_of_examples.defined())
      total = total + sum(mark_examples(output.extra_of_examples)) * share;
    else if (output.extra_loss.defined())
      total = total + output.extra_loss * share;
    watch_.see_graph(total);
    const bool only = graphs_.size() == 1 && &graph == &graphs_[0];  // its sums are all that this rank adds in this update
    if (exchange_ && only && early_)
      scope.take_early([this](const Variable& leaf, const Tensor& sum) { return start_exchange(leaf, sum); },
                       [this] { exchange_->poll(); });
    total.backward();
    if (const std::string mixes = scope.unsharded(); !mixes.empty()) return mixes;
    take_gradients(scope);
  }
  std::ranges::move(own, std::back_inserter(records));
  return "";
}

// Returns whether the exchange has taken the sum of a parameter's gradient.
bool ShardedGradient::start_exchange(const Variable& leaf, const Tensor& sum) {
  const auto is_leaf = [&](const Variable& parameter) { return parameter.state() == leaf.state(); };
  const auto found = std::ranges::find_if(learner_.parameters, is_leaf);
  return found != learner_.parameters.end() &&
         exchange_->start(static_cast<std::size_t>(found - learner_.parameters.begin()), sum);
}

// Returns what keeps the examples of several slots from running in one graph.
std::string ShardedGradient::what_mixes(const Task::Output& output, const Variable& terms, const Graph& graph) const {
  if (graph.ends.size() == 1) return "";
  const std::int64_t examples = std::ssize(graph.batch.indices);
  const auto is_by_example = [&](const Tensor& x) { return x.dims() > 0 && x.shape()[0] == examples; };
  if (!is_by_example(terms.tensor())) return "the loss";
  if (!is_by_example(output.logits.tensor()) || !is_by_example(output.targets)) return "the model's output";
  return output.extra_loss.defined() && !output.extra_of_examples.defined() ? "the model's own loss" : "";
}

std::vector<ShardRecord> ShardedGradient::records_of(const Task& task, const Graph& graph, const Task::Output& output,
                                                     const Variable& terms) const {
  const bool alone = graph.ends.size() == 1;
  const std::vector<double> losses = losses_of(terms.tensor());
  // A model's own loss is one number, or one for each example.
  const std::vector<double> extra = output.extra_of_examples.defined() ? losses_of(output.extra_of_examples.tensor())
                                    : output.extra_loss.defined()      ? std::vector{output.extra_loss.item()}
                                                                       : std::vector<double>();
  const auto& tokens = task.tokens.empty() ? task.lengths : task.tokens;
  std::vector<ShardRecord> records;
  for (std::size_t slot = 0; slot < graph.ends.size(); ++slot) {
    const std::int64_t first = slot == 0 ? 0 : graph.ends[slot - 1], last = graph.ends[slot];
    if (first == last) continue;
    ShardRecord& record = records.emplace_back();
    record.losses = alone ? losses : std::vector<double>(losses.begin() + first, losses.begin() + last);
    record.weight = weight_of(output.targets, graph, slot);
    for (std::int64_t i = first; i < last; ++i) record.tokens += tokens[graph.batch.indices[static_cast<std::size_t>(i)]];
    if (!extra.empty())
      record.extra_loss = alone ? std::accumulate(extra.begin(), extra.end(), 0.0)
                                : std::accumulate(extra.begin() + first, extra.begin() + last, 0.0);
    if (learner_.metrics.empty() || !record.is_finite()) continue;
    const auto own = [&](const Tensor& x) { return alone ? x : slice(x, 0, first, last); };
    record.metrics = metric_states(learner_.metrics, own(output.logits.tensor()), learner_.loss.for_metrics(own(output.targets)));
  }
  return records;
}

void ShardedGradient::take_gradients(ShardedGradients& scope) {
  for (Variable parameter : learner_.parameters) {
    ParameterGradient& gradient = gradients_.emplace_back();
    if (!parameter.has_grad()) continue;
    gradient.rows = parameter.grad_rows();
    if (!gradient.rows.defined()) {
      gradient.dense = contiguous(parameter.grad().tensor());
      gradient.rows = scope.take_lookups(parameter);
    }
    parameter.zero_grad();
  }
}

// The rows of each parameter are cut into as many parts as there are slots, whatever the number of ranks, and the squares of each
// part are added by itself.
double ShardedGradient::norm() const {
  const std::int64_t parts = cut_.slots(), ranks = exchange_ ? exchange_->parts() : 1;
  const auto parameters = static_cast<std::int64_t>(gradients_.size());
  const auto own = [&] {
    std::vector<std::pair<double, double>> sums;  // scales and sums
    const IndexRange mine = part_of(parts, exchange_ ? exchange_->part() : 0, ranks);
    for (std::int64_t i = 0; i < parameters; ++i)
      for (std::int64_t part = mine.first; part < mine.last; ++part) {
        const optim::SquareSum sum = square_sum(gradients_[static_cast<std::size_t>(i)], part, parts);
        sums.emplace_back(sum.scale, sum.sum);
      }
    return to_bytes(sums);
  };
  const std::vector<std::string> gathered = gather(ranks_, own);
  std::vector<optim::SquareSum> all(static_cast<std::size_t>(parameters * parts));
  for (std::size_t rank = 0; rank < gathered.size(); ++rank) {
    const auto sums = from_bytes<std::vector<std::pair<double, double>>>(gathered[rank]);
    const IndexRange theirs = part_of(parts, exchange_ ? exchange_->part_of_rank(static_cast<int>(rank)) : 0, ranks);
    for (std::int64_t i = 0; i < parameters; ++i)
      for (std::int64_t part = theirs.first; part < theirs.last; ++part) {
        const auto& [scale, sum] = sums[static_cast<std::size_t>(i * theirs.size() + part - theirs.first)];
        all[static_cast<std::size_t>(i * parts + part)] = {scale, sum};
      }
  }
  return optim::norm_of(all);
}

void ShardedGradient::collect_parameters() {
  if (exchange_) exchange_->collect_parameters(gradients_);
}

}  // namespace weft::detail
