#ifdef WEFT_MPI
#include <weft/models/distributed/detail/end_all_ranks.h>
#include <weft/models/distributed/detail/mpi_watch.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace weft::detail {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::string host_name() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return name;
}

}  // namespace

MpiWatch::MpiWatch(Communicator& ranks, double seconds)
    : next_((ranks.rank() + 1) % ranks.size()),
      before_((ranks.rank() + ranks.size() - 1) % ranks.size()),
      seconds_(seconds),
      host_before_(gather(&ranks, host_name)[static_cast<std::size_t>(before_)]) {
  MPI_Comm_dup(MPI_COMM_WORLD, &channel_);
  MPI_Comm_set_errhandler(channel_, MPI_ERRORS_RETURN);
  thread_ = std::thread([this] { run(); });
}

MpiWatch::~MpiWatch() {
  ending_ = true;
  thread_.join();
  // What is still under way is dropped: all ranks have ended their work.
  for (MPI_Request* request : {&sending_, &receiving_}) {
    if (*request == MPI_REQUEST_NULL) continue;
    MPI_Cancel(request);
    MPI_Request_free(request);
  }
}

void MpiWatch::send() {
  int free = 1;
  if (sending_ != MPI_REQUEST_NULL) MPI_Test(&sending_, &free, MPI_STATUS_IGNORE);
  if (free) MPI_Isend(&sent_, 1, MPI_BYTE, next_, 0, channel_, &sending_);
}

// Returns whether at least one heartbeat has arrived.
bool MpiWatch::receive() {
  bool heard = false;
  for (;;) {
    if (receiving_ == MPI_REQUEST_NULL) MPI_Irecv(&received_, 1, MPI_BYTE, before_, 0, channel_, &receiving_);
    int arrived = 0;
    if (MPI_Test(&receiving_, &arrived, MPI_STATUS_IGNORE) != MPI_SUCCESS || !arrived) return heard;
    heard = true;
  }
}

void MpiWatch::run() {
  const double period = std::min(0.25, seconds_ / 8);
  auto last_heard = Clock::now(), last_round = last_heard;
  while (!ending_) {
    send();
    // After a pause of this very process, such as a suspended job, nothing could be heard.
    const bool paused = seconds_since(last_round) > std::max(4 * period, 2.0);
    last_round = Clock::now();
    if (receive() || paused) last_heard = last_round;
    if (const double silent = seconds_since(last_heard); silent > seconds_ - period) give_up(silent);
    std::this_thread::sleep_for(std::chrono::duration<double>(period));
  }
}

void MpiWatch::give_up(double silent) const {
  std::fprintf(
      stderr,
      "MPI: rank %d on %s has been silent for %.0f s: it was stopped, its machine died or the network was cut. All ranks "
      "end; resume from the last checkpoint, on fewer ranks if need be\n",
      before_, host_before_.c_str(), silent);
  std::fflush(stderr);
  end_all_ranks();
}

}  // namespace weft::detail
#endif
