// Member: what a module consists of, and how it keeps track of that while layers move, die and are copied.
#pragma once

#include <weft/tensor/base/error.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weft::nn {

class Member;
class Module;

// Marks a layer that stands alone: nn::Linear layer(nn::root, 2, 3).
struct Root {};
inline constexpr Root root;

// The module that a layer is built in: what `this` becomes as a layer's first argument. Null stands for none. It lasts until the
// layer is built, and errors meanwhile name the line where it was made, the user's.
class Owner {
 public:
  Owner(Module* module, Where where = Where::here()) : module(module), scope_(where) {}

  Module* const module;

 private:
  CallScope scope_;
};

// The same for a layer that stands alone: what nn::root becomes.
class Standalone {
 public:
  Standalone(Root, Where where = Where::here()) : where_(where), scope_(where) {}
  operator Owner() const { return Owner(nullptr, where_); }

 private:
  Where where_;
  CallScope scope_;
};

namespace detail {

// Outlives its member, so that others can ask whether that is still there.
struct Handle {
  Member* member = nullptr;           // null after its death
  std::shared_ptr<Handle> successor;  // what was last moved from it
};
using HandlePtr = std::shared_ptr<Handle>;

enum class MemberKind : bool { module, parameter };

// A place in a module for one member of a name.
struct Slot {
  MemberKind kind;
  std::string name;
  HandlePtr member = {};
  // After the module was copied, moved or assigned from another: that one's member, until it is clear what stands here.
  HandlePtr source = {};
  bool moved = false;
  HandlePtr candidate = {};  // made from the source while `member` was still there
};

}  // namespace detail

// A layer or a parameter. One that is built with an owner and a name belongs to it from then on: it may stand inside of the owner
// or elsewhere, such as in a std::vector; when it moves, what was made from it follows; when it dies, the owner forgets it; when
// the owner dies, it stands alone. Copies and moves of the owner own what was made from its members meanwhile; members that
// stayed in place, behind a pointer that moved, go with the owner.
class Member {
 public:
  // Where it stands in its model: "encoder.lstm"; "" for the model itself.
  const std::string& path() const { return path_; }

 protected:
  Member() : Member(detail::MemberKind::module, nullptr, "") {}
  // Throws ValueError unless the name is new to the owner, not empty and without a dot. Without an owner the name does not count.
  Member(detail::MemberKind kind, const Owner& owner, const std::string& name);
  Member(const Member& other);
  Member(Member&& other) noexcept;
  Member& operator=(const Member&) { return *this; }  // a member stays where it stands
  ~Member();

 private:
  friend class Module;
  void join_copy_of(const Member& other);

  detail::HandlePtr handle_ = std::make_shared<detail::Handle>();
  Module* owner_ = nullptr;
  bool placed_ = false;  // by a list or another module that keeps track of it by itself
  std::string path_;
};

}  // namespace weft::nn
