// Values that another thread produces in advance.
#pragma once

#include <weft/tensor/base/error.h>

#include <unistd.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace weft::text {

// Calls a function in a thread of its own, one call after the other, and returns the results in order. It is used to read a file,
// or to build a batch, while the computing threads work on the one before. The child of a fork() does not have the thread: there
// next() throws Error, and existing results stay in memory.
template <class T>
class ReadAhead {
 public:
  // `make` returns values until it returns nothing. At most `ahead` of them wait while one more is made.
  explicit ReadAhead(std::function<std::optional<T>()> make, std::size_t ahead = 2)
      : work_(std::make_unique<Work>(std::move(make), ahead)) {}
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;
  // Waits for the current call.
  ~ReadAhead() {
    if (forked()) static_cast<void>(work_.release());  // its mutex and condition may wait for the thread
  }

  // Returns the next value; nothing after the last one. If `make` throws, its exception is thrown in the place of a value, and
  // nothing follows.
  std::optional<T> next() {
    require<Error>(!forked(), "read ahead: the reading thread does not exist after a fork: open the data in the child");
    return work_->next();
  }

 private:
  struct Work {
    Work(std::function<std::optional<T>()> make, std::size_t ahead)
        : ahead(ahead), thread([this, make = std::move(make)] { run(make); }) {}
    ~Work() {
      {
        std::lock_guard lock(mutex);
        stopped = true;
      }
      changed.notify_all();
      thread.join();
    }

    std::optional<T> next() {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return !made.empty() || ended; });
      if (made.empty()) {
        if (error) std::rethrow_exception(std::exchange(error, nullptr));
        return std::nullopt;
      }
      std::optional<T> value(std::move(made.front()));
      made.pop_front();
      lock.unlock();
      changed.notify_all();
      return value;
    }

    void run(const std::function<std::optional<T>()>& make) {
      for (bool more = true; more;) {
        std::optional<T> value;
        std::exception_ptr thrown;
        try {
          value = make();
        } catch (...) {
          thrown = std::current_exception();
        }
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return stopped || made.size() < ahead; });
        more = value.has_value() && !stopped;
        if (value) made.push_back(std::move(*value));
        ended = !more;
        error = thrown;
        lock.unlock();
        changed.notify_all();
      }
    }

    const std::size_t ahead;
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<T> made;
    std::exception_ptr error;
    bool ended = false, stopped = false;
    std::thread thread;  // declared last, because it uses the others
  };

  bool forked() const { return getpid() != process_; }

  const pid_t process_ = getpid();
  std::unique_ptr<Work> work_;
};

}  // namespace weft::text
