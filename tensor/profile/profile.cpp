#include <weft/tensor/memory/detail/fork.h>
#include <weft/tensor/profile/profile.h>

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <tuple>

namespace weft {

namespace detail {

// A list of one element: when the event ends, the element moves to the profile's list, which cannot fail.
struct OpenEvent {
  std::list<ProfileEvent> event;
  std::uint32_t session;
  OpenEvent* outer;
  std::int64_t inside = 0;  // duration of the calls inside
};

}  // namespace detail

namespace {

std::mutex mutex;  // guards all below, and the profiles' lists
Profile* active = nullptr;
std::uint32_t sessions = 0;

std::atomic<int> threads{0};
thread_local detail::OpenEvent* innermost = nullptr;

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

int thread_number() {
  thread_local const int number = ++threads;
  return number;
}

}  // namespace

namespace detail {

void profile_survives_forks() {
  static const int registered = pthread_atfork([] { mutex.lock(); }, [] { mutex.unlock(); }, [] { mutex.unlock(); });
  static_cast<void>(registered);
}

OpenEvent* begin_event(ProfileEvent event, std::uint32_t session) {
  event.thread = thread_number();
  for (const OpenEvent* outer = innermost; outer; outer = outer->outer) {
    const ProfileEvent& other = outer->event.front();
    ++event.depth;
    event.recursive |= other.kind == event.kind && other.name == event.name;
  }
  auto open = std::make_unique<OpenEvent>(OpenEvent{{}, session, innermost});
  open->event.push_back(std::move(event));
  innermost = open.get();
  innermost->event.front().start = now();
  return open.release();
}

void end_event(OpenEvent* open) noexcept {
  const std::unique_ptr<OpenEvent> owner(open);
  ProfileEvent& event = open->event.front();
  event.duration = now() - event.start;
  event.self = event.duration - open->inside;
  innermost = open->outer;
  if (innermost) innermost->inside += event.duration;
  const std::lock_guard lock(mutex);
  if (!active || profile_session.load(std::memory_order_relaxed) != open->session) return;
  event.start -= active->origin_;
  active->events_.splice(active->events_.end(), open->event);
}

ProfileEvent op_event(const char* name, Where caller, std::span<const Tensor* const> inputs) {
  ProfileEvent event{.kind = ProfileKind::op, .name = name, .caller = CallScope::user_line(caller)};
  event.values.reserve(inputs.size());
  for (const Tensor* input : inputs)
    if (input && input->defined()) event.values.push_back({input->shape(), input->dtype()});
  return event;
}

ProfileEvent op_event(const char* name, Where caller, std::span<const Tensor> inputs) {
  std::vector<const Tensor*> list;
  for (const Tensor& input : inputs) list.push_back(&input);
  return op_event(name, caller, std::span<const Tensor* const>(list));
}

}  // namespace detail

void Profile::start(Where caller) {
  detail::profile_survives_forks();
  const std::lock_guard lock(mutex);
  check<Error>(!active || active == this, caller, "profile: another profile is recording");
  if (active) return;
  active = this;
  if (!origin_) origin_ = now();
  detail::profile_session.store(++sessions, std::memory_order_relaxed);
}

void Profile::stop() {
  const std::lock_guard lock(mutex);
  if (active != this) return;
  active = nullptr;
  detail::profile_session.store(0, std::memory_order_relaxed);
}

std::vector<ProfileEvent> Profile::events() const {
  std::vector<ProfileEvent> all;
  {
    const std::lock_guard lock(mutex);
    all.assign(events_.begin(), events_.end());
  }
  auto place = [](const ProfileEvent& event) { return std::tie(event.start, event.thread, event.depth); };
  std::stable_sort(all.begin(), all.end(), [&](const ProfileEvent& a, const ProfileEvent& b) { return place(a) < place(b); });
  return all;
}

}  // namespace weft
