// OverlappedSums: adds gradients over ranks while others are still computed.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/models/distributed/detail/halving.h>
#include <weft/models/distributed/detail/shards.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weft {

// The same sums as those of recursive halving after the backward pass, of large dense gradients. Each is exchanged in messages of
// its own, so that a rank can start it when it has computed it. Other ranks rely on that: every rank takes part in all chosen
// sums of every update, and if it has no gradient, or fails, it contributes -0.0, which changes the bits of no number.
class OverlappedSums {
 public:
  // Keeps a reference to the communicator.
  OverlappedSums(Communicator& ranks, const std::vector<Variable>& parameters);

  // Chooses the gradients for the next updates: those that were dense on all ranks. `kinds` are the Kinds on all ranks.
  void choose(const std::vector<std::string>& kinds);
  bool chosen(std::size_t parameter) const { return !sums_.empty() && sums_[parameter].chosen; }

  // Starts to add this rank's gradient of a chosen parameter to those of others.
  void start(std::size_t parameter, const Tensor& gradient);
  bool started(std::size_t parameter) const { return chosen(parameter) && sums_[parameter].gradient.defined(); }

  bool has_started() const;  // any
  // Goes on with what was started, unless it did so a moment ago.
  void poll();

  // Waits for all sums. Parameters that were not started contribute nothing.
  void finish();
  // Returns a sum after finish(); only the rows that this rank owns are defined.
  Tensor take(std::size_t parameter) { return std::exchange(sums_[parameter].gradient, Tensor()); }

 private:
  struct Sum {
    bool chosen = false;
    Tensor gradient = {};
    std::size_t round = 0;
    Tensor received = {};
    std::unique_ptr<PendingExchange> exchange = {};  // of this round; null after the last one
  };
  Tensor rows(const Sum& sum, IndexRange parts) const;
  void begin_round(std::size_t parameter);
  bool advance(std::size_t parameter);
  bool advance_all();

  using Clock = std::chrono::steady_clock;

  Communicator& ranks_;
  std::vector<Variable> parameters_;
  std::vector<Round> rounds_;
  std::vector<Sum> sums_;    // of each parameter; empty if the communicator cannot overlap
  std::size_t waiting_ = 0;  // sums that are started, but not complete
  Clock::time_point polled_ = {};
};

}  // namespace weft
