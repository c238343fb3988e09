#include <doctest/doctest.h>
#include <weft/models/distributed/detail/parameter_exchange.h>
#include <weft/models/distributed/detail/piece_exchange.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/views.h>

#include <mutex>

#include "tests/models/distributed/gradients.h"
#include "tests/models/distributed/thread_ranks.h"

using namespace weft;
using test::copy_of, test::random_gradient, test::run_on_ranks, test::ThreadRank;

namespace {

using Gradients = std::vector<ParameterGradient>;

constexpr std::int64_t kSlots = 8;

// A parameter, and the kinds of gradients that each slot draws from: see random_gradient().
struct Kind {
  Shape shape;
  std::string kinds;
};

std::vector<Kind> every_kind() {
  return {{{24, 5}, "d"},  {{37, 3}, "dn"}, {{19}, "d"},       {{}, "dn"},       {{3, 4}, "d"},   {{1, 6}, "dn"},
          {{0, 4}, "d"},   {{0}, "d"},      {{2, 2, 3}, "dn"}, {{40, 4}, "r"},   {{33, 3}, "rn"}, {{29, 2}, "rd"},
          {{7, 2}, "rdn"}, {{2, 3}, "r"},   {{5, 3}, "rn"},    {{11, 5}, "rdn"}, {{6, 2}, "n"}};
}

// The gradients of all slots, and their sums on one rank.
struct Update {
  std::vector<Kind> kinds;
  std::vector<Gradients> slots{kSlots};
  Gradients sums;

  Update(std::vector<Kind> all, std::uint64_t seed, DType dtype) : kinds(std::move(all)) {
    Numbers numbers(seed);
    GradientTree tree(kinds.size());
    for (Gradients& slot : slots) {
      if (numbers.below(5) > 0)  // otherwise it has no examples
        for (const Kind& kind : kinds)
          slot.push_back(random_gradient(numbers, kind.kinds[static_cast<std::size_t>(numbers.below(std::ssize(kind.kinds)))],
                                         kind.shape, dtype));
      tree.push(copy_of(slot));
    }
    sums = tree.total();
  }
  // Returns what a rank has added before the exchange.
  Gradients own_sums(const ThreadRank& ranks) const {
    GradientTree tree(kinds.size());
    const IndexRange own = Shards(kSlots).slots_of(ranks.rank(), ranks.size());
    for (std::int64_t slot = own.first; slot < own.last; ++slot) tree.push(copy_of(slots[static_cast<std::size_t>(slot)]));
    return tree.total();
  }
  std::vector<Variable> parameters(DType dtype) const {
    std::vector<Variable> all;
    for (const Kind& kind : kinds) all.push_back(leaf(zeros(kind.shape, dtype)));
    return all;
  }
};

void add_gradients(ThreadRank& ranks, ParameterExchange& exchange, Gradients& gradients) {
  const std::string kinds = exchange.finish_started(gradients);
  exchange.add_gradients(gradients, gather(&ranks, [&] { return kinds; }));
}

Tensor rows_of_part(const Tensor& x, const ParameterExchange& exchange) {
  return clone(rows_in(x, part_of(rows_of(x.shape()), exchange.part(), exchange.parts())));
}

// Returns whether both have the same bits in the rows that this rank owns.
bool same_own_rows(const ParameterGradient& found, const ParameterGradient& expected, const ParameterExchange& exchange) {
  if (found.rows.defined() != expected.rows.defined() || found.dense.defined() != expected.dense.defined()) return false;
  const auto same = [&](const Tensor& x, const Tensor& y) {
    return equal_bits(rows_of_part(x, exchange), rows_of_part(y, exchange));
  };
  return (!found.dense.defined() || same(found.dense, expected.dense)) &&
         (!found.rows.defined() || same(to_dense(found.rows), to_dense(expected.rows)));
}

}  // namespace

TEST_CASE("ParameterExchange: the parts of all ranks are all rows, and neighbours are added first") {
  for (int count : {1, 2, 4, 8, 16}) {
    std::vector<int> owners(static_cast<std::size_t>(count), -1);
    run_on_ranks(count, [&](ThreadRank& ranks) {
      const ParameterExchange exchange(ranks, {});
      require<ValueError>(exchange.parts() == count && exchange.part() == exchange.part_of_rank(ranks.rank()), "part");
      owners[static_cast<std::size_t>(exchange.part())] = ranks.rank();
    });
    CHECK(std::count(owners.begin(), owners.end(), -1) == 0);
  }
}

TEST_CASE("add_gradients: the rows that a rank owns have the bits of the tree on one rank") {
  for (DType dtype : {DType::f32, DType::f64})
    for (int count : {1, 2, 4, 8})
      for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        CAPTURE(count);
        CAPTURE(seed);
        const Update update(every_kind(), seed, dtype);
        std::mutex mutex;
        std::string wrong;
        run_on_ranks(count, [&](ThreadRank& ranks) {
          ParameterExchange exchange(ranks, update.parameters(dtype));
          Gradients gradients = update.own_sums(ranks);
          add_gradients(ranks, exchange, gradients);
          const std::lock_guard lock(mutex);
          for (std::size_t i = 0; i < gradients.size(); ++i)
            if (!same_own_rows(gradients[i], update.sums[i], exchange))
              wrong += "rank " + std::to_string(ranks.rank()) + " parameter " + std::to_string(i) + "; ";
        });
        CHECK(wrong == "");
      }
}

TEST_CASE("add_gradients: pieces that are larger than the buffer of an exchange") {
  const std::vector<Kind> large{{{3, 5}, "d"}, {{1300, 1001}, "d"}, {{300000}, "dn"}, {{20000, 70}, "r"}, {{2}, "d"}};
  for (DType dtype : {DType::f32, DType::f64}) {
    const int count = dtype == DType::f32 ? 4 : 2;
    const Update update(large, 3, dtype);
    std::vector<char> right(static_cast<std::size_t>(count) * large.size());
    run_on_ranks(count, [&](ThreadRank& ranks) {
      ParameterExchange exchange(ranks, update.parameters(dtype));
      Gradients gradients = update.own_sums(ranks);
      add_gradients(ranks, exchange, gradients);
      for (std::size_t i = 0; i < gradients.size(); ++i)
        right[static_cast<std::size_t>(ranks.rank()) * large.size() + i] = same_own_rows(gradients[i], update.sums[i], exchange);
    });
    CHECK(std::count(right.begin(), right.end(), 0) == 0);
  }
}

TEST_CASE("add_gradients: a gradient whose memory is strided is added as its numbers") {
  const Tensor wide = Numbers(1).tensor({6, 5}, DType::f32), expected = contiguous(transpose(wide, 0, 1));
  run_on_ranks(2, [&](ThreadRank& ranks) {
    ParameterExchange exchange(ranks, {leaf(zeros({5, 6}))});
    Gradients gradients{{.dense = ranks.rank() == 0 ? transpose(clone(wide), 0, 1) : zeros({5, 6})}};
    add_gradients(ranks, exchange, gradients);
    require<ValueError>(same_own_rows(gradients[0], {.dense = expected + zeros({5, 6})}, exchange), "differs");
  });
  CHECK(expected.shape() == Shape{5, 6});
}

TEST_CASE("collect_parameters: every rank gets what others own of the parameters that have gradients, and of no other") {
  for (DType dtype : {DType::f32, DType::f64})
    for (int count : {1, 2, 4, 8}) {
      CAPTURE(count);
      std::vector<Tensor> whole;
      Numbers numbers(4);
      std::vector<Kind> kinds = every_kind();
      kinds.push_back({{800, 701}, "d"});  // larger than the buffer
      for (const Kind& kind : kinds) whole.push_back(numbers.tensor(kind.shape, dtype));
      std::vector<char> right(static_cast<std::size_t>(count));
      run_on_ranks(count, [&](ThreadRank& ranks) {
        std::vector<Variable> parameters;
        Gradients gradients;
        for (const Tensor& values : whole) {
          parameters.push_back(leaf(zeros(values.shape(), dtype)));
          gradients.push_back({.dense = parameters.size() % 5 == 0 ? Tensor() : values});
        }
        ParameterExchange exchange(ranks, parameters);
        for (std::size_t i = 0; i < whole.size(); ++i) {
          const IndexRange own = part_of(rows_of(whole[i].shape()), exchange.part(), count);
          Tensor to = rows_in(parameters[i].tensor(), own);
          copy_to(to, rows_in(whole[i], own));
        }
        exchange.collect_parameters(gradients);
        bool all = true;
        for (std::size_t i = 0; i < whole.size(); ++i) {
          const bool own_alone = count > 1 && !gradients[i].defined() && whole[i].numel() > 0;
          const Tensor& parameter = parameters[i].tensor();
          const IndexRange own = part_of(rows_of(whole[i].shape()), exchange.part(), count);
          Tensor expected = own_alone ? zeros(whole[i].shape(), dtype) : whole[i];
          if (own_alone) {
            Tensor to = rows_in(expected, own);
            copy_to(to, rows_in(whole[i], own));
          }
          all = all && equal_bits(parameter, expected);
        }
        right[static_cast<std::size_t>(ranks.rank())] = all;
      });
      CHECK(std::count(right.begin(), right.end(), 1) == count);
    }
}

TEST_CASE("collected: the whole of a tensor of which each rank has its part") {
  for (int count : {1, 2, 4, 8})
    for (const Kind& kind : every_kind()) {
      CAPTURE(count);
      CAPTURE(kind.shape);
      const Tensor whole = Numbers(5).tensor(kind.shape, DType::f32);
      std::vector<Tensor> found(static_cast<std::size_t>(count));
      run_on_ranks(count, [&](ThreadRank& ranks) {
        ParameterExchange exchange(ranks, {});
        found[static_cast<std::size_t>(ranks.rank())] = exchange.collected(rows_of_part(whole, exchange), whole.shape());
      });
      for (const Tensor& each : found) CHECK(equal_bits(each, whole));
    }
}

TEST_CASE("each rank sends 1 - 1/R of dense gradients, and of parameters") {
  for (int count : {2, 4, 8}) {
    CAPTURE(count);
    constexpr std::int64_t kNumbers = 64 * 1000;
    const auto sent = test::results_of_ranks(count, [&](ThreadRank& ranks) {
      ParameterExchange exchange(ranks, {leaf(zeros({64, 1000}))});
      Gradients gradients{{.dense = ones({64, 1000})}};
      const std::string kinds = exchange.finish_started(gradients);
      exchange.add_gradients(gradients, std::vector<std::string>(static_cast<std::size_t>(count), kinds));
      exchange.collect_parameters(gradients);
      return ranks.sent;
    });
    const auto expected = static_cast<std::size_t>(2 * kNumbers * 4 * (count - 1) / count);
    for (std::size_t bytes : sent) CHECK(bytes == expected);
  }
}

TEST_CASE("PieceExchange: pieces of odd sizes arrive whole, are added or replace, in several buffers") {
  std::vector<Tensor> pieces;
  Numbers numbers(6);
  for (std::int64_t size : {1, 0, 3, 1 << 20, 5, 700001, 7}) pieces.push_back(numbers.tensor({size}, DType::f32));
  const Tensor rows = numbers.indices({900001}, 1 << 30);
  std::vector<char> right(2);
  run_on_ranks(2, [&](ThreadRank& ranks) {
    detail::PieceExchange exchange;
    std::vector<Tensor> copies, received;
    for (const Tensor& piece : pieces) copies.push_back(piece * static_cast<double>(ranks.rank() + 1));
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      exchange.send(copies[i]);
      received.push_back(full(pieces[i].shape(), 0.5));
      i % 2 == 0 ? exchange.receive(received[i]) : exchange.add_received(received[i]);
    }
    Tensor other_rows = zeros(rows.shape(), DType::i64);
    if (ranks.rank() == 0) exchange.send(rows);
    if (ranks.rank() == 1) exchange.receive(other_rows);
    exchange.run(ranks, 1 - ranks.rank());
    bool all = ranks.rank() == 0 || equal_bits(other_rows, rows);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const Tensor other = pieces[i] * static_cast<double>(2 - ranks.rank());
      all = all && equal_bits(received[i], i % 2 == 0 ? other : full(other.shape(), 0.5) + other);
    }
    right[static_cast<std::size_t>(ranks.rank())] = all;
  });
  CHECK(right == std::vector<char>{1, 1});
}
