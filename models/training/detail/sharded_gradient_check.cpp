// Whether one graph really gives the gradients of its shards: found out once, before the first update.
#include <weft/models/training/detail/sharded_gradient.h>
#include <weft/tensor/arithmetic/compare.h>

#include <algorithm>
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
  const std::string mixes = compare_with_slots(task, *found);
  if (mixes.empty()) return;
  one_graph_ = false;
  if (options_.log) *options_.log << "shards run one by one, because " << mixes << std::endl;
}

// Runs the examples of a graph in one and slot by slot. Returns what makes a difference, or "".
std::string ShardedGradient::compare_with_slots(const Task& task, Graph graph) {
  const std::vector<std::size_t> first_example(1, graph.batch.indices.front());
  const Tensor target = task.read(first_example).targets;
  if (target.dims() == 0 || target.shape()[0] != 1) return "the first axis of the targets is not the examples";
  number_ = 0;
  std::vector<ShardRecord> records, slot_records;
  graph.batch.forward = task.read(graph.batch.indices);
  gradients_.clear();
  if (const std::string mixes = run(task, graph, 1, records); !mixes.empty()) return mixes + " does not add by examples";
  const std::vector<ParameterGradient> whole = std::exchange(gradients_, {});
  GradientTree tree(learner_.parameters.size());
  for (std::size_t slot = 0; slot < graph.ends.size(); ++slot) {
    const std::int64_t first = slot == 0 ? 0 : graph.ends[slot - 1], last = graph.ends[slot];
    Graph alone{{{graph.batch.indices.begin() + first, graph.batch.indices.begin() + last}, {}, graph.batch.first + first},
                {last - first}};
    gradients_.clear();
    if (first < last) {
      alone.batch.forward = task.read(alone.batch.indices);
      run(task, alone, 1, slot_records);
    }
    tree.push(std::exchange(gradients_, {}));
  }
  const auto finite = [](const ShardRecord& record) { return record.is_finite(); };
  if (!std::all_of(records.begin(), records.end(), finite)) return "";  // there are no gradients to compare
  const bool same = same_losses(records, slot_records) && same_bits(whole, tree.total());
  return same ? "" : "the model's results for an example depend on padding or on other examples";
}

}  // namespace weft::detail
