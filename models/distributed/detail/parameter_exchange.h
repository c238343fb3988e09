// ParameterExchange: adds gradients over ranks, and returns changed parameters to all of them.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/models/distributed/communicator.h>
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

  // Says for each gradient whether it is defined, dense or in rows; all ranks need to know this of all others.
  static std::string kinds_of(const std::vector<ParameterGradient>& gradients);
  // Replaces the gradients, this rank's sums, by those of all ranks, as far as this rank owns them; the other rows are undefined.
  // `kinds` are the kinds_of() all ranks, in order.
  void add_gradients(std::vector<ParameterGradient>& gradients, const std::vector<std::string>& kinds);
  // Collects what other ranks own of the parameters that have gradients.
  void collect_parameters(const std::vector<ParameterGradient>& gradients);
  // Returns the whole of a tensor of which each rank holds its own part.
  Tensor collected(const Tensor& part, const Shape& whole);

 private:
  Communicator& ranks_;
  std::vector<Variable> parameters_;
};

}  // namespace weft
