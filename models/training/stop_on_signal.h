// StopOnSignal: Ctrl-C as a wish to stop in good order.
#pragma once

#include <csignal>

namespace weft {

// While it lives, SIGINT (Ctrl-C) and SIGTERM are noted instead of ending the process; a second one of a kind ends it as usual.
// One that was ignored before, as in a background job, stays ignored. One object at a time in a process.
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
  struct sigaction interrupt_before_, terminate_before_;
};

}  // namespace weft
