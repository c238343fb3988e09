// Gradients that are exchanged while others are computed have the bits of those that are exchanged after the pass.
#include <doctest/doctest.h>
#include <weft/models/distributed/detail/parameter_exchange.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/views.h>

#include <algorithm>
#include <new>
#include <numeric>

#include "tests/models/distributed/gradients.h"
#include "tests/models/distributed/thread_ranks.h"

using namespace weft;
using test::copy_of, test::random_gradient, test::results_of_ranks, test::ThreadRank;

namespace {

using Gradients = std::vector<ParameterGradient>;

// Parameters, and the kinds of gradients that they may have on a rank: see random_gradient().
struct Kind {
  Shape shape;
  std::string kinds;
};
const std::vector<Kind> kKinds{{{24, 5}, "d"}, {{37, 3}, "dddn"}, {{19}, "d"},    {{}, "d"},         {{3, 4}, "d"},
                               {{0, 4}, "d"},  {{40, 4}, "r"},    {{8, 2}, "dr"}, {{2, 2, 3}, "dn"}, {{64, 9}, "dddd"}};

std::vector<Variable> parameters(DType dtype) {
  std::vector<Variable> all;
  for (const Kind& kind : kKinds) all.push_back(leaf(zeros(kind.shape, dtype)));
  return all;
}

// The gradients of all ranks in one update, and their sums in the tree.
struct Update {
  std::vector<Gradients> ranks;
  Gradients sums;

  Update(int count, Numbers& numbers, DType dtype) {
    GradientTree tree(kKinds.size());
    for (int rank = 0; rank < count; ++rank) {
      Gradients& own = ranks.emplace_back();
      const bool has_examples = numbers.below(8) > 0;
      for (const Kind& kind : kKinds) {
        const char drawn = kind.kinds[static_cast<std::size_t>(numbers.below(std::ssize(kind.kinds)))];
        own.push_back(random_gradient(numbers, has_examples ? drawn : 'n', kind.shape, dtype));
      }
      tree.push(copy_of(own));
    }
    sums = tree.total();
  }
};

// Adds an update's gradients, of which some start in an order of this rank's own, as in a backward pass.
Gradients add_early(ThreadRank& ranks, ParameterExchange& exchange, Gradients own, Numbers& random) {
  std::vector<std::size_t> order(own.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(i)))]);
  for (std::size_t i : order) {
    exchange.poll();
    if (own[i].dense.defined() && random.below(4) > 0 && exchange.start(i, own[i].dense)) own[i].dense = {};
  }
  const std::string kinds = exchange.finish_started(own);
  exchange.add_gradients(own, gather(&ranks, [&] { return kinds; }));
  return own;
}

Tensor rows_of_part(const Tensor& x, const ParameterExchange& exchange) {
  return clone(rows_in(x, part_of(rows_of(x.shape()), exchange.part(), exchange.parts())));
}

bool same_own_rows(const Tensor& found, const Tensor& expected, const ParameterExchange& exchange) {
  if (found.defined() != expected.defined()) return false;
  return !found.defined() || equal_bits(rows_of_part(found, exchange), rows_of_part(expected, exchange));
}

// Returns the parameters whose sums are wrong on this rank.
std::string wrong_sums(const Gradients& found, const Gradients& expected, const ParameterExchange& exchange) {
  std::string wrong;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto dense_rows = [&](const ParameterGradient& gradient) {
      return gradient.rows.defined() ? to_dense(gradient.rows) : Tensor();
    };
    if (!same_own_rows(found[i].dense, expected[i].dense, exchange) ||
        !same_own_rows(dense_rows(found[i]), dense_rows(expected[i]), exchange))
      wrong += std::to_string(i) + " ";
  }
  return wrong;
}

// Exchanges only when it has nothing else to do.
struct Blocking : Communicator {
  explicit Blocking(ThreadRank& ranks) : ranks(ranks) {}
  int rank() const override { return ranks.rank(); }
  int size() const override { return ranks.size(); }
  void exchange(int partner, std::span<const std::byte> out, std::span<std::byte> in) override {
    ranks.exchange(partner, out, in);
  }
  ThreadRank& ranks;
};

}  // namespace

TEST_CASE("overlapped sums: any order, ranks that start late or have no gradient, and rounds between several ranks") {
  for (DType dtype : {DType::f32, DType::f64})
    for (int count : {2, 4, 8})
      for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        CAPTURE(count);
        CAPTURE(seed);
        Numbers numbers(seed);
        std::vector<Update> updates;
        for (int i = 0; i < 6; ++i) updates.emplace_back(count, numbers, dtype);
        const auto wrong = results_of_ranks(count, [&](ThreadRank& ranks) {
          ParameterExchange exchange(ranks, parameters(dtype));
          Numbers random(100 * seed + static_cast<std::uint64_t>(ranks.rank()));
          std::string all;
          for (const Update& update : updates) {
            const auto rank = static_cast<std::size_t>(ranks.rank());
            all += wrong_sums(add_early(ranks, exchange, copy_of(update.ranks[rank]), random), update.sums, exchange);
          }
          require<ValueError>(ranks.sent_early > 0, "nothing was exchanged early");
          return all;
        });
        for (const std::string& each : wrong) CHECK(each == "");
      }
}

TEST_CASE("overlapped sums: what is missing changes no bit, not even the sign of a zero") {
  const Tensor zeros_of_both_signs = tensor(std::vector<float>{0, -0.0f, 1, -1}, {4, 1});
  const auto found = results_of_ranks(4, [&](ThreadRank& ranks) {
    ParameterExchange exchange(ranks, {leaf(zeros({4, 1}))});
    for (bool all : {true, false}) {
      Gradients own(1);
      if (all || ranks.rank() == 2) own[0].dense = clone(zeros_of_both_signs);
      const std::string kinds = exchange.finish_started(own);
      exchange.add_gradients(own, gather(&ranks, [&] { return kinds; }));
      if (!all) return exchange.collected(rows_of_part(own[0].dense, exchange), {4, 1});
    }
    return Tensor();
  });
  for (const Tensor& each : found) CHECK(equal_bits(each, zeros_of_both_signs));
}

TEST_CASE(
    "overlapped sums: only gradients that were dense on all ranks are exchanged early, and large ones with fewer rows are not") {
  const std::vector<Shape> shapes{{8, 3}, {8, 3}, {3, 100}};
  const auto started = results_of_ranks(4, [&](ThreadRank& ranks) {
    std::vector<Variable> all;
    for (const Shape& shape : shapes) all.push_back(leaf(zeros(shape)));
    ParameterExchange exchange(ranks, all);
    const auto gradients = [&](bool second) {
      Gradients own(3);
      for (std::size_t i : {0u, 1u, 2u})
        if (i != 1 || second) own[i].dense = ones(shapes[i]);
      return own;
    };
    const auto tried = [&] {
      std::string all_started;
      for (std::size_t i : {0u, 1u, 2u}) all_started += exchange.start(i, ones(shapes[i])) ? '1' : '0';
      return all_started;
    };
    std::string all_started = tried();
    for (bool second : {false, true}) {
      Gradients own = gradients(second || ranks.rank() != 3);
      const std::string kinds = exchange.finish_started(own);
      exchange.add_gradients(own, gather(&ranks, [&] { return kinds; }));
      all_started += " " + tried();
      exchange.abandon();
    }
    return all_started;
  });
  for (const std::string& each : started) CHECK(each == "000 100 110");
}

TEST_CASE("overlapped sums: after an update that a rank gives up, the next ones are right") {
  const auto wrong = results_of_ranks(4, [&](ThreadRank& ranks) {
    ParameterExchange exchange(ranks, parameters(DType::f32));
    Numbers numbers(9), random(static_cast<std::uint64_t>(ranks.rank()));
    std::string all;
    for (int i = 0; i < 5; ++i) {
      const Update update(4, numbers, DType::f32);
      const Gradients& own = update.ranks[static_cast<std::size_t>(ranks.rank())];
      if (i % 2 == 1) {
        for (std::size_t p = 0; p < own.size(); ++p)
          if (own[p].dense.defined() && ranks.rank() != 1) exchange.start(p, clone(own[p].dense));
        exchange.abandon();
        continue;
      }
      all += wrong_sums(add_early(ranks, exchange, copy_of(own), random), update.sums, exchange);
    }
    return all;
  });
  for (const std::string& each : wrong) CHECK(each == "");
}

TEST_CASE("a communicator that cannot exchange while it computes says so, and gradients are exchanged after the pass") {
  const auto results = results_of_ranks(2, [&](ThreadRank& ranks) {
    Blocking blocking(ranks);
    ParameterExchange exchange(blocking, {leaf(zeros({4, 2}))});
    for (int update = 0; update < 2; ++update) {
      require<ValueError>(!exchange.start(0, ones({4, 2})), "has started");
      Gradients own{{.dense = ones({4, 2})}};
      const std::string kinds = exchange.finish_started(own);
      exchange.add_gradients(own, gather(&blocking, [&] { return kinds; }));
      require<ValueError>(same_own_rows(own[0].dense, full({4, 2}, 2.0), exchange), "wrong sum");
    }
    std::string message;
    try {
      blocking.begin_exchange(1 - ranks.rank(), 0, ones({1}), ones({1}));
    } catch (const ValueError& error) {
      message = error.what();
    }
    return message;
  });
  for (const std::string& each : results)
    CHECK(each == "begin_exchange: this communicator cannot exchange while its rank computes");
}

TEST_CASE("overlapped sums: a round that cannot begin, for lack of memory, begins when the rank gives up") {
  struct ShortOfMemory : Blocking {
    using Blocking::Blocking;
    std::optional<std::int64_t> overlaps_from() const override { return 1; }
    std::unique_ptr<PendingExchange> begin_exchange(int partner, int tag, const Tensor& out, const Tensor& in) override {
      if (std::exchange(fails, false)) throw std::bad_alloc();
      return ranks.begin_exchange(partner, tag, out, in);
    }
    bool fails = false;
  };
  const auto failures = results_of_ranks(4, [&](ThreadRank& ranks) {
    ShortOfMemory memory(ranks);
    ParameterExchange exchange(memory, {leaf(zeros({8, 2}))});
    int failed = 0;
    for (int update = 0; update < 3; ++update) {
      memory.fails = update == 1 && ranks.rank() == 1;
      Gradients own{{.dense = ones({8, 2})}};
      try {
        exchange.start(0, own[0].dense);
      } catch (const std::bad_alloc&) {
        ++failed;
      }
      if (update == 1) {
        exchange.abandon();
        continue;
      }
      const std::string kinds = exchange.finish_started(own);
      exchange.add_gradients(own, gather(&memory, [&] { return kinds; }));
      require<ValueError>(same_own_rows(own[0].dense, full({8, 2}, 4.0), exchange), "wrong sum");
    }
    return failed;
  });
  CHECK(failures == std::vector<int>{0, 1, 0, 0});
}
