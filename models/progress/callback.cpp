#include <weft/models/progress/callback.h>

#include <utility>

namespace weft {

namespace {

struct Actions : Callback {
  std::function<void()> at_start, at_best;

  void on_start(const History&) override {
    if (at_start) at_start();
  }
  void on_best(const EpochRecord&) override {
    if (at_best) at_best();
  }
};

}  // namespace

std::shared_ptr<Callback> when_best(std::function<void()> action) {
  auto callback = std::make_shared<Actions>();
  callback->at_best = std::move(action);
  return callback;
}

std::shared_ptr<Callback> when_started(std::function<void()> action) {
  auto callback = std::make_shared<Actions>();
  callback->at_start = std::move(action);
  return callback;
}

}  // namespace weft
