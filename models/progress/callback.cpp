#include <weft/models/progress/callback.h>

namespace weft {

std::shared_ptr<const History> keep_history(std::vector<Callback>& callbacks) {
  auto kept = std::make_shared<History>();
  callbacks.push_back({.on_start = [kept](const History& so_far) { *kept = so_far; },
                       .on_epoch = [kept](const History& history) { return *kept = history, true; }});
  return kept;
}

}  // namespace weft
