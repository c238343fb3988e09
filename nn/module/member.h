// Member: a part of a module. Modules keep track of their members while these are moved, destroyed and copied.
#pragma once

#include <weft/tensor/base/error.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weft::nn {

class Member;
class Module;

// Marks a stand-alone layer: nn::Linear layer(nn::root, 2, 3).
struct Root {};
inline constexpr Root root;

// The module that a layer is built in; `this` converts to it as a layer's first argument. Null means none. It lives until the
// layer is built; meanwhile errors name the user's line, where it was made.
class Owner {
 public:
  Owner(Module* module, Where caller = Where::here()) : module(module), scope_(caller) {}

  Module* const module;

 private:
  CallScope scope_;
};

// The same for a stand-alone layer; nn::root converts to it.
class Standalone {
 public:
  Standalone(Root, Where caller = Where::here()) : caller_(caller), scope_(caller) {}
  operator Owner() const { return Owner(nullptr, caller_); }

 private:
  Where caller_;
  CallScope scope_;
};

namespace detail {

// Outlives its member, so that others can ask whether the member still exists.
struct Handle {
  Member* member = nullptr;           // null after the member's destruction
  std::shared_ptr<Handle> successor;  // the handle of the member last moved from it
};
using HandlePtr = std::shared_ptr<Handle>;

enum class MemberKind : bool { module, parameter };

// A place in a module for one member of a given name.
struct Slot {
  MemberKind kind;
  std::string name;
  HandlePtr member = {};
  // After the module was copied, moved or assigned from another: the other module's member, until the member of this slot is
  // known.
  HandlePtr source = {};
  bool moved = false;
  HandlePtr candidate = {};  // made from the source while `member` still existed
};

}  // namespace detail

// A layer or a parameter. If it is built with an owner and a name, it belongs to that owner from then on, whether it is stored
// inside the owner or elsewhere, such as in a std::vector. When it is moved, the new object takes its place; when it is
// destroyed, the owner forgets it; when the owner is destroyed, it becomes stand-alone. A copied or moved owner owns the objects
// made from its members during the copy or move; members that stay in place, behind a pointer that was moved, belong to the new
// owner.
class Member {
 public:
  // Returns its path within the model: "encoder.lstm"; "" for the model itself.
  const std::string& path() const { return path_; }

 protected:
  Member() : Member(detail::MemberKind::module, nullptr, "") {}
  // Throws ValueError if the name is empty, contains a dot or is already used in the owner. Without an owner the name is ignored.
  Member(detail::MemberKind kind, const Owner& owner, const std::string& name);
  Member(const Member& other);
  Member(Member&& other) noexcept;
  Member& operator=(const Member&) { return *this; }  // a member stays in its place
  ~Member();

 private:
  friend class Module;
  void join_copy_of(const Member& other);

  detail::HandlePtr handle_ = std::make_shared<detail::Handle>();
  Module* owner_ = nullptr;
  bool placed_ = false;  // by a list or another module that keeps track of it itself
  std::string path_;
};

}  // namespace weft::nn
