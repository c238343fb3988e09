#include <weft/models/distributed/detail/end_all_ranks.h>
#include <weft/models/distributed/mpi.h>

#include <algorithm>
#include <cstdlib>

#ifdef WEFT_MPI
#include <weft/models/distributed/detail/mpi_watch.h>
#include <weft/models/distributed/detail/wait.h>

#include <mpi.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <list>
#include <optional>
#include <utility>
#endif

namespace weft {

namespace {

constexpr int kUnknown = -1;

// Returns how many ranks the launcher says there are; without a launcher there is one.
int launched_ranks() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})
    if (const char* size = std::getenv(name)) return std::atoi(size);
  return std::getenv("PMIX_RANK") ? kUnknown : 1;  // srun --mpi=pmix does not say how many
}

}  // namespace

#ifdef WEFT_MPI

struct Mpi::State {
  std::optional<detail::MpiWatch> watch;
  // One sum over all ranks, which each joins when it ends.
  bool ends = false;             // this rank has joined it
  int failed = 0, failures = 0;  // 1 if this rank ends with an error, and how many do
  MPI_Request sum = MPI_REQUEST_NULL;
  const int exceptions = std::uncaught_exceptions();  // at the start
  std::list<std::pair<Tensor, Tensor>> in_use;        // what exchanges under way send and receive, also those that were given up
};

namespace {

using detail::wait;
using Clock = std::chrono::steady_clock;

void check_mpi(int code, const char* what) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING];
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw RankError(std::string("MPI: ") + what + ": " + std::string(text, static_cast<std::size_t>(length)));
}

bool is_done(std::span<MPI_Request> requests) {
  int done = 0;
  check_mpi(MPI_Testall(static_cast<int>(requests.size()), requests.data(), &done, MPI_STATUSES_IGNORE), "exchange");
  return done != 0;
}

class PendingMpi final : public PendingExchange {
 public:
  PendingMpi(const Tensor& out, const Tensor& in, std::list<std::pair<Tensor, Tensor>>& in_use)
      : in_use_(in_use), tensors_(in_use.insert(in_use.end(), {out, in})) {}
  void begin(int partner, int tag) {
    auto& [out, in] = *tensors_;
    check_mpi(MPI_Irecv(in.raw_output(), bytes(in), MPI_BYTE, partner, tag, MPI_COMM_WORLD, &requests_[0]), "receive");
    check_mpi(MPI_Isend(out.raw(), bytes(out), MPI_BYTE, partner, tag, MPI_COMM_WORLD, &requests_[1]), "send");
  }
  PendingMpi(const PendingMpi&) = delete;
  PendingMpi& operator=(const PendingMpi&) = delete;
  ~PendingMpi() override {
    if (done_) in_use_.erase(tensors_);
  }
  bool done() override { return done_ = done_ || is_done(requests_); }

 private:
  static int bytes(const Tensor& x) { return static_cast<int>(x.numel() * size_of(x.dtype())); }

  std::list<std::pair<Tensor, Tensor>>& in_use_;
  std::list<std::pair<Tensor, Tensor>>::iterator tensors_;
  MPI_Request requests_[2] = {MPI_REQUEST_NULL, MPI_REQUEST_NULL};
  bool done_ = false;
};

}  // namespace

Mpi::Mpi() {
  const int expected = launched_ranks();
  if (expected == 1) return;  // a script may run several programs as this rank, but MPI can be started only once
  int provided = 0, started = 0;
  MPI_Initialized(&started);
  require<ValueError>(!started, "MPI: was started before");
  check_mpi(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_MULTIPLE, &provided), "start");
  state_ = std::make_unique<State>();
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &size_);
  const bool known = size_ >= expected, threads = provided == MPI_THREAD_MULTIPLE;
  if (!known || !threads) MPI_Finalize();
  require<ValueError>(known, "MPI: was launched as one of ", expected, " ranks, but sees ", size_,
                      "; use the launcher of the MPI that weft was built with");
  require<ValueError>(threads, "MPI: this library does not serve several threads (MPI_THREAD_MULTIPLE)");
}

// Every rank ends with this one collective call: ranks that end well and ranks that fail must not call different ones.
bool Mpi::all_end(bool failed, double seconds) {
  State& state = *state_;
  if (!std::exchange(state.ends, true)) {
    state.failed = failed;
    const int code = MPI_Iallreduce(&state.failed, &state.failures, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD, &state.sum);
    if (code != MPI_SUCCESS) return false;
  }
  const auto done = [&] {
    int summed = 0;
    return MPI_Test(&state.sum, &summed, MPI_STATUS_IGNORE) != MPI_SUCCESS || summed;
  };
  return seconds > 0 ? wait(done, std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds)))
                     : wait(done);
}

Mpi::~Mpi() {
  if (!state_) return;
  if (std::uncaught_exceptions() > state_->exceptions) {
    if (!all_fail()) {
      std::fprintf(stderr, "MPI: rank %d ends with an exception, and so all ranks end\n", rank_);
      std::fflush(stderr);
      end_all();
    }
  } else {
    all_end(false, 0);  // the heartbeats go on until all are here: one rank may still write a report
  }
  state_->watch.reset();
  MPI_Finalize();
}

void Mpi::exchange(int partner, std::span<const std::byte> out, std::span<std::byte> in) {
  require<ValueError>(state_ && partner >= 0 && partner < size_, "MPI: there is no rank ", partner);
  constexpr std::size_t kMost = std::size_t{1} << 30;  // MPI counts with int
  while (!out.empty() || !in.empty()) {
    const auto now_out = out.first(std::min(out.size(), kMost));
    const auto now_in = in.first(std::min(in.size(), kMost));
    MPI_Request requests[2] = {MPI_REQUEST_NULL, MPI_REQUEST_NULL};
    if (!now_in.empty())
      check_mpi(MPI_Irecv(now_in.data(), static_cast<int>(now_in.size()), MPI_BYTE, partner, 0, MPI_COMM_WORLD, &requests[0]),
                "receive");
    if (!now_out.empty())
      check_mpi(MPI_Isend(now_out.data(), static_cast<int>(now_out.size()), MPI_BYTE, partner, 0, MPI_COMM_WORLD, &requests[1]),
                "send");
    wait([&] { return is_done(requests); });
    out = out.subspan(now_out.size());
    in = in.subspan(now_in.size());
  }
}

std::unique_ptr<PendingExchange> Mpi::begin_exchange(int partner, int tag, const Tensor& out, const Tensor& in) {
  require<ValueError>(state_ && partner >= 0 && partner < size_, "MPI: there is no rank ", partner);
  auto pending = std::make_unique<PendingMpi>(out, in, state_->in_use);
  pending->begin(partner, tag + 1);  // exchange() has tag 0
  return pending;
}

void Mpi::watch(double seconds) {
  require<ValueError>(seconds > 0, "MPI: the longest silence of a rank is ", seconds, " s, not above 0");
  if (size_ > 1) state_->watch.emplace(*this, seconds);
}

bool Mpi::all_fail() {
  constexpr double kPatience = 2;  // seconds
  return size_ == 1 || (all_end(true, kPatience) && state_->failures == size_);
}

void Mpi::end_all() { detail::end_all_ranks(); }

#else

struct Mpi::State {};

Mpi::Mpi() {
  require<ValueError>(launched_ranks() <= 1, "MPI: was launched as one of ", launched_ranks(),
                      " ranks, but weft was built without MPI; install libopenmpi-dev or libmpich-dev and build again");
}
Mpi::~Mpi() = default;
void Mpi::exchange(int partner, std::span<const std::byte>, std::span<std::byte>) {
  require<ValueError>(false, "MPI: there is no rank ", partner);
}
std::unique_ptr<PendingExchange> Mpi::begin_exchange(int partner, int, const Tensor&, const Tensor&) {
  require<ValueError>(false, "MPI: there is no rank ", partner);
  return nullptr;
}
void Mpi::watch(double seconds) {
  require<ValueError>(seconds > 0, "MPI: the longest silence of a rank is ", seconds, " s, not above 0");
}
bool Mpi::all_fail() { return true; }
bool Mpi::all_end(bool, double) { return true; }
void Mpi::end_all() { detail::end_all_ranks(); }

#endif

}  // namespace weft
