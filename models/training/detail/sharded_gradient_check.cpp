// Whether one graph really gives the gradients of its shards, and is not slower: found out once, before the first update.
#include <weft/models/training/detail/sharded_gradient.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <limits>
#include <ostream>

namespace weft::detail {

namespace {

bool same_bits(const Tensor& a, const Tensor& b) { return a.defined() == b.defined() && (!a.defined() || equal_bits(a, b)); }

bool same_bits(const std::vector<ParameterGradient>& a, const std::vector<ParameterGradient>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const ParameterGradient& x, const ParameterGradient& y) {
    return same_bits(x.dense, y.dense) && same_bits(x.rows.rows, y.rows.rows) && same_bits(x.rows.values, y.rows.values);
  });
}

bool same_losses(const std::vector<ShardRecord>& a, const std::vector<ShardRecord>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const ShardRecord& x, const ShardRecord& y) {
    return x.losses == y.losses && x.weight == y.weight && x.extra_loss == y.extra_loss;
  });
}

}  // namespace

// Returns how many slots of a graph have examples, and sets `uneven` if their longest examples differ in length.
std::size_t ShardedGradient::filled_slots(const Task& task, const Graph& graph, bool& uneven) {
  std::size_t filled = 0;
  std::int64_t before = -1;
  for (std::size_t slot = 0; slot < graph.ends.size(); ++slot) {
    const std::int64_t first = slot == 0 ? 0 : graph.ends[slot - 1], last = graph.ends[slot];
    if (first == last) continue;
    std::int64_t longest = 0;
    for (std::int64_t i = first; i < last; ++i)
      longest = std::max(longest, task.lengths[graph.batch.indices[static_cast<std::size_t>(i)]]);
    uneven = uneven || (before >= 0 && longest != before);
    before = longest;
    ++filled;
  }
  return filled;
}

void ShardedGradient::check_one_graph(const Task& task, std::span<const std::vector<std::size_t>> batches) {
  if (!one_graph_ || checked_) return;
  // Of the graphs of this rank, one whose slots are padded to different lengths says most.
  const auto each = static_cast<std::size_t>(options_.accumulate);
  std::optional<Graph> found;
  bool uneven = false;
  for (std::size_t first = 0; first < batches.size() && !uneven; first += each)
    for (Graph& graph : own_graphs(batches.subspan(first, std::min(each, batches.size() - first))))
      if (!uneven && filled_slots(task, graph, uneven) > 1 && (!found || uneven)) found = std::move(graph);
  if (!found) return;
  checked_ = true;
  // What takes longer does not fit into a cache in slots either, and is not worth being run again.
  constexpr std::chrono::milliseconds kLongest(300);
  const auto start = std::chrono::steady_clock::now();
  std::vector<Graph> slots;
  const std::string reason = compare_with_slots(task, *found, slots);
  const bool measure = options_.shard_graphs == ShardGraphs::fastest && std::chrono::steady_clock::now() - start < kLongest;
  if (reason.empty() && !(measure && slots_are_faster(task, *found, slots))) return;
  one_graph_ = false;
  if (!options_.log) return;
  if (reason.empty())
    *options_.log << "shards run in graphs of their own, because that is faster here" << std::endl;
  else
    *options_.log << "shards run one by one, because " << reason << std::endl;
}

// Returns the slots of a graph, read one by one; those without examples too.
std::vector<ShardedGradient::Graph> ShardedGradient::slots_of(const Task& task, const Graph& graph) const {
  std::vector<Graph> slots;
  for (std::size_t slot = 0; slot < graph.ends.size(); ++slot) {
    const std::int64_t first = slot == 0 ? 0 : graph.ends[slot - 1], last = graph.ends[slot];
    Graph& alone = slots.emplace_back();
    alone.batch = {{graph.batch.indices.begin() + first, graph.batch.indices.begin() + last}, {}, graph.batch.first + first};
    alone.ends = {last - first};
    if (first < last) alone.batch.forward = task.read(alone.batch.indices);
  }
  return slots;
}

std::vector<ParameterGradient> ShardedGradient::run_slots(const Task& task, const std::vector<Graph>& slots,
                                                          std::vector<ShardRecord>& records) {
  GradientTree tree(learner_.parameters.size());
  for (const Graph& slot : slots) {
    gradients_.clear();
    if (!slot.batch.indices.empty()) run(task, slot, 1, records);
    tree.push(std::exchange(gradients_, {}));
  }
  return tree.total();
}

// Runs the examples of a graph in one and slot by slot, and reads both for that. Returns what makes a difference, or "".
std::string ShardedGradient::compare_with_slots(const Task& task, Graph& graph, std::vector<Graph>& slots) {
  const std::vector<std::size_t> first_example(1, graph.batch.indices.front());
  const Tensor target = task.read(first_example).targets;
  if (target.dims() == 0 || target.shape()[0] != 1) return "the first axis of the targets is not the examples";
  number_ = 0;
  std::vector<ShardRecord> records, slot_records;
  graph.batch.forward = task.read(graph.batch.indices);
  gradients_.clear();
  if (const std::string mixes = run(task, graph, 1, records); !mixes.empty()) return mixes + " does not add by examples";
  const std::vector<ParameterGradient> whole = std::exchange(gradients_, {});
  slots = slots_of(task, graph);
  const std::vector<ParameterGradient> sum = run_slots(task, slots, slot_records);
  const auto finite = [](const ShardRecord& record) { return record.is_finite(); };
  if (!std::all_of(records.begin(), records.end(), finite)) return "";  // there are no gradients to compare
  const bool same = same_losses(records, slot_records) && same_bits(whole, sum);
  return same ? "" : "the model's results for an example depend on padding or on other examples";
}

// Graphs of their own are faster where the numbers of a slot fit into a cache and those of all do not; otherwise their smaller
// products and more ops make them slower. Each rank may decide this for itself. The fastest of some rounds counts, because other
// processes may disturb any of them: in processor time, which they disturb less, and where threads may wait for each other by the
// clock, too.
bool ShardedGradient::slots_are_faster(const Task& task, const Graph& graph, const std::vector<Graph>& slots) {
  constexpr int kRounds = 5;
  constexpr double kClearly = 0.98;  // in training more: the optimizer's step between two gradients makes one graph slower still
  struct Fastest {
    double seconds = std::numeric_limits<double>::infinity(), processor = seconds;

    void add(const std::function<void()>& runs) {
      const auto start = std::chrono::steady_clock::now();
      const std::clock_t processor_start = std::clock();
      runs();
      processor = std::min(processor, static_cast<double>(std::clock() - processor_start) / CLOCKS_PER_SEC);
      seconds = std::min(seconds, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
  };
  std::vector<ShardRecord> records;
  Fastest in_one, in_slots;
  for (int round = 0; round < kRounds; ++round) {
    gradients_.clear();
    in_one.add([&] { run(task, graph, 1, records); });
    in_slots.add([&] { run_slots(task, slots, records); });
  }
  gradients_.clear();
  const bool by_clock = threads() == 1 || in_slots.seconds < kClearly * in_one.seconds;
  return by_clock && in_slots.processor < kClearly * in_one.processor;
}

}  // namespace weft::detail
