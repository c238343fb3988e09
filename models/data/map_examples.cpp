#include <weft/models/data/map_examples.h>

namespace weft::text {

namespace detail {

void SharedRound::set_error(const std::exception_ptr& thrown) {
  failed = true;
  error = message_of(thrown);
  try {
    std::rethrow_exception(thrown);
  } catch (const FormatError&) {
    is_format_error = true;
  } catch (...) {
  }
}

void SharedRound::check_same(const SharedRound& read_by_other, int other) const {
  if (unread || read_by_other.unread) return;  // the rank says why
  require<FormatError>(examples == read_by_other.examples && hash == read_by_other.hash, "rank ", other,
                       " reads other data than this rank: all ranks need the same files");
}

void SharedRound::rethrow(int rank) const {
  if (is_format_error) throw FormatError(error);
  throw RankError("rank " + std::to_string(rank) + ": " + error);
}

}  // namespace detail

void add_ranks(TokenCounts& counts, Communicator* ranks) {
  auto own = [&] {
    std::string bytes;
    weft::detail::pack(counts, bytes);
    return bytes;
  };
  auto add = [&](std::string_view bytes) {
    using Entry = std::pair<std::string, std::int64_t>;
    for (std::uint64_t left = weft::detail::unpack_number(bytes); left > 0; --left) {
      const auto [token, count] = weft::detail::unpack<Entry>(bytes);
      counts[token] += count;
    }
  };
  add_up(ranks, own, add);
}

}  // namespace weft::text
