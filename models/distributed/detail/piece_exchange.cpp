#include <weft/models/distributed/detail/piece_exchange.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <cstring>

namespace weft::detail {

namespace {

constexpr std::size_t kBuffer = std::size_t{4} << 20;  // bytes
constexpr std::size_t kAlignment = 8;                  // of pieces in the stream, so that no element crosses a buffer's end

std::size_t bytes_of(const Tensor& piece) { return static_cast<std::size_t>(piece.numel() * size_of(piece.dtype())); }
std::size_t aligned(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

// Memory that the next exchange can reuse.
Tensor buffer(std::size_t bytes) { return Tensor({static_cast<std::int64_t>(std::min(bytes, kBuffer))}, DType::u8); }

template <class T>
void add(std::byte* to, const std::byte* from, std::size_t bytes) {
  T* sum = reinterpret_cast<T*>(to);
  const T* x = reinterpret_cast<const T*>(from);
  constexpr std::int64_t kGrain = 1 << 15;
  weft::parallel_for(static_cast<std::int64_t>(bytes / sizeof(T)), kGrain, [=](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) sum[i] += x[i];
  });
}

// Calls visit(piece, offset in it, offset in the buffer, bytes) for all parts of pieces in a buffer that starts at byte `from`.
template <class Pieces, class Visit>
void each_part(Pieces& pieces, std::size_t from, std::size_t size, Visit visit) {
  auto starts_after = [](std::size_t at, const auto& piece) { return at < piece.begin; };
  auto piece = std::upper_bound(pieces.begin(), pieces.end(), from, starts_after);
  if (piece != pieces.begin()) --piece;
  for (; piece != pieces.end() && piece->begin < from + size; ++piece) {
    const std::size_t first = std::max(from, piece->begin), last = std::min(from + size, piece->begin + bytes_of(piece->piece));
    if (first < last) visit(*piece, first - piece->begin, first - from, last - first);
  }
}

}  // namespace

void PieceExchange::send(const Tensor& piece) {
  outgoing_.push_back({piece, sent_});
  sent_ += aligned(bytes_of(piece));
}

void PieceExchange::receive(const Tensor& piece) {
  incoming_.push_back({piece, false, received_});
  received_ += aligned(bytes_of(piece));
}

void PieceExchange::add_received(const Tensor& piece) {
  receive(piece);
  incoming_.back().add = true;
}

void PieceExchange::pack(std::size_t from, std::span<std::byte> buffer) const {
  each_part(outgoing_, from, buffer.size(), [&](const Outgoing& piece, std::size_t at, std::size_t to, std::size_t bytes) {
    std::memcpy(buffer.data() + to, piece.piece.raw() + at, bytes);
  });
}

void PieceExchange::unpack(std::size_t from, std::span<const std::byte> buffer) {
  each_part(incoming_, from, buffer.size(), [&](Incoming& piece, std::size_t to, std::size_t at, std::size_t bytes) {
    std::byte* memory = piece.piece.raw_output() + to;
    if (!piece.add)
      std::memcpy(memory, buffer.data() + at, bytes);
    else
      piece.piece.dtype() == DType::f32 ? add<float>(memory, buffer.data() + at, bytes)
                                        : add<double>(memory, buffer.data() + at, bytes);
  });
}

void PieceExchange::run(Communicator& ranks, int partner) {
  for (Incoming& piece : incoming_) piece.piece.touch(Where{});
  Tensor out = buffer(sent_), in = buffer(received_);
  for (std::size_t at = 0; at < std::max(sent_, received_); at += kBuffer) {
    const auto left = [at](std::size_t total) { return std::min(total - std::min(total, at), kBuffer); };
    const std::span<std::byte> own{out.raw_output(), left(sent_)}, other{in.raw_output(), left(received_)};
    pack(at, own);
    ranks.exchange(partner, own, other);
    unpack(at, other);
  }
}

}  // namespace weft::detail
