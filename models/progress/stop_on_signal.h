// StopOnSignal: lets Ctrl-C end a training cleanly.
#pragma once

#include <array>
#include <csignal>

namespace weft {

// While it exists, SIGINT (Ctrl-C), SIGTERM, SIGHUP (the terminal or the connection was closed) and SIGUSR1 (which mpirun passes
// on to all ranks) are recorded instead of ending the process; a second signal of the same kind ends it as usual. A signal that
// was ignored before, as in a background job or under nohup, stays ignored. A process may have only one such object at a time.
//     StopOnSignal signal;
//     trainer.fit(train, dev, {.callbacks = {{.stop = [&] { return signal.received(); }}}});
class StopOnSignal {
 public:
  StopOnSignal();
  ~StopOnSignal();
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;

  bool received() const;

 private:
  std::array<struct sigaction, 4> before_;
};

}  // namespace weft
