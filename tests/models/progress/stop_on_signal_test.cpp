#include <doctest/doctest.h>
#include <weft/models/progress/stop_on_signal.h>

using namespace weft;

namespace {

volatile std::sig_atomic_t handled = 0;
void handle(int) { handled = handled + 1; }

}  // namespace

TEST_CASE("stop on signal: the first Ctrl-C, termination or lost connection is noted, and the second has its usual effect") {
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    CAPTURE(signal);
    handled = 0;
    const auto before = std::signal(signal, handle);
    {
      const StopOnSignal watch;
      CHECK_FALSE(watch.received());
      std::raise(signal);
      CHECK(watch.received());
      CHECK(handled == 0);
    }
    std::raise(signal);
    CHECK(handled == 1);
    std::signal(signal, before);
  }
}

TEST_CASE("stop on signal: ignored signals stay ignored, as under nohup") {
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    CAPTURE(signal);
    const auto before = std::signal(signal, SIG_IGN);
    {
      const StopOnSignal watch;
      std::raise(signal);
      CHECK_FALSE(watch.received());
    }
    const bool still_ignored = std::signal(signal, before) == SIG_IGN;
    CHECK(still_ignored);
  }
}
