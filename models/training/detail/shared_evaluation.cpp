#include <weft/models/data/batches.h>
#include <weft/models/distributed/packed.h>
#include <weft/models/io/detail/order.h>
#include <weft/models/training/detail/batch_reader.h>
#include <weft/models/training/detail/evaluating.h>
#include <weft/models/training/detail/shared_evaluation.h>
#include <weft/models/training/detail/tally.h>
#include <weft/tensor/array/copy.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

namespace weft::detail {

namespace {

using nlohmann::json;

std::uint64_t hash_of(const Tensor& x, std::uint64_t mixed) {
  const Tensor all = contiguous(x);
  const std::byte* bytes = all.raw();
  const std::size_t count = static_cast<std::size_t>(all.numel() * size_of(all.dtype()));
  for (std::size_t at = 0; at < count; at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + at, std::min(sizeof word, count - at));
    mixed = text::hash(mixed, word);
  }
  return mixed;
}

std::uint64_t hash_of_weights(const Training& training) {
  std::uint64_t mixed = 0;
  for (nn::Parameter* parameter : training.learner.model.parameters()) mixed = hash_of(parameter->tensor(), mixed);
  return mixed;
}

// Examples in memory are compared by their content; those of a file are not read for this.
std::string examples_of(const Task& task) {
  std::uint64_t mixed = task.fingerprint && !task.read_ahead ? task.fingerprint() : 0;
  for (std::int64_t length : task.lengths) mixed = text::hash(mixed, static_cast<std::uint64_t>(length));
  return std::to_string(task.lengths.size()) + " with the hash " + std::to_string(mixed);
}

// Returns what must be equal on all ranks, by name.
Metadata description_of(const Training& training) {
  std::uint64_t states = 0;
  for (const Generator* generator : training.state.generators)
    for (std::uint64_t number : {generator->seed, generator->stream, generator->counter}) states = text::hash(states, number);
  for (std::uint64_t number : {default_generator().seed, default_generator().stream}) states = text::hash(states, number);
  std::string metrics;
  for (const auto& metric : training.learner.metrics) metrics += (metrics.empty() ? "" : ", ") + metric->name();
  Metadata all = training.identity();
  all["training examples"] = examples_of(training.train);
  all["validation examples"] = training.validation ? examples_of(*training.validation) : "none";
  const Communicator* ranks = training.options.communicator;
  const std::optional<std::int64_t> overlaps_from = ranks ? ranks->overlaps_from() : std::nullopt;
  all["overlaps_from"] = overlaps_from ? std::to_string(*overlaps_from) : "none";
  all["epochs"] = std::to_string(training.options.epochs);
  all["checkpoints"] = training.options.checkpoint.path.empty() ? "no" : "yes";
  all["metrics"] = metrics;
  all["steps of the optimizer"] = std::to_string(training.learner.optimizer->steps());
  all["hash of the weights"] = std::to_string(hash_of_weights(training));
  all["hash of the random states"] = std::to_string(states);
  return all;
}

// Returns an entry in which two ranks differ, or "".
std::string difference(const Metadata& a, const Metadata& b) {
  for (const Metadata* side : {&a, &b})
    for (const auto& [key, value] : *side)
      if (!a.contains(key) || !b.contains(key) || a.at(key) != b.at(key)) return key;
  return "";
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
  const std::vector<std::string> all = gather(ranks, [&] { return json(description_of(training)).dump(); });
  const Metadata first = json::parse(all.front());
  for (std::size_t rank = 1; rank < all.size(); ++rank) {
    const Metadata other = json::parse(all[rank]);
    const std::string key = difference(first, other);
    const auto value = [&](const Metadata& of) { return of.contains(key) ? of.at(key) : "none"; };
    check<ValueError>(key.empty(), training.caller, "fit: rank ", rank, " has ", key, ": ", value(other), ", but rank 0 has ",
                      value(first), "; all ranks need the same data, options, seeds and weights");
  }
}

void check_same_weights(const Training& training) {
  Communicator* ranks = training.options.communicator;
  if (!ranks || ranks->size() == 1) return;
  const std::vector<std::string> all = gather(ranks, [&] { return std::to_string(hash_of_weights(training)); });
  for (std::size_t rank = 1; rank < all.size(); ++rank)
    check<ValueError>(all[rank] == all.front(), training.caller, "fit: in epoch ", training.state.epoch, " rank ", rank,
                      " has other weights than rank 0; a callback that changes the model needs on_every_rank");
}

Scores evaluate_on_ranks(Learner& learner, const Task& data, Communicator* ranks, Where caller) {
  const auto own = [&] {
    return to_bytes(evaluate_part(learner, data, ranks ? ranks->rank() : 0, ranks ? ranks->size() : 1, caller));
  };
  std::vector<std::vector<ShardRecord>> by_rank;
  for (const std::string& bytes : gather(ranks, own)) by_rank.push_back(from_bytes<std::vector<ShardRecord>>(bytes));
  Tally tally(learner.loss, learner.metrics);
  const CallScope scope(caller);
  for (std::size_t batch = 0; batch / by_rank.size() < by_rank[batch % by_rank.size()].size(); ++batch)
    tally.add(by_rank[batch % by_rank.size()][batch / by_rank.size()]);
  return tally.scores();
}

double on_first_rank_number(Communicator* ranks, const std::function<double()>& compute) {
  return from_bytes<double>(on_first_rank(ranks, std::function<std::string()>([&] { return to_bytes(compute()); })));
}

}  // namespace weft::detail
