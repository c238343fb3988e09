// MpiWatch: heartbeats between neighbouring ranks. Only for mpi.cpp, where MPI is.
#pragma once

#include <weft/models/distributed/communicator.h>

#include <mpi.h>

#include <atomic>
#include <string>
#include <thread>

namespace weft::detail {

// A thread that sends a heartbeat to the next rank and expects those of the rank before.
class MpiWatch {
 public:
  MpiWatch(Communicator& ranks, double seconds);
  MpiWatch(const MpiWatch&) = delete;
  MpiWatch& operator=(const MpiWatch&) = delete;
  ~MpiWatch();

 private:
  void run();
  void send();
  bool receive();
  [[noreturn]] void give_up(double silent) const;

  int next_, before_;
  double seconds_;
  std::string host_before_;
  MPI_Comm channel_ = MPI_COMM_NULL;  // of its own, so that heartbeats are not taken for data
  MPI_Request sending_ = MPI_REQUEST_NULL, receiving_ = MPI_REQUEST_NULL;
  char sent_ = 0, received_ = 0;
  std::atomic<bool> ending_{false};
  std::thread thread_;  // declared last, because it uses the others
};

}  // namespace weft::detail
