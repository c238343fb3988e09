#include <weft/nn/module/detail/path.h>
#include <weft/nn/module/module.h>

#include <algorithm>
#include <iterator>

namespace weft::nn {

using detail::Handle;
using detail::HandlePtr;
using detail::MemberKind;
using detail::Slot;

namespace {

// The modules of this thread whose members are being copied, innermost first. It has no destructor, because modules may be
// destroyed after all thread-local objects.
struct OpenCopy {
  std::weak_ptr<Handle> module;
  OpenCopy* outer;
};
thread_local OpenCopy* open_copies = nullptr;

bool alive(const HandlePtr& handle) { return handle && handle->member; }

std::string name_of(const Module& module) { return module.path().empty() ? module.kind() : module.path(); }

void check_name(const Module& owner, MemberKind kind, const std::string& name) {
  const char* what = kind == MemberKind::module ? "layer" : "parameter";
  require<ValueError>(!name.empty(), name_of(owner), ": a ", what, " has an empty name");
  require<ValueError>(name.find('.') == std::string::npos, name_of(owner), ": the name of the ", what, " \"", name,
                      "\" has a dot, which separates names in a path");
}

}  // namespace

Member::Member(MemberKind kind, const Owner& owner, const std::string& name) {
  handle_->member = this;
  if (!owner.module) return;
  check_name(*owner.module, kind, name);
  owner.module->add(kind, name, handle_);
  owner_ = owner.module;
  path_ = detail::join_path(owner_->path_, name);
}

Member::Member(const Member& other) : path_(other.path_) {
  handle_->member = this;
  join_copy_of(other);
}

Member::Member(Member&& other) noexcept : path_(other.path_) {  // the path stays there for a later assignment to it
  handle_->member = this;
  join_copy_of(other);
  other.handle_->successor = handle_;
}

// Adds this member to the module that is being copied from the owner of `other`, if there is one.
void Member::join_copy_of(const Member& other) {
  for (OpenCopy* copy = open_copies; copy; copy = copy->outer)
    if (const HandlePtr module = copy->module.lock(); alive(module))
      if (auto* owner = static_cast<Module*>(module->member); owner->claim(handle_, other.handle_)) return;
}

Member::~Member() {
  handle_->member = nullptr;
  if (!owner_) return;
  HandlePtr heir = handle_->successor;
  while (heir && !heir->member) heir = heir->successor;
  const bool follows = heir && !heir->member->owner_ && !heir->member->placed_;
  owner_->replace(handle_, follows ? heir : nullptr);
}

Module::Module(const Module& other) : Member(other), training_(other.training_) { follow(other, false); }

Module::Module(Module&& other) noexcept : Member(std::move(other)), training_(other.training_) { follow(other, true); }

Module& Module::operator=(const Module& other) {
  if (this != &other) follow(other, false), assigned_ = open_;
  training_ = other.training_;
  return *this;
}

Module& Module::operator=(Module&& other) noexcept {
  if (this != &other) follow(other, true), assigned_ = open_;
  training_ = other.training_;
  return *this;
}

Module::~Module() {
  for (const Slot& slot : slots_)
    if (alive(slot.member)) slot.member->member->owner_ = nullptr;
  slots_.clear();
  close();
}

void Module::add(MemberKind kind, const std::string& name, const HandlePtr& member) {
  auto taken = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& slot) { return slot.name == name; });
  if (taken == slots_.end()) {
    slots_.push_back({kind, name, member});
    return;
  }
  settle(*taken);
  require<ValueError>(!alive(taken->member), name_of(*this), ": two members are called \"", name,
                      "\", so the parameters of one would not be saved");
  *taken = {kind, name, member};
}

// A member was destroyed; `by` takes its place, or is null.
void Module::replace(const HandlePtr& member, const HandlePtr& by) {
  auto slot = std::find_if(slots_.rbegin(), slots_.rend(), [&](const Slot& slot) { return slot.member == member; });
  if (slot == slots_.rend()) return;
  const bool has_candidate = alive(slot->candidate) && !slot->candidate->member->owner_;
  slot->member = nullptr;
  if (HandlePtr next = has_candidate ? slot->candidate : by)
    take(*slot, next);
  else if (!slot->source)
    slots_.erase(std::next(slot).base());
}

// Gives an object made from `source` to the slot that is waiting for it.
bool Module::claim(const HandlePtr& copy, const HandlePtr& source) {
  auto slot = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& slot) { return slot.source == source; });
  if (slot == slots_.end()) return false;
  if (alive(slot->member)) {
    slot->candidate = copy;
    return false;
  }
  take(*slot, copy);
  if (std::none_of(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.source != nullptr; })) close();
  return true;
}

// Puts the member into this slot and removes it from any other.
void Module::take(Slot& slot, HandlePtr member) {
  if (alive(slot.member)) slot.member->member->owner_ = nullptr;
  slot = {slot.kind, slot.name, member};
  if (Module* before = std::exchange(member->member->owner_, this)) before->replace(member, nullptr);
}

// Prepares for the members of `other` being copied, moved or assigned to here. A member at the same offset in both modules is
// assigned to, and stays.
void Module::follow(const Module& other, bool moved) {
  for (Slot& slot :
       static_cast<Module*>(other.handle_->member)->slots_)  // not const: slots that are waiting there are settled now
    static_cast<Module*>(other.handle_->member)->settle(slot);
  std::vector<Slot> before = std::exchange(slots_, {});
  auto offset = [](const Module& module, const HandlePtr& member) {
    return reinterpret_cast<std::uintptr_t>(member->member) - reinterpret_cast<std::uintptr_t>(&module);
  };
  bool waits = false;
  for (const Slot& theirs : other.slots_) {
    const HandlePtr source = alive(theirs.member) ? theirs.member : theirs.source;
    if (!source) continue;
    auto own = std::find_if(before.begin(), before.end(), [&](const Slot& slot) { return slot.name == theirs.name; });
    Slot slot = own == before.end() ? Slot{theirs.kind, theirs.name} : std::move(*own);
    if (own != before.end()) before.erase(own);
    if (!(alive(slot.member) && alive(source) && offset(*this, slot.member) == offset(other, source))) {
      slot.source = source;
      slot.moved = moved;
      waits = true;
    }
    slots_.push_back(std::move(slot));
  }
  std::move(before.begin(), before.end(), std::back_inserter(slots_));
  if (!waits || open_) return;
  open_copies = new OpenCopy{handle_, open_copies};
  open_ = true;
}

// Decides which member a waiting slot gets; returns false if a copy has no member of its own for it.
bool Module::settle(Slot& slot) {
  if (!slot.source) return true;
  if (slot.moved && alive(slot.source)) {
    take(slot, slot.source);
  } else if (alive(slot.member)) {
    slot = {slot.kind, slot.name, slot.member};
  }
  return !slot.source || slot.moved;
}

void Module::settle() {
  // Modules that were assigned to take their new members from this one.
  for (const OpenCopy* copy = open_copies; copy; copy = copy->outer)
    if (const HandlePtr handle = copy->module.lock(); alive(handle))
      if (auto* module = static_cast<Module*>(handle->member); module->assigned_ && module != this)
        for (Slot& slot : module->slots_) module->settle(slot);
  if (!open_) return;
  for (Slot& slot : slots_)
    require<ValueError>(settle(slot), name_of(*this), ": this copy has no ",
                        slot.kind == MemberKind::module ? "layer" : "parameter", " \"", slot.name,
                        "\" of its own, because the original is held behind a pointer; hold it as a member, or layers in an "
                        "nn::ModuleList or nn::Sequential");
  std::erase_if(slots_, [](const Slot& slot) { return slot.source != nullptr; });  // moved from an object that no longer exists
  close();
}

// Stops waiting. A copy that is opened on one thread and closed on another leaves its entry on the first.
void Module::close() {
  if (!std::exchange(open_, false)) return;
  for (OpenCopy** copy = &open_copies; *copy;) {
    const HandlePtr module = (*copy)->module.lock();
    if (!alive(module) || module == handle_)
      delete std::exchange(*copy, (*copy)->outer);
    else
      copy = &(*copy)->outer;
  }
}

}  // namespace weft::nn
