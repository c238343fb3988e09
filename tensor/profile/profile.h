// Profile: how much time ops, gradient rules and layers take.
#pragma once

#include <weft/tensor/array/profile_scope.h>

#include <list>

namespace weft {

// Records every op, gradient rule and layer that begins and ends between start() and stop(), in all threads, and the regions that
// users mark with ProfileScope. Ops are timed in the thread that calls them; the kernels' worker threads do not appear.
//
//     Profile profile;
//     profile.start();
//     train_step();
//     profile.stop();
//     profile.write_chrome_trace("step.json");  // for chrome://tracing or ui.perfetto.dev
//     std::cout << profile.table();
//
// Only one profile records at a time. All functions may be called from any thread. While it records, each op takes about 0.5 us
// longer.
class Profile {
 public:
  Profile() = default;
  Profile(const Profile&) = delete;
  Profile& operator=(const Profile&) = delete;
  ~Profile() { stop(); }

  // Starts recording and adds to what was recorded before. Throws Error if another profile is recording.
  void start(Where caller = Where::here());
  void stop();

  // Returns the recorded events in the order in which they began.
  std::vector<ProfileEvent> events() const;

  // Returns the events as JSON in Chrome's trace format: complete events ("ph": "X") with times in microseconds, one tid per
  // thread, and the user's line, the shapes and the instruction set in args.
  std::string chrome_trace() const;
  // Writes the same to a file, which is replaced atomically. Throws IoError.
  void write_chrome_trace(const std::string& path) const;

  // Returns one line per op, layer and region, sorted by total time: calls, total and own milliseconds, and the share of all own
  // time. Below are the elementwise ops that ran on less than the best instruction set because no weft_add_ops names their
  // header.
  std::string table() const;

 private:
  friend void detail::end_event(detail::OpenEvent*) noexcept;

  std::list<ProfileEvent> events_;  // in the order in which they ended
  std::int64_t origin_ = 0;         // time of the first start; 0 before that
};

}  // namespace weft
