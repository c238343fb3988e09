// Exchanges many pieces of memory with another rank through buffers of limited size.
#pragma once

#include <weft/models/distributed/communicator.h>
#include <weft/tensor/array/tensor.h>

#include <vector>

namespace weft::detail {

class PieceExchange {
 public:
  // Sends these elements of a contiguous tensor.
  void send(const Tensor& piece);
  // Receives into a contiguous tensor, or adds what it receives to it. The tensors must differ from those that are sent.
  void receive(const Tensor& piece);
  void add_received(const Tensor& piece);

  // Does it all. The partner must receive what this rank sends, in the same order, and the other way round.
  void run(Communicator& ranks, int partner);

 private:
  struct Outgoing {
    Tensor piece;
    std::size_t begin;  // in the stream of bytes
  };
  struct Incoming {
    Tensor piece;
    bool add;
    std::size_t begin;
  };
  void pack(std::size_t from, std::span<std::byte> buffer) const;
  void unpack(std::size_t from, std::span<const std::byte> buffer);

  std::vector<Outgoing> outgoing_;
  std::vector<Incoming> incoming_;
  std::size_t sent_ = 0, received_ = 0;  // bytes of the two streams
};

}  // namespace weft::detail
