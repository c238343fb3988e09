#include <weft/models/progress/stop_on_signal.h>

namespace weft {

namespace {
constexpr std::array<int, 4> kSignals{SIGINT, SIGTERM, SIGHUP, SIGUSR1};

volatile std::sig_atomic_t signal_received = 0;
extern "C" void weft_note_signal(int) { signal_received = 1; }
}  // namespace

StopOnSignal::StopOnSignal() {
  signal_received = 0;
  struct sigaction note {};
  note.sa_handler = weft_note_signal;
  note.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);  // a second signal has its usual effect
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], &note, &before_[i]);
    if (before_[i].sa_handler == SIG_IGN) sigaction(kSignals[i], &before_[i], nullptr);
  }
}

StopOnSignal::~StopOnSignal() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
}

bool StopOnSignal::received() const { return signal_received != 0; }

}  // namespace weft
