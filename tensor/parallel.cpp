#include <weft/tensor/error.h>
#include <weft/tensor/float_mode.h>
#include <weft/tensor/parallel.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace weft {

namespace {

thread_local int thread_count = 1;
thread_local bool inside = false;

constexpr int kSpins = 20000;  // some 50 us: waking a sleeping thread costs as much

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

  // Part `part` of `parts`: whole grains, the same for every run.
  void run(std::int64_t part) const {
    std::int64_t grains = (count + grain - 1) / grain;
    std::int64_t begin = grains * part / parts * grain, end = std::min(count, grains * (part + 1) / parts * grain);
    FloatMode mode(keep_denormals);
    if (begin < end) function(context, begin, end);
  }
};

// Worker threads that spin for a while before they sleep. One job at a time.
class Pool {
 public:
  ~Pool() {
    stop_ = true;
    announce();
    for (std::thread& worker : workers_) worker.join();
  }

  // False when another thread uses the pool: the caller then works alone.
  bool run(const Job& job) {
    std::unique_lock busy(busy_, std::try_to_lock);
    if (!busy) return false;
    while (std::ssize(workers_) + 1 < job.parts) start_worker();
    job_ = job;
    failure_ = nullptr;
    pending_.store(static_cast<int>(workers_.size()), std::memory_order_relaxed);
    announce();
    work(0);
    for (int spin = 0; pending_.load(std::memory_order_acquire); ++spin) spin < kSpins ? pause() : std::this_thread::yield();
    if (failure_) std::rethrow_exception(failure_);
    return true;
  }

 private:
  void start_worker() {
    auto part = static_cast<std::int64_t>(workers_.size()) + 1;
    workers_.emplace_back([this, part, seen = round_.load()]() mutable {
      inside = true;
      while (wait_for_job(seen), !stop_) {
        work(part);
        pending_.fetch_sub(1, std::memory_order_release);
      }
    });
  }

  void announce() {
    round_.fetch_add(1);
    if (sleepers_.load()) {
      std::lock_guard lock(sleep_);
      wake_.notify_all();
    }
  }

  void wait_for_job(std::uint64_t& seen) {
    for (int spin = 0; spin < kSpins && round_.load(std::memory_order_acquire) == seen; ++spin) pause();
    if (round_.load() == seen) {
      std::unique_lock lock(sleep_);
      ++sleepers_;
      wake_.wait(lock, [&] { return round_.load() != seen; });
      --sleepers_;
    }
    ++seen;
  }

  void work(std::int64_t part) {
    try {
      if (part < job_.parts) job_.run(part);
    } catch (...) {
      std::lock_guard lock(sleep_);
      failure_ = std::current_exception();
    }
  }

  std::mutex busy_, sleep_;
  std::condition_variable wake_;
  std::atomic<std::uint64_t> round_{0};
  std::atomic<int> sleepers_{0}, pending_{0};
  std::atomic<bool> stop_{false};
  std::vector<std::thread> workers_;
  Job job_{};
  std::exception_ptr failure_;
};

Pool& pool() {
  static Pool value;
  return value;
}

struct Inside {
  bool before = std::exchange(inside, true);
  ~Inside() { inside = before; }
};

}  // namespace

int threads() { return thread_count; }

void set_threads(int count) {
  require<ValueError>(count >= 1, "set_threads: at least 1, not ", count);
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
  Job job{function, context, count, grain, std::min<std::int64_t>(thread_count, grains), KeepDenormals::active()};
  {
    Inside scope;
    if (pool().run(job)) return;
  }
  job.parts = 1;
  job.run(0);
}

}  // namespace weft
