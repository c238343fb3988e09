#include <weft/models/training/callback.h>

#include <utility>

namespace weft {

std::shared_ptr<Callback> when_best(std::function<void()> action) {
  struct WhenBest : Callback {
    std::function<void()> action;
    void on_best(const EpochRecord&) override { action(); }
  };
  auto callback = std::make_shared<WhenBest>();
  callback->action = std::move(action);
  return callback;
}

std::shared_ptr<Callback> when_started(std::function<void()> action) {
  struct WhenStarted : Callback {
    std::function<void()> action;
    void on_start(const History&) override { action(); }
  };
  auto callback = std::make_shared<WhenStarted>();
  callback->action = std::move(action);
  return callback;
}

}  // namespace weft
