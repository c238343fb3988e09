#include <weft/models/distributed/communicator.h>
#include <weft/models/distributed/packed.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <exception>
#include <iterator>
#include <tuple>
#include <utility>

namespace weft {

namespace {

// Exchanges texts with a partner. Usually one message each way is enough: it has the length and the beginning of the text.
std::string exchange_texts(Communicator& ranks, int partner, const std::string& own) {
  struct First {
    std::uint64_t length = 0;
    std::array<char, 1016> text = {};
  };
  First mine, theirs;
  mine.length = own.size();
  own.copy(mine.text.data(), mine.text.size());
  ranks.exchange(partner, std::as_bytes(std::span(&mine, 1)), std::as_writable_bytes(std::span(&theirs, 1)));
  const auto in_first = [](std::size_t length) { return std::min(length, std::tuple_size_v<decltype(First::text)>); };
  std::string other(theirs.text.data(), in_first(theirs.length));
  other.resize(theirs.length);
  const auto rest = std::as_bytes(std::span(own)).subspan(in_first(own.size()));
  const auto other_rest = std::as_writable_bytes(std::span(other)).subspan(in_first(theirs.length));
  if (!rest.empty() || !other_rest.empty()) ranks.exchange(partner, rest, other_rest);
  return other;
}

// Recursive doubling: after each round a rank knows the texts of twice as many neighbours.
std::vector<std::string> all_texts(Communicator& ranks, std::string own) {
  require<ValueError>(std::has_single_bit(static_cast<unsigned>(ranks.size())), "there are ", ranks.size(),
                      " ranks, which is not a power of two");
  std::vector<std::string> texts{std::move(own)};
  for (int distance = 1; distance < ranks.size(); distance *= 2) {
    std::vector<std::string> others =
        detail::from_bytes<std::vector<std::string>>(exchange_texts(ranks, ranks.rank() ^ distance, detail::to_bytes(texts)));
    if (ranks.rank() & distance) std::swap(texts, others);
    std::move(others.begin(), others.end(), std::back_inserter(texts));
  }
  return texts;
}

constexpr char kDone = '+', kFailed = '-';  // the first character of a rank's answer

}  // namespace

std::unique_ptr<PendingExchange> Communicator::begin_exchange(int, int, const Tensor&, const Tensor&) {
  require<ValueError>(false, "begin_exchange: this communicator cannot exchange while its rank computes");
  return nullptr;
}

std::string message_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& thrown) {
    return thrown.what();
  } catch (...) {
    return "an exception that is not one of the standard library";
  }
}

std::vector<std::string> gather(Communicator* ranks, const std::function<std::string()>& work) {
  if (!ranks || ranks->size() == 1) return {work()};
  std::string answer;
  std::exception_ptr failure;
  try {
    answer = kDone + work();
  } catch (...) {
    failure = std::current_exception();
    answer = kFailed + message_of(failure);
  }
  std::vector<std::string> answers = all_texts(*ranks, std::move(answer));
  if (failure) std::rethrow_exception(failure);
  for (std::size_t rank = 0; rank < answers.size(); ++rank) {
    std::string& text = answers[rank];
    const bool failed = text.front() == kFailed;
    text.erase(0, 1);
    require<RankError>(!failed, "rank ", rank, ": ", text);
  }
  return answers;
}

void on_every_rank(Communicator* ranks, const std::function<void()>& work) {
  gather(ranks, [&] {
    work();
    return std::string();
  });
}

std::string on_first_rank(Communicator* ranks, const std::function<std::string()>& work) {
  return gather(ranks, [&] { return is_first_rank(ranks) ? work() : std::string(); }).front();
}

void on_first_rank(Communicator* ranks, const std::function<void()>& work) {
  on_every_rank(ranks, [&] {
    if (is_first_rank(ranks)) work();
  });
}

void add_up(Communicator* ranks, const std::function<std::string()>& own, const std::function<void(const std::string&)>& add) {
  if (!ranks) return;
  for (int distance = 1; distance < ranks->size(); distance *= 2) add(exchange_texts(*ranks, ranks->rank() ^ distance, own()));
}

bool any_rank(Communicator* ranks, bool condition) {
  for (const std::string& answer : gather(ranks, [&] { return std::string(condition ? "1" : "0"); }))
    if (answer == "1") return true;
  return false;
}

}  // namespace weft
