#include <weft/tensor/base/error.h>
#include <weft/tensor/runtime/float_mode.h>
#include <weft/tensor/runtime/parallel.h>

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace weft {

namespace {

thread_local int thread_count = 1;
thread_local bool inside = false;

constexpr std::int64_t kMaxParts = 1024;
constexpr int kSpins = 20000;  // about 50 us, which is the cost of waking a sleeping thread

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

struct Job {
  detail::RangeFunction function;
  void* context;
  std::int64_t count, grain, parts;
  bool keep_denormals;

  // Runs part `part` of `parts`. Parts consist of whole grains and are the same in every run.
  void run(std::int64_t part) const {
    std::int64_t grains = (count + grain - 1) / grain;
    std::int64_t begin = grains * part / parts * grain, end = std::min(count, grains * (part + 1) / parts * grain);
    FloatMode mode(keep_denormals);
    if (begin < end) function(context, begin, end);
  }
};

// Worker threads that spin for a while before they sleep. They run one job at a time. Any free thread, the caller included, takes
// the next part of the job, so that nothing waits for a worker that the system has not scheduled yet.
class Pool {
 public:
  ~Pool() {
    stop_ = true;
    announce(0);
    for (std::thread& worker : workers_) worker.join();
  }

  // Returns false if another thread is using the pool: the caller then works alone.
  bool run(const Job& job) {
    std::unique_lock busy(busy_, std::try_to_lock);
    if (!busy) return false;
    while (std::ssize(workers_) + 1 < job.parts)
      workers_.emplace_back([this, round = round_of(ticket_.load())] { serve(round); });
    job_ = job;
    failure_ = nullptr;
    finished_.store(0, std::memory_order_relaxed);
    announce(static_cast<std::uint64_t>(job.parts));
    work(round_of(ticket_.load(std::memory_order_relaxed)));
    wait_for_parts(job.parts);
    if (failure_) std::rethrow_exception(failure_);
    return true;
  }

 private:
  // A ticket holds the number of the job, its number of parts, and the next part that has not been taken.
  static std::uint64_t round_of(std::uint64_t ticket) { return ticket >> 32; }
  static std::uint64_t parts_of(std::uint64_t ticket) { return ticket >> 16 & 0xffff; }
  static std::uint64_t next_of(std::uint64_t ticket) { return ticket & 0xffff; }

  void announce(std::uint64_t parts) {
    ticket_.store((round_of(ticket_.load(std::memory_order_relaxed)) + 1) << 32 | parts << 16);
    if (sleepers_.load()) {
      std::lock_guard lock(sleep_);
      wake_.notify_all();
    }
  }

  void serve(std::uint64_t round) {
    inside = true;
    for (wait_after(round); !stop_; wait_after(round)) {
      round = round_of(ticket_.load(std::memory_order_relaxed));
      work(round);
    }
  }

  void wait_after(std::uint64_t round) {
    auto same = [&] { return round_of(ticket_.load()) == round; };
    for (int spin = 0; spin < kSpins && same(); ++spin) pause();
    if (!same()) return;
    std::unique_lock lock(sleep_);
    ++sleepers_;
    wake_.wait(lock, [&] { return !same(); });
    --sleepers_;
  }

  // Spins, then sleeps, because on a busy machine a worker may take a while.
  void wait_for_parts(std::int64_t parts) {
    for (int spin = 0; spin < kSpins && finished_.load(std::memory_order_acquire) < parts; ++spin) pause();
    if (finished_.load(std::memory_order_acquire) == parts) return;
    std::unique_lock lock(sleep_);
    waiting_ = true;
    finish_.wait(lock, [&] { return finished_.load() == parts; });
    waiting_ = false;
  }

  // Takes parts of this round's job until none is left. The job stays valid until all parts that were taken are finished.
  void work(std::uint64_t round) {
    std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
    while (round_of(ticket) == round && next_of(ticket) < parts_of(ticket)) {
      if (!ticket_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_acq_rel)) continue;
      run_part(static_cast<std::int64_t>(next_of(ticket)));
      ticket = ticket_.load(std::memory_order_acquire);
    }
  }

  void run_part(std::int64_t part) {
    try {
      job_.run(part);
    } catch (...) {
      std::lock_guard lock(sleep_);
      failure_ = std::current_exception();
    }
    finished_.fetch_add(1);
    if (waiting_.load()) {
      std::lock_guard lock(sleep_);
      finish_.notify_one();
    }
  }

  std::mutex busy_, sleep_;
  std::condition_variable wake_, finish_;
  std::atomic<std::uint64_t> ticket_{0};
  std::atomic<int> sleepers_{0};
  std::atomic<std::int64_t> finished_{0};
  std::atomic<bool> stop_{false}, waiting_{false};
  std::vector<std::thread> workers_;
  Job job_{};
  std::exception_ptr failure_;
};

// The process's pool. After a fork the workers exist only in the parent: the child makes a new pool and leaves the old one
// untouched, because its mutexes and condition variables wait for threads that are gone.
class Pools {
 public:
  Pools() {
    pthread_atfork(nullptr, nullptr, [] { instance().left_behind_ = instance().pool_.exchange(nullptr); });
  }
  ~Pools() { delete pool_.load(); }

  static Pools& instance() {
    static Pools value;
    return value;
  }
  // Two threads may get here at the same time.
  Pool& pool() {
    Pool* found = pool_.load(std::memory_order_acquire);
    if (found) return *found;
    auto made = std::make_unique<Pool>();
    return pool_.compare_exchange_strong(found, made.get(), std::memory_order_acq_rel) ? *made.release() : *found;
  }

 private:
  std::atomic<Pool*> pool_{nullptr};
  Pool* left_behind_ = nullptr;
};

struct Inside {
  bool before = std::exchange(inside, true);
  ~Inside() { inside = before; }
};

}  // namespace

int threads() { return thread_count; }

void set_threads(int count) {
  require<ValueError>(count >= 1, "set_threads: the count must be at least 1, not ", count);
  thread_count = count;
}

void detail::parallel_for(std::int64_t count, std::int64_t grain, RangeFunction function, void* context) {
  if (count <= 0) return;
  if (inside) return function(context, 0, count);  // in the mode of the outer call
  grain = std::max<std::int64_t>(grain, 1);
  if (count <= grain || thread_count == 1) {
    FloatMode mode(KeepDenormals::active());
    return function(context, 0, count);
  }
  std::int64_t grains = (count + grain - 1) / grain;
  Job job{function, context, count, grain, std::min<std::int64_t>({thread_count, grains, kMaxParts}), KeepDenormals::active()};
  {
    Inside scope;
    if (Pools::instance().pool().run(job)) return;
  }
  job.parts = 1;
  job.run(0);
}

}  // namespace weft
