// A chain of a million ops on a small stack.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>

#include <pthread.h>

using namespace weft;

namespace {

// Runs `function` on a thread with a stack of 256 KiB.
void on_small_stack(void* (*function)(void*), void* argument) {
  pthread_attr_t attributes;
  REQUIRE(pthread_attr_init(&attributes) == 0);
  REQUIRE(pthread_attr_setstacksize(&attributes, 256 << 10) == 0);
  pthread_t thread;
  REQUIRE(pthread_create(&thread, &attributes, function, argument) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

struct Outcome {
  double gradient = 0;
  std::int64_t nodes = 0, nodes_after = -1;
};

void* chain(void* argument) {
  auto& outcome = *static_cast<Outcome*>(argument);
  constexpr int kLength = 1'000'000;
  Variable x = leaf(tensor(2.0));
  {
    Variable y = x;
    for (int i = 0; i < kLength; ++i) y = y + 1;
    outcome.nodes = live_nodes();
    y.backward();
    outcome.gradient = x.grad().item();
  }
  {
    Variable y = x;
    for (int i = 0; i < kLength; ++i) y = tanh(y);
  }
  outcome.nodes_after = live_nodes();
  return nullptr;
}

}  // namespace

TEST_CASE("a million ops run forward, backward and are released on a 256 KiB stack") {
  Outcome outcome;
  on_small_stack(chain, &outcome);
  CHECK(outcome.nodes == 1'000'000);
  CHECK(outcome.gradient == 1);
  CHECK(outcome.nodes_after == 0);
}
