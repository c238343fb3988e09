#include <weft/models/training/stop_on_signal.h>

namespace weft {

namespace {
volatile std::sig_atomic_t signal_received = 0;
extern "C" void weft_note_signal(int) { signal_received = 1; }
}  // namespace

StopOnSignal::StopOnSignal() {
  signal_received = 0;
  struct sigaction note {};
  note.sa_handler = weft_note_signal;
  note.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);  // the second one does what it always does
  auto watch = [&](int signal, struct sigaction& before) {
    sigaction(signal, &note, &before);
    if (before.sa_handler == SIG_IGN) sigaction(signal, &before, nullptr);
  };
  watch(SIGINT, interrupt_before_);
  watch(SIGTERM, terminate_before_);
}

StopOnSignal::~StopOnSignal() {
  sigaction(SIGINT, &interrupt_before_, nullptr);
  sigaction(SIGTERM, &terminate_before_, nullptr);
}

bool StopOnSignal::received() const { return signal_received != 0; }

}  // namespace weft
