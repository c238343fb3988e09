// ProfileScope: ops, layers and users report through it what runs. The profile itself is in profile.h.
#pragma once

#include <weft/tensor/array/tensor.h>
#include <weft/tensor/runtime/isa.h>

#include <atomic>
#include <concepts>
#include <optional>
#include <string>
#include <vector>

namespace weft {

enum class ProfileKind : std::uint8_t { op, gradient, layer, region };

// One call, as a profile records it.
struct ProfileEvent {
  struct Value {
    Shape shape;
    DType dtype;
  };

  ProfileKind kind = ProfileKind::region;
  std::string name = {};           // "matmul", "matmul backward", "encoder.lstm"
  Where caller = {};               // the user's line; its line number is 0 if none was given
  std::vector<Value> values = {};  // an op's inputs; for a gradient rule, the results of its op
  std::optional<Isa> isa = {};     // of an elementwise op: the instruction set its kernel was compiled for
  Isa best = Isa::baseline;        // the instruction set in use

  // --- filled in while the call runs; times in nanoseconds ---
  int thread = 0;             // counted from 1
  int depth = 0;              // the number of calls around this one
  bool recursive = false;     // whether a call of the same name is among them
  std::int64_t start = 0;     // since the profile's first start
  std::int64_t duration = 0;  // from beginning to end
  std::int64_t self = 0;      // without the calls inside it
};

namespace detail {
struct OpenEvent;
// The number of the current recording; 0 if no profile is recording.
inline std::atomic<std::uint32_t> profile_session{0};
// These are cold, so that calls to them stay out of the ops' hot code.
[[gnu::cold]] OpenEvent* begin_event(ProfileEvent event, std::uint32_t session);
[[gnu::cold]] void end_event(OpenEvent* event) noexcept;
[[gnu::cold]] ProfileEvent op_event(const char* name, Where caller, std::span<const Tensor* const> inputs);
[[gnu::cold]] ProfileEvent op_event(const char* name, Where caller, std::span<const Tensor> inputs);
}  // namespace detail

// Times the code from its construction to its destruction if a profile is recording; otherwise it costs one load and one branch.
// Scopes of one thread nest.
//
//     ProfileScope epoch("epoch");
class ProfileScope {
 public:
  // Marks a region of the user's program.
  explicit ProfileScope(const char* name, Where caller = Where::here())
      : ProfileScope([&] { return ProfileEvent{.name = name, .caller = CallScope::user_line(caller)}; }) {}
  // Takes the event from `describe`, which is called only while a profile is recording.
  template <std::invocable Describe>
  explicit ProfileScope(const Describe& describe) {
    if (std::uint32_t session = detail::profile_session.load(std::memory_order_relaxed)) [[unlikely]]
      open_ = detail::begin_event(describe(), session);
  }
  ProfileScope(const ProfileScope&) = delete;
  ProfileScope& operator=(const ProfileScope&) = delete;
  ~ProfileScope() {
    if (open_) [[unlikely]]
      detail::end_event(open_);
  }

 private:
  detail::OpenEvent* open_ = nullptr;
};

// One call of an op: its name, the caller's line and its defined inputs.
class OpScope : ProfileScope {
 public:
  template <std::same_as<Tensor>... Inputs>
  OpScope(const char* op, Where caller, const Inputs&... inputs)
      : ProfileScope([&] {
          const std::array<const Tensor*, sizeof...(Inputs)> list{&inputs...};
          return detail::op_event(op, caller, list);
        }) {}
  OpScope(const char* op, Where caller, std::span<const Tensor> inputs)
      : ProfileScope([&] { return detail::op_event(op, caller, inputs); }) {}
};

}  // namespace weft
