// Mpi: this process as one of those that mpirun, srun or another launcher of MPI has started.
#pragma once

#include <weft/models/distributed/communicator.h>

#include <memory>

namespace weft {

// Starts MPI if a launcher started this process as one of several; otherwise there is one rank, and MPI is not touched, since its
// threads would make reference counts atomic. A process may make one such object, before it has threads.
//
//     int main() {
//       Mpi ranks;
//       ranks.watch(60);
//       ..
//       trainer.fit(train, dev, {.shards = 8, .communicator = &ranks});
//     }
class Mpi final : public Communicator {
 public:
  // Throws ValueError if weft was built without MPI although there are several ranks, or with another MPI than the launcher's.
  Mpi();
  Mpi(const Mpi&) = delete;
  Mpi& operator=(const Mpi&) = delete;
  // Waits until all ranks have come to their ends. If an exception leaves the scope of this object, but not those of all others,
  // it ends the processes of all ranks, since they might wait for this one forever: catch exceptions inside, see all_fail().
  ~Mpi() override;

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  void exchange(int partner, std::span<const std::byte> out, std::span<std::byte> in) override;
  std::optional<std::int64_t> overlaps_from() const override { return 1 << 17; }
  std::unique_ptr<PendingExchange> begin_exchange(int partner, int tag, const Tensor& out, const Tensor& in) override;

  // Starts a thread that exchanges heartbeats with the neighbouring ranks. If one is silent for `seconds`, because its process
  // was stopped, its machine died or the network was cut, this prints which and ends all ranks by MPI_Abort: the others would
  // wait for it forever. Throws ValueError unless `seconds` is above 0.
  void watch(double seconds);

  // Call this on a rank that ends with an error. Returns whether all ranks do so within two seconds, as they do after an error
  // that they have in common; if not, the caller should print its own error and call end_all().
  bool all_fail();
  // Ends the processes of all ranks, by MPI_Abort.
  [[noreturn]] void end_all();

 private:
  // Tells the others that this rank ends, and waits until all have said so, at most `seconds`; 0: forever. Returns whether they
  // have.
  bool all_end(bool failed, double seconds);

  struct State;
  std::unique_ptr<State> state_;  // null: MPI was not started
  int rank_ = 0, size_ = 1;
};

}  // namespace weft
