// Values that another thread makes before they are wanted.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace weft::text {

// Calls a function in a thread of its own, one call after the other, and gives what it makes in that order. For a file that is to
// be read, or a batch to be put together, while the threads that compute are busy with the one before.
template <class T>
class ReadAhead {
 public:
  // `make` gives values until it gives nothing. At most `ahead` of them wait, and one more is being made.
  explicit ReadAhead(std::function<std::optional<T>()> make, std::size_t ahead = 2)
      : ahead_(ahead), thread_([this, make = std::move(make)] { run(make); }) {}
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;
  // Waits for the call that is under way.
  ~ReadAhead() {
    {
      std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  // The next value; nothing behind the last one. Throws what `make` threw in the place of a value, and once that is out nothing
  // follows.
  std::optional<T> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !made_.empty() || ended_; });
    if (made_.empty()) {
      if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
      return std::nullopt;
    }
    std::optional<T> value(std::move(made_.front()));
    made_.pop_front();
    lock.unlock();
    changed_.notify_all();
    return value;
  }

 private:
  void run(const std::function<std::optional<T>()>& make) {
    for (bool more = true; more;) {
      std::optional<T> value;
      std::exception_ptr error;
      try {
        value = make();
      } catch (...) {
        error = std::current_exception();
      }
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopped_ || made_.size() < ahead_; });
      more = value.has_value() && !stopped_;
      if (value) made_.push_back(std::move(*value));
      ended_ = !more;
      error_ = error;
      lock.unlock();
      changed_.notify_all();
    }
  }

  const std::size_t ahead_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> made_;
  std::exception_ptr error_;
  bool ended_ = false, stopped_ = false;
  std::thread thread_;  // the last: it uses the others
};

}  // namespace weft::text
