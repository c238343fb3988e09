// StopOnSignal: Ctrl-C as a wish to stop in good order.
#pragma once

#include <array>
#include <csignal>

namespace weft {

// While it lives, SIGINT (Ctrl-C), SIGTERM and SIGHUP (the terminal or the connection is gone) are noted instead of ending the
// process; a second one of a kind ends it as usual. One that was ignored before, as in a background job or under nohup, stays
// ignored. One object at a time in a process.
//     StopOnSignal signal;
//     trainer.fit(train, dev, {.stop = [&] { return signal.received(); }});
class StopOnSignal {
 public:
  StopOnSignal();
  ~StopOnSignal();
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;

  bool received() const;

 private:
  std::array<struct sigaction, 3> before_;
};

}  // namespace weft
