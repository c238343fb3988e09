// Ranks as threads of the test, so that what ranks do together can be tested without MPI.
#pragma once

#include <weft/models/distributed/communicator.h>

#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace weft::test {

// The mailboxes of all ranks.
class Mailboxes {
 public:
  using Message = std::vector<std::byte>;

  void send(int from, int to, std::span<const std::byte> bytes, int tag = -1) {
    const std::lock_guard lock(mutex_);
    boxes_[{from, to, tag}].emplace_back(bytes.begin(), bytes.end());
    changed_.notify_all();
  }
  // Waits for the next message. Throws RankError if its sender has ended, or takes so long that it never will send one.
  Message receive(int from, int to) {
    std::unique_lock lock(mutex_);
    std::deque<Message>& box = boxes_[{from, to, -1}];
    constexpr std::chrono::seconds kNever(120);
    const bool answered = changed_.wait_for(lock, kNever, [&] { return !box.empty() || ended_.contains(from); });
    require<RankError>(answered, "rank ", to, " waits forever for rank ", from);
    require<RankError>(!box.empty(), "rank ", from, " has ended, but rank ", to, " waits for it");
    return take(box);
  }
  // Returns the next message with this tag, if it is there. Throws RankError if its sender has ended without it.
  std::optional<Message> receive_if_there(int from, int to, int tag) {
    const std::lock_guard lock(mutex_);
    std::deque<Message>& box = boxes_[{from, to, tag}];
    require<RankError>(!box.empty() || !ended_.contains(from), "rank ", from, " has ended, but rank ", to, " waits for it");
    return box.empty() ? std::optional<Message>() : take(box);
  }
  void end(int rank) {
    const std::lock_guard lock(mutex_);
    ended_[rank] = true;
    changed_.notify_all();
  }
  // Returns whether all messages were received.
  bool empty() const {
    for (const auto& [way, box] : boxes_)
      if (!box.empty()) return false;
    return true;
  }

 private:
  static Message take(std::deque<Message>& box) {
    Message first = std::move(box.front());
    box.pop_front();
    return first;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::tuple<int, int, int>, std::deque<Message>> boxes_;  // by sender, receiver and tag
  std::map<int, bool> ended_;
};

class ThreadRank final : public Communicator {
 public:
  ThreadRank(Mailboxes& boxes, int rank, int size) : boxes_(boxes), rank_(rank), size_(size) {}
  ~ThreadRank() override { boxes_.end(rank_); }
  ThreadRank(const ThreadRank&) = delete;
  ThreadRank& operator=(const ThreadRank&) = delete;

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  void exchange(int partner, std::span<const std::byte> out, std::span<std::byte> in) override {
    require<ValueError>(partner >= 0 && partner < size_ && partner != rank_, "rank ", rank_, " has no partner ", partner);
    sent += out.size();
    if (!out.empty()) boxes_.send(rank_, partner, out);
    if (in.empty()) return;
    copy(boxes_.receive(partner, rank_), partner, in);
  }
  std::optional<std::int64_t> overlaps_from() const override { return least_overlap; }
  std::unique_ptr<PendingExchange> begin_exchange(int partner, int tag, const Tensor& out, const Tensor& in) override {
    const std::size_t bytes = static_cast<std::size_t>(out.numel() * size_of(out.dtype()));
    sent += bytes, sent_early += bytes;
    boxes_.send(rank_, partner, {out.raw(), bytes}, tag);
    return std::make_unique<Pending>(*this, partner, tag, in);
  }

  std::int64_t least_overlap = 1;
  std::size_t sent = 0, sent_early = 0;  // bytes, of which early by begin_exchange()

 private:
  // Is done when it is asked for the third time at the earliest.
  class Pending : public PendingExchange {
   public:
    Pending(ThreadRank& rank, int partner, int tag, Tensor in) : rank_(rank), partner_(partner), tag_(tag), in_(std::move(in)) {}
    bool done() override {
      if (--patience_ > 0) return false;
      const auto message = rank_.boxes_.receive_if_there(partner_, rank_.rank_, tag_);
      if (message)
        rank_.copy(*message, partner_, {in_.raw_output(), static_cast<std::size_t>(in_.numel() * size_of(in_.dtype()))});
      return message.has_value();
    }

   private:
    ThreadRank& rank_;
    int partner_, tag_, patience_ = 3;
    Tensor in_;
  };
  void copy(const Mailboxes::Message& message, int partner, std::span<std::byte> in) const {
    require<ValueError>(message.size() == in.size(), "rank ", rank_, " expects ", in.size(), " bytes of rank ", partner,
                        ", which sent ", message.size());
    std::memcpy(in.data(), message.data(), in.size());
  }

  Mailboxes& boxes_;
  int rank_, size_;
};

// How a rank ended.
struct RankEnd {
  std::exception_ptr failure = nullptr;
  std::string error = {};    // its message; empty: none
  bool for_another = false;  // it is a RankError
};

// Runs `work` on ranks that are threads, and returns how each ended.
inline std::vector<RankEnd> ends_of_ranks(int count, const std::function<void(ThreadRank&)>& work) {
  Mailboxes boxes;
  std::vector<RankEnd> ends(static_cast<std::size_t>(count));
  std::vector<std::thread> threads;
  for (int rank = 0; rank < count; ++rank)
    threads.emplace_back([&, rank] {
      RankEnd& end = ends[static_cast<std::size_t>(rank)];
      ThreadRank ranks(boxes, rank, count);
      try {
        work(ranks);
      } catch (const std::exception& error) {
        end = {std::current_exception(), error.what(), dynamic_cast<const RankError*>(&error) != nullptr};
      } catch (...) {
        end = {std::current_exception(), "not an exception of the standard library"};
      }
    });
  for (std::thread& thread : threads) thread.join();
  bool failed = false;
  for (const RankEnd& end : ends) failed = failed || end.failure;
  require<ValueError>(failed || boxes.empty(), "a rank has sent what no rank has received");
  return ends;
}

// Runs `work` on ranks that are threads. Rethrows what a rank has thrown, an error of its own rather than that of another one.
inline void run_on_ranks(int count, const std::function<void(ThreadRank&)>& work) {
  const std::vector<RankEnd> ends = ends_of_ranks(count, work);
  for (bool for_another : {false, true})
    for (const RankEnd& end : ends)
      if (end.failure && end.for_another == for_another) std::rethrow_exception(end.failure);
}

// Returns what `work` returns on each rank.
template <class Work>
auto results_of_ranks(int count, Work work) {
  using Result = decltype(work(std::declval<ThreadRank&>()));
  static_assert(!std::is_same_v<Result, bool>, "threads must not write to one vector<bool>");
  std::vector<Result> results(static_cast<std::size_t>(count));
  run_on_ranks(count, [&](ThreadRank& ranks) { results[static_cast<std::size_t>(ranks.rank())] = work(ranks); });
  return results;
}

}  // namespace weft::test
