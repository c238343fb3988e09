#include <weft/models/data/batches.h>
#include <weft/models/io/detail/order.h>
#include <weft/models/training/detail/batch_reader.h>
#include <weft/models/training/detail/evaluating.h>
#include <weft/models/training/detail/shared_evaluation.h>
#include <weft/models/training/detail/tally.h>
#include <weft/tensor/array/copy.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <map>

namespace weft::detail {

namespace {

std::uint64_t hash_of(const Tensor& x, std::uint64_t mixed) {
  const Tensor all = contiguous(x);
  const std::byte* bytes = all.raw();
  const std::size_t count = static_cast<std::size_t>(all.numel()) * size_of(all.dtype());
  for (std::size_t at = 0; at < count; at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + at, std::min(sizeof word, count - at));
    mixed = text::hash(mixed, word);
  }
  return mixed;
}

std::string examples_of(const Task& task) {
  std::uint64_t mixed = 0;
  for (std::int64_t length : task.lengths) mixed = text::hash(mixed, static_cast<std::uint64_t>(length));
  return std::to_string(task.lengths.size()) + " with the hash of lengths " + std::to_string(mixed);
}

// What must be equal on all ranks, in lines.
std::string description_of(const Training& training) {
  std::uint64_t weights = 0;
  for (nn::Parameter* parameter : training.learner.model.parameters()) weights = hash_of(parameter->tensor(), weights);
  for (const Generator* generator : training.state.generators)
    for (std::uint64_t number : {generator->seed, generator->stream, generator->counter}) weights = text::hash(weights, number);
  const FitOptions& options = training.options;
  std::string lines = "training examples: " + examples_of(training.train);
  if (training.validation) lines += "\nvalidation examples: " + examples_of(*training.validation);
  lines += "\nepochs: " + std::to_string(options.epochs) + "\nbatch_size: " + std::to_string(options.batch_size) +
           "\nbatch_tokens: " + std::to_string(options.batch_tokens) + "\nshards: " + std::to_string(options.shards) +
           "\nseed: " + std::to_string(options.seed) + "\nhash of weights and random states: " + std::to_string(weights);
  return lines;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// Evaluates every `ranks`-th batch, from batch `rank` on. Returns a record for each.
std::vector<ShardRecord> evaluate_part(const Learner& learner, const Task& data, int rank, int ranks, Where caller) {
  const Evaluating evaluating(learner.model);
  const auto batches = text::batches_by_length(
      data.lengths, {.batch_size = static_cast<std::size_t>(kEvaluationBatch), .most_tokens = kMostTokens});
  std::vector<std::vector<std::size_t>> own;
  for (auto i = static_cast<std::size_t>(rank); i < batches.size(); i += static_cast<std::size_t>(ranks))
    own.push_back(batches[i]);
  std::vector<ShardRecord> records;
  BatchReader reader(data, own);
  while (records.size() < own.size()) {
    const Task::Output output = reader.next()();
    const Variable value = learner.loss.evaluate(output.logits, output.targets, caller);
    check_loss(value, "evaluate", caller);
    const CallScope scope(caller);
    ShardRecord& record = records.emplace_back();
    record.weight = learner.loss.weight(output.targets);
    record.losses = {value.item() * record.weight};
    if (output.extra_loss.defined()) record.extra_loss = output.extra_loss.item();
    record.metrics = metric_states(learner.metrics, output.logits.tensor(), learner.loss.for_metrics(output.targets));
  }
  return records;
}

}  // namespace

void check_same_training(const Training& training) {
  Communicator* ranks = training.options.communicator;
  if (!ranks || ranks->size() == 1) return;
  const std::vector<std::string> all = gather(ranks, [&] { return description_of(training); });
  const std::vector<std::string> first = lines_of(all.front());
  for (std::size_t rank = 1; rank < all.size(); ++rank) {
    const std::vector<std::string> other = lines_of(all[rank]);
    const auto [expected, found] = std::mismatch(first.begin(), first.end(), other.begin(), other.end());
    if (expected == first.end() && found == other.end()) continue;
    check<ValueError>(false, training.caller, "fit: rank ", rank, " has ", found == other.end() ? "less" : *found,
                      ", but rank 0 has ", expected == first.end() ? "less" : *expected,
                      "; all ranks need the same data, options, seeds and weights");
  }
}

Scores evaluate_on_ranks(Learner& learner, const Task& data, Communicator* ranks, Where caller) {
  const auto own = [&] {
    return to_bytes(evaluate_part(learner, data, ranks ? ranks->rank() : 0, ranks ? ranks->size() : 1, caller));
  };
  std::vector<std::vector<ShardRecord>> by_rank;
  for (const std::string& bytes : gather(ranks, own)) by_rank.push_back(records_from(bytes));
  Tally tally(learner.loss, learner.metrics);
  const CallScope scope(caller);
  for (std::size_t batch = 0; batch / by_rank.size() < by_rank[batch % by_rank.size()].size(); ++batch)
    tally.add(by_rank[batch % by_rank.size()][batch / by_rank.size()]);
  return tally.scores();
}

double on_first_rank_number(Communicator* ranks, const std::function<double()>& compute) {
  const std::string bytes = on_first_rank(ranks, std::function<std::string()>([&] {
                                            const double number = compute();
                                            return std::string(reinterpret_cast<const char*>(&number), sizeof number);
                                          }));
  double number = 0;
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

}  // namespace weft::detail
