// ParameterExchange: adds gradients over ranks, and returns changed parameters to all of them.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/models/distributed/detail/overlapped_sums.h>
#include <weft/models/distributed/detail/shards.h>

#include <cstdint>
#include <string>
#include <vector>

namespace weft {

// A parameter of shape [n, ..] has n rows; one with a single axis, or none, has a row per element. Each rank owns part_of(n,
// part, R) of every parameter: it alone gets the sums of these gradients, keeps the optimizer's state for them, and changes them,
// as in ZeRO stage 1 (Rajbhandari et al. 2020). Gradients are added by recursive halving, first between neighbours: this is the
// upper part of the tree in which the slots of shards are added. Each rank sends 1 - 1/R of its gradients, and as much of its
// parameters.
class ParameterExchange {
 public:
  // Keeps a reference to the communicator.
  ParameterExchange(Communicator& ranks, std::vector<Variable> parameters);

  int parts() const { return ranks_.size(); }
  int part() const { return part_of_rank(ranks_.rank()); }  // which part of each parameter this rank owns
  int part_of_rank(int rank) const;

  // During the backward pass: starts to add this rank's sum of a dense gradient to those of other ranks, if it is one of those
  // that are exchanged early, which add_gradients() chooses. Returns whether it did; the caller must leave the sum alone then.
  bool start(std::size_t parameter, const Tensor& sum);
  bool has_started() const { return overlapped_.has_started(); }
  // Between ops: goes on with what was started.
  void poll() { overlapped_.poll(); }
  // After the pass, on every rank: waits until the gradients that are exchanged early are added, puts them among the others, and
  // returns which kinds of gradients this rank has; all ranks need to know this of all others. A rank that fails calls abandon()
  // instead.
  std::string finish_started(std::vector<ParameterGradient>& gradients);
  void abandon();
  // Replaces the gradients, this rank's sums, by those of all ranks, as far as this rank owns them; the other rows are undefined.
  // `kinds` are what finish_started() returned on all ranks, in order.
  void add_gradients(std::vector<ParameterGradient>& gradients, const std::vector<std::string>& kinds);
  // Collects what other ranks own of the parameters that have gradients.
  void collect_parameters(const std::vector<ParameterGradient>& gradients);
  // Returns the whole of a tensor of which each rank holds its own part.
  Tensor collected(const Tensor& part, const Shape& whole);

 private:
  Communicator& ranks_;
  std::vector<Variable> parameters_;
  OverlappedSums overlapped_;
};

}  // namespace weft
