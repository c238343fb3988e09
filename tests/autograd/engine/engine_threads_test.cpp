#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include <cmath>
#include <future>
#include <thread>

using namespace weft;

TEST_CASE("two concurrent backward passes into one leaf are an error, and the first one is right") {
  Variable shared = leaf(tensor(3.0));
  std::promise<void> inside, done;
  std::string message;
  std::thread first([&] {
    Variable early = shared * 2, late = shared * 5;
    // The gradient of the later op reaches the leaf first; then the hook delays the pass.
    early.register_hook([&](const Variable&) {
      inside.set_value();
      done.get_future().wait();
      return Variable();
    });
    (early + late).backward();
  });
  inside.get_future().wait();
  try {
    (shared * 7).backward();
  } catch (const GradError& error) {
    message = error.what();
  }
  CHECK(message.find("backward: another thread's backward pass is adding to the same leaf; use grad() there, at "
                     "engine_threads_test.cpp:") == 0);
  CHECK(grad({shared * 7}, {shared})[0].item() == 7);
  done.set_value();
  first.join();
  CHECK(shared.grad().item() == 7);
  (shared * 7).backward();
  CHECK(shared.grad().item() == 14);
}

TEST_CASE("grad() may run on shared leaves in several threads") {
  Variable weight = leaf(ones({100}));
  auto work = [&](double factor) {
    double worst = 0;
    for (int i = 0; i < 200; ++i) {
      Variable gradient = grad({sum(weight * weight * factor + weight)}, {weight})[0];
      worst = std::max(worst, std::abs(gradient.tensor().at({i % 100}) - (2 * factor + 1)));
    }
    return worst;
  };
  auto other = std::async(std::launch::async, work, 3.0);
  CHECK(work(2.0) == 0);
  CHECK(other.get() == 0);
  CHECK_FALSE(weight.grad().defined());
  CHECK(live_nodes() == 0);
}

TEST_CASE("two concurrent passes through one graph are an error, and the first one is right") {
  Variable x = leaf(tensor(3.0)), shared = x * x, y = shared * shared;
  std::promise<void> inside, done;
  bool wait = true;
  shared.register_hook([&](const Variable&) {
    if (std::exchange(wait, false)) {
      inside.set_value();
      done.get_future().wait();
    }
    return Variable();
  });
  double first = 0;
  std::thread other([&] { first = grad({y}, {x}, {.retain_graph = true})[0].item(); });
  inside.get_future().wait();
  std::string messages[2];
  for (int i = 0; i < 2; ++i) {
    try {
      i == 0 ? (void)grad({y}, {x}, {.retain_graph = true}) : (shared * 2).backward({.retain_graph = true});
    } catch (const GradError& error) {
      messages[i] = error.what();
    }
    CHECK(messages[i].find("backward: another thread's pass runs through the same graph, at mul; start one after the other, at "
                           "engine_threads_test.cpp:") == 0);
  }
  CHECK(grad({x * 7}, {x})[0].item() == 7);
  done.set_value();
  other.join();
  CHECK(first == 108);
  CHECK(grad({y}, {x})[0].item() == 108);
}

TEST_CASE("a graph may be freed after the other data of its thread") {
  struct Last {
    Variable kept;
    ~Last() { kept = Variable(); }
  };
  std::thread([] {
    thread_local Last
        last;  // constructed before any node of this thread, so that it is destroyed after everything that freeing nodes needs
    last.kept = leaf(tensor(1.0));
    for (int i = 0; i < 100; ++i) last.kept = last.kept * 2 + last.kept;
  }).join();
  CHECK(live_nodes() == 0);
}

TEST_CASE("NoGrad and the thread count belong to their thread") {
  NoGrad off;
  set_threads(2);
  auto [enabled, count] = std::async(std::launch::async, [] { return std::pair(grad_enabled(), threads()); }).get();
  CHECK(enabled);
  CHECK(count == 1);
  set_threads(1);
}

TEST_CASE("a graph built by two threads is processed in the right order") {
  Variable x = leaf(tensor(1.0));
  Variable y;
  std::thread([&] {
    y = x;
    for (int i = 0; i < 50; ++i) y = y * 1.01;
  }).join();
  Variable loss;
  std::thread([&] { loss = y * y + y; }).join();  // a new thread that has not made any node
  loss.backward();
  CHECK(x.grad().item() == doctest::Approx(2 * std::pow(1.01, 100) + std::pow(1.01, 50)).epsilon(1e-5));
}
