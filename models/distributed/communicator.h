// Communicator: the ranks that train one model together, and how they exchange bytes.
#pragma once

#include <weft/tensor/array/tensor.h>
#include <weft/tensor/base/error.h>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace weft {

// An exchange under way.
class PendingExchange {
 public:
  virtual ~PendingExchange() = default;
  // Returns whether it is complete, without waiting for it. Throws RankError if the connection fails.
  virtual bool done() = 0;
};

// One rank's view of all ranks. Each rank is a process, or a thread, that runs the same program; their number is a power of
// two. A communicator only moves bytes: all arithmetic is done by the ranks themselves, in an order that does not depend on their
// number.
class Communicator {
 public:
  virtual ~Communicator() = default;
  virtual int rank() const = 0;  // from 0
  virtual int size() const = 0;
  // Sends `out` to the rank `partner` and receives `in` from it, which makes the same call with the sizes swapped. Either may be
  // empty. Throws RankError if the connection fails.
  virtual void exchange(int partner, std::span<const std::byte> out, std::span<std::byte> in) = 0;

  // The bytes from which on a gradient is worth an exchange of its own during the backward pass, by begin_exchange(); the same on
  // all ranks. Without this, all gradients are exchanged after the pass.
  virtual std::optional<std::int64_t> overlaps_from() const { return {}; }
  // Starts to send `out` and to receive `in`, two contiguous tensors that the caller does not use until it is done. The partner
  // makes the same call with the same tag, in 0 .. 32766. Several may be under way between two ranks, with different tags, and
  // exchange() may be called meanwhile. The result keeps copies of the tensors, which share their memory, and fills
  // Tensor(in).raw_output() before done() returns true.
  virtual std::unique_ptr<PendingExchange> begin_exchange(int partner, int tag, const Tensor& out, const Tensor& in);
};

// Thrown on the ranks that wait for another one which has failed; the failed rank throws its own error.
class RankError : public Error {
 public:
  using Error::Error;
};

// Returns what an exception says, for other ranks.
std::string message_of(const std::exception_ptr& error);

// Returns whether this rank is the one that logs and writes files. Without a communicator there is one rank.
inline bool is_first_rank(const Communicator* ranks) { return !ranks || ranks->rank() == 0; }

// Returns what `work` returns on every rank, in the order of ranks. All ranks must call it. If it throws on a rank, that rank
// rethrows, and all others throw RankError with the rank and the message.
std::vector<std::string> gather(Communicator* ranks, const std::function<std::string()>& work);

// Runs `work` on every rank, which fails on all ranks if it fails on one.
void on_every_rank(Communicator* ranks, const std::function<void()>& work);

// Runs `work` on the first rank and returns its result on every rank.
std::string on_first_rank(Communicator* ranks, const std::function<std::string()>& work);
void on_first_rank(Communicator* ranks, const std::function<void()>& work);

// For sums that do not depend on the order, such as counts of words: calls add() with what own() returns on other ranks, until
// every rank has the sum over all. own() returns what this rank has by then.
void add_up(Communicator* ranks, const std::function<std::string()>& own, const std::function<void(const std::string&)>& add);

// Returns whether the condition holds on any rank.
bool any_rank(Communicator* ranks, bool condition);

}  // namespace weft
